/**
 * Ranges of pages that are all zero or not in the core → how much of objects lies there.
 */
import type {Bytes, ObjectIndex} from '../base/units.js';
import type {ObjectTable, SpanTable} from './heap-graph.js';
import {spanAt} from './objects.js';

/** `untouched`: start and end by turns, each range within one span in use. O(objects in the ranges). */
export function untouchedBytes(
  {spans, objects}: {readonly spans: SpanTable; readonly objects: Pick<ObjectTable, 'firstObject' | 'slot'>},
  untouched: Float64Array,
  isCounted: (object: ObjectIndex) => boolean = () => true,
): Bytes {
  let bytes = 0;
  for (let range = 0; range < untouched.length; range += 2) {
    const [start, end] = [untouched[range]!, untouched[range + 1]!];
    const span = spanAt(spans, start);
    if (span === undefined) continue;
    const [base, size, last] = [spans.start[span]!, spans.slotSize[span]!, objects.firstObject[span + 1]!];
    for (let object = firstFrom(objects, span, Math.floor((start - base) / size)); object < last; object++) {
      const from = base + objects.slot[object]! * size;
      if (from >= end) break;
      if (isCounted(object)) bytes += Math.min(from + size, end) - Math.max(from, start);
    }
  }
  return bytes;
}

/** The span's first object in this slot or behind it. */
function firstFrom({firstObject, slot}: Pick<ObjectTable, 'firstObject' | 'slot'>, span: number, wanted: number): ObjectIndex {
  let [low, high] = [firstObject[span]!, firstObject[span + 1]!];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (slot[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
