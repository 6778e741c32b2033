/**
 * Spans, itabs and functions → their rows.
 */
import {type HeapGraph, SPAN_EVIDENCE, SPAN_STATES, type SpanTable} from '../graph/heap-graph.js';
import {isJava} from '../graph/language.js';
import {type BatchTable, countFrom, wholeTable} from './batch-table.js';

const NONE_OF = new Float64Array(0);
const NO_SPANS: SpanTable = {
  count: 0,
  start: NONE_OF,
  length: NONE_OF,
  slotSize: NONE_OF,
  state: new Uint8Array(0),
  slots: new Uint32Array(0),
  allocated: new Uint32Array(0),
  tail: NONE_OF,
  scan: new Uint8Array(0),
  header: new Uint8Array(0),
  evidence: new Uint8Array(0),
};

/** None of a heap of Java: there each object is one of its own, and its row says all of it. */
export function spanTable(graph: HeapGraph): BatchTable {
  const spans = isJava(graph) ? NO_SPANS : graph.spans;
  return wholeTable('spans', spans.count, {
    id: () => countFrom(0, spans.count),
    address: () => spans.start,
    size: () => spans.length,
    slot_size: () => spans.slotSize,
    slots: () => spans.slots,
    allocated: () => spans.allocated,
    tail: () => spans.tail,
    header: () => spans.header,
    scan: () => spans.scan,
    state: () => Array.from(spans.state, (state) => SPAN_STATES[state]!),
    evidence: () => Array.from(spans.evidence, (evidence) => SPAN_EVIDENCE[evidence]!),
  });
}

export function itabTable({itabs}: HeapGraph): BatchTable {
  return wholeTable('itabs', itabs.address.length, {address: () => itabs.address, type_id: () => itabs.type});
}

export function functionTable({functions}: HeapGraph): BatchTable {
  return wholeTable('functions', functions.address.length, {address: () => functions.address, name: () => functions.name});
}
