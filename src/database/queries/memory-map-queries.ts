/**
 * The heap's spans by size class, and the span of one object. Bytes of a class: slots in use, free slots, tails; together its spans.
 */
import type {Query} from './run-query.js';

/** `state` in-use has slots; the others are stacks and buffers of the runtime, or free. A class with and one without pointers are two rows. */
export const spanClasses = {
  id: 'span-classes',
  title: 'Spans by size class',
  sql: `SELECT state, slot_size, scan, spans, bytes, slots, allocated, slot_size * allocated AS allocated_bytes,
      slot_size * (slots - allocated) AS free_bytes, tail, allocated * 1.0 / nullif(slots, 0) AS fill
    FROM (SELECT state, slot_size, scan, count(*) AS spans, sum(size) AS bytes, sum(slots) AS slots, sum(allocated) AS allocated, sum(tail) AS tail
      FROM spans GROUP BY slot_size, scan, state)
    ORDER BY bytes DESC, slot_size, scan`,
  params: {},
  columns: {
    state: 'text',
    slot_size: 'bytes',
    scan: 'flag',
    spans: 'count',
    bytes: 'bytes',
    slots: 'count',
    allocated: 'count',
    allocated_bytes: 'bytes',
    free_bytes: 'bytes',
    tail: 'bytes',
    fill: 'share',
  },
} as const satisfies Query;

export const spanOfNode = {
  id: 'span-of',
  title: 'The span of an object',
  sql: `SELECT s.address, s.size, s.slot_size, s.slots, s.allocated, s.tail, s.scan, s.state
    FROM objects o JOIN spans s ON s.id = o.span_id WHERE o.id = :id`,
  params: {id: 'node'},
  columns: {
    address: 'address',
    size: 'bytes',
    slot_size: 'bytes',
    slots: 'count',
    allocated: 'count',
    tail: 'bytes',
    scan: 'flag',
    state: 'text',
  },
} as const satisfies Query;
