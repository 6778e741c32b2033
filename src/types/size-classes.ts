/**
 * Size → the slot that the allocator takes for it. A slot that is larger than its claimed type's class tells that something larger
 * was allocated. Truth: runtime/msize.go, malloc.go (mallocgc).
 */
import type {Bytes} from '../base/units.js';
import {SIZE_CLASSES} from '../runtime/size-classes.js';

const CLASSES = SIZE_CLASSES.slice(1); // without the class of large objects
const LARGEST = 32768;
const PAGE = 8192;
/** Objects with pointers above this size carry a header of 8 bytes, up to the largest class (Go 1.22 and newer). */
const LARGEST_WITHOUT_HEADER = 512;

/**
 * The slot for one allocation of `size` bytes; `scan` when it holds pointers. Sizes below 16 without pointers share a slot of 16.
 * `headers` is false in Go 1.21 and older.
 */
export function slotSizeFor(size: Bytes, scan: boolean, headers = true): Bytes {
  if (!scan && size < 16) return 16;
  const needed = headers && scan && size > LARGEST_WITHOUT_HEADER ? size + 8 : size;
  if (needed > LARGEST) return Math.ceil(size / PAGE) * PAGE;
  return CLASSES[firstAtLeast(needed)]!;
}

/** The largest slot that is smaller than this one: an allocation that got this slot was larger than that. 0 for the smallest. */
export function previousSlotSize(slotSize: Bytes): Bytes {
  if (slotSize > LARGEST) return slotSize - PAGE;
  const index = firstAtLeast(slotSize);
  return index === 0 ? 0 : CLASSES[index - 1]!;
}

/** Index of the first class of at least `size`, which is at most the largest class. */
function firstAtLeast(size: Bytes): number {
  let low = 0;
  let high = CLASSES.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (CLASSES[middle]! < size) low = middle + 1;
    else high = middle;
  }
  return low;
}
