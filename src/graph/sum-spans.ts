/**
 * The span table, added up: what the heap has of objects, slots and pages, garbage included.
 */
import type {Bytes} from '../base/units.js';
import type {SpanTable} from './heap-graph.js';

export interface SpanSums {
  readonly objects: number;
  readonly objectBytes: Bytes; // of their slots
  readonly slotBytes: Bytes; // free ones too
  readonly pageBytes: Bytes; // slots, and what is left behind them
}

export function sumSpans({count, allocated, slotSize, slots, length}: SpanTable): SpanSums {
  const sums = {objects: 0, objectBytes: 0, slotBytes: 0, pageBytes: 0};
  for (let span = 0; span < count; span++) {
    sums.objects += allocated[span]!;
    sums.objectBytes += allocated[span]! * slotSize[span]!;
    sums.slotBytes += slots[span]! * slotSize[span]!;
    sums.pageBytes += length[span]!;
  }
  return sums;
}
