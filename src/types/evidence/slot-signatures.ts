/**
 * An object → a number that it has in common with all objects of its slot size and its pointer bits, and with no others: what the allocator and
 * the collector cannot tell apart. Numbers are given as signatures are met; millions of objects have some thousands of them, and neighbours often one.
 */
import {remember} from '../../base/remember.js';
import type {ObjectIndex} from '../../base/units.js';
import {type ObjectSlots, WINDOW} from './object-slots.js';
import type {TracedHeap} from './traced-heap.js';

export class SlotSignatures {
  readonly #heap: TracedHeap;
  readonly #slots: ObjectSlots;
  readonly #small = new Map<number, Map<number, Map<number, number>>>(); // by slot size, low and high bits, where two numbers hold them
  readonly #large = new Map<string, number>();
  readonly #bits = new Uint32Array(2);
  readonly #last = {slotSize: 0, low: 0, high: 0, signature: -1}; // that of the small object before
  #count = 0;

  constructor(heap: TracedHeap, slots: ObjectSlots) {
    this.#heap = heap;
    this.#slots = slots;
  }

  /** −1 where the object has no bits of its own. */
  of(object: ObjectIndex): number {
    if (!this.#slots.hasBits(object)) return -1;
    const span = this.#slots.spanOf(object);
    const slotSize = this.#heap.spans.slotSize[span]!;
    if (slotSize > WINDOW * 8) return this.#ofLarge(object, span, slotSize);
    if (!this.#heap.pointerBits(object, span, this.#bits, 0)) return -1;
    const low = this.#bits[0]!;
    const high = this.#bits[1]!;
    const last = this.#last;
    if (slotSize !== last.slotSize || low !== last.low || high !== last.high) {
      const byHigh = remember(
        remember(this.#small, slotSize, () => new Map<number, Map<number, number>>()),
        low,
        () => new Map<number, number>(),
      );
      last.signature = remember(byHigh, high, () => this.#count++);
      last.slotSize = slotSize;
      last.low = low;
      last.high = high;
    }
    return last.signature;
  }

  #ofLarge(object: ObjectIndex, span: number, slotSize: number): number {
    const parts = [slotSize];
    for (let word = 0; word < slotSize / 8; word += WINDOW) {
      if (!this.#heap.pointerBits(object, span, this.#bits, word)) return -1;
      parts.push(this.#bits[0]!, this.#bits[1]!);
    }
    return remember(this.#large, parts.join(' '), () => this.#count++);
  }
}
