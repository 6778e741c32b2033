/**
 * One node: what it is, how much memory it uses and holds, and where it was allocated.
 */
import type {Query} from './run-query.js';

export const node = {
  id: 'node',
  title: 'Sizes of a node',
  sql: `SELECT f.id, f.kind, f.name, f.type, coalesce(o.type_id, r.type_id) AS type_id, coalesce(o.address, r.address) AS address, f.length,
      o.evidence, coalesce(o.reachable, 1) AS reachable, o.depth, o.dominator_id, f.used, f.padding, f.header, f.waste, f.size, f.tail_share, f.gap,
      f.slot_size, f.span_size, f.retained, f.retained_objects, o.preview, r.parent_id, r.goroutine_id, coalesce(fr.function, g.function) AS function,
      coalesce(r.file, fr.file) AS file, coalesce(r.line, fr.line) AS line
    FROM footprint f LEFT JOIN objects o ON o.id = f.id LEFT JOIN roots r ON r.id = f.id
      LEFT JOIN goroutines g ON g.id = r.goroutine_id LEFT JOIN frames fr ON fr.id = r.frame_id AND fr.wrapper = 0
    WHERE f.id = :id`,
  params: {id: 'node'},
  columns: {
    id: 'node',
    kind: 'text',
    name: 'text',
    type: 'text',
    type_id: 'type',
    address: 'address',
    length: 'count',
    evidence: 'text',
    reachable: 'flag',
    depth: 'count',
    dominator_id: 'node',
    used: 'bytes',
    padding: 'bytes',
    header: 'bytes',
    waste: 'bytes',
    size: 'bytes',
    tail_share: 'bytes',
    gap: 'bytes',
    slot_size: 'bytes',
    span_size: 'bytes',
    retained: 'bytes',
    retained_objects: 'count',
    preview: 'text',
    parent_id: 'node',
    goroutine_id: 'number',
    function: 'text',
    file: 'text',
    line: 'number',
  },
} as const satisfies Query;

/** The calls of the node's allocation site, innermost first. None when the runtime's profile did not sample it. */
export const allocation = {
  id: 'allocation',
  title: 'Allocated in',
  sql: `SELECT f.value ->> 'function' AS function, f.value ->> 'file' AS file, f.value ->> 'line' AS line
    FROM allocations a JOIN sites s ON s.id = a.site_id, json_each(s.frames) f
    WHERE a.object_id = :id ORDER BY f.key`,
  params: {id: 'node'},
  columns: {function: 'text', file: 'text', line: 'number'},
} as const satisfies Query;
