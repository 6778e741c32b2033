/**
 * How large a slot the allocator gives to so many bytes: by the sizes that the dump's runtime has, which come as data in the graph.
 */
import {lowerBound} from '../base/lower-bound.js';
import type {Bytes} from '../base/units.js';
import type {HeapGraph} from '../graph/heap-graph.js';

/** Of the largest size class. Larger objects have spans of their own, of whole pages. */
export const LARGEST_SHARED_SLOT: Bytes = 32768;
const PAGE: Bytes = 8192;

export class SlotSizes {
  readonly #sizes: Float64Array; // ascending

  constructor({metadata, spans}: Pick<HeapGraph, 'metadata' | 'spans'>) {
    const listed = String(metadata.slot_sizes ?? '').split(' ').map(Number).filter((size) => size > 0); // biome-ignore format: one line
    this.#sizes = Float64Array.from(listed.length > 0 ? listed : new Set(spans.slotSize)).sort();
  }

  /** `bytes`: with the header where there is one. */
  slotFor(bytes: Bytes): Bytes {
    const at = lowerBound(this.#sizes, Math.max(1, bytes));
    return at < this.#sizes.length ? this.#sizes[at]! : Math.ceil(bytes / PAGE) * PAGE;
  }
}
