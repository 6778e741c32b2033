/**
 * Spans, itabs and functions → their rows.
 */
import {type HeapGraph, SPAN_EVIDENCE, SPAN_STATES, type SpanTable} from '../graph/heap-graph.js';
import {type BatchTable, countFrom, wholeTable} from './batch-table.js';

export function spanTable(spans: SpanTable): BatchTable {
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
