/**
 * The span table of a heap without spans, as of Java: a span for each object. What is the same of all of them is one column of bytes, because it is there once an object.
 */
import {sharedColumn} from '../base/shared-columns.js';
import {SPAN_STATES, type SpanTable} from './heap-graph.js';

const IN_USE = SPAN_STATES.indexOf('in-use'); // which is 1, as the number of slots is

/** By object: address, size, bytes in front of its data, whether it may hold pointers. */
export function objectSpans({start, slotSize, header, scan}: Pick<SpanTable, 'start' | 'slotSize' | 'header' | 'scan'>): SpanTable {
  const count = start.length;
  const one = sharedColumn(Uint8Array, count).fill(IN_USE);
  return {
    count,
    start,
    length: slotSize,
    slotSize,
    state: one,
    slots: one,
    allocated: one,
    tail: sharedColumn(Float64Array, count), // never written to, so it costs address space only
    scan,
    header,
    evidence: sharedColumn(Uint8Array, count),
  };
}
