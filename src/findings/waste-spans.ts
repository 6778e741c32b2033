/**
 * Spans → what no object can have of them: free slots and tails, by size of the slot.
 */
import {remember} from '../base/remember.js';
import {type Bytes, NONE} from '../base/units.js';
import {type HeapGraph, SPAN_STATES} from '../graph/heap-graph.js';
import {LARGEST_SHARED_SLOT} from './slot-sizes.js';
import type {WasteKind} from './waste-kinds.js';
import type {WasteTally} from './waste-tally.js';

const IN_USE = SPAN_STATES.indexOf('in-use');

export function addSpans(tally: WasteTally, {spans}: HeapGraph): void {
  const free = new SlotSums();
  const tails = new SlotSums();
  for (let span = 0; span < spans.count; span++) {
    if (spans.state[span] !== IN_USE) continue;
    const size = spans.slotSize[span]!;
    const slots = spans.slots[span]! - spans.allocated[span]!;
    const tail = spans.length[span]! - spans.slots[span]! * size;
    if (slots > 0) free.add(size, slots * size, slots);
    if (tail > 0) tails.add(size, tail, 1);
  }
  free.finish(tally, 'free-slots');
  tails.finish(tally, 'span-tails');
}

/** Waste that goes by size of the slot; what is larger than the largest class, as one. */
export class SlotSums {
  readonly #rows = new Map<Bytes, {bytes: Bytes; count: number; example: number; most: Bytes}>();

  /** `node`: NONE where it is no object's. */
  add(slotSize: Bytes, bytes: Bytes, count: number, node = NONE): void {
    const size = slotSize > LARGEST_SHARED_SLOT ? Number.POSITIVE_INFINITY : slotSize;
    const row = remember(this.#rows, size, () => ({bytes: 0, count: 0, example: node, most: -1}));
    row.bytes += bytes;
    row.count += count;
    if (bytes <= row.most) return;
    row.most = bytes;
    row.example = node;
  }

  finish(tally: WasteTally, kind: WasteKind): void {
    for (const [size, {bytes, count, example}] of this.#rows) {
      const path = Number.isFinite(size) ? `${size}-byte slots` : 'large objects';
      tally.addRow({kind, path, type: 0, owner: NONE, bytes, count, reslices: 0, example});
    }
  }
}
