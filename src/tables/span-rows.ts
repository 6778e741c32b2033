/**
 * Spans, itabs, functions and plain lists → their rows.
 */
import {type HeapGraph, SPAN_EVIDENCE, SPAN_STATES, type SpanTable} from '../graph/heap-graph.js';
import type {RowTable, TableCell} from './row-table.js';

export function spanTable(spans: SpanTable): RowTable {
  return {
    name: 'spans',
    columns: ['id', 'address', 'size', 'slot_size', 'slots', 'allocated', 'tail', 'header', 'scan', 'state', 'evidence'],
    rowCount: spans.count,
    async write(sink) {
      for (let span = 0; span < spans.count; span++) {
        sink.put(span);
        sink.put(spans.start[span]!);
        sink.put(spans.length[span]!);
        sink.put(spans.slotSize[span]!);
        sink.put(spans.slots[span]!);
        sink.put(spans.allocated[span]!);
        sink.put(spans.tail[span]!);
        sink.put(spans.header[span]!);
        sink.put(spans.scan[span]!);
        sink.put(SPAN_STATES[spans.state[span]!]!);
        sink.put(SPAN_EVIDENCE[spans.evidence[span]!]!);
        if (sink.endRow()) await sink.pause();
      }
    },
  };
}

export function itabTable({itabs}: HeapGraph): RowTable {
  return {
    name: 'itabs',
    columns: ['address', 'type_id'],
    rowCount: itabs.address.length,
    async write(sink) {
      for (let row = 0; row < itabs.address.length; row++) {
        sink.put(itabs.address[row]!);
        sink.put(itabs.type[row]!);
        if (sink.endRow()) await sink.pause();
      }
    },
  };
}

export function functionTable({functions}: HeapGraph): RowTable {
  return {
    name: 'functions',
    columns: ['address', 'name'],
    rowCount: functions.address.length,
    async write(sink) {
      for (let row = 0; row < functions.address.length; row++) {
        sink.put(functions.address[row]!);
        sink.put(functions.name[row]!);
        if (sink.endRow()) await sink.pause();
      }
    },
  };
}

/** A table of few rows that exist as such. */
export function listTable(name: string, columns: readonly string[], rows: readonly (readonly TableCell[])[]): RowTable {
  return {
    name,
    columns,
    rowCount: rows.length,
    async write(sink) {
      for (const row of rows) {
        for (const cell of row) sink.put(cell);
        sink.endRow();
      }
    },
  };
}
