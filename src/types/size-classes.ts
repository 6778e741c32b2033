/**
 * Size → the slot that the allocator takes for it. The classes have been the same since Go 1.16 (internal/runtime/gc/sizeclasses.go,
 * before 1.25 runtime/sizeclasses.go; checked 1.17 – 1.27). A slot that is larger than its claimed type's class tells that something larger was allocated.
 */
import type {Bytes} from '../base/units.js';

const CLASSES = [
  8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448, 480, 512, 576, 640, 704,
  768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096, 4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472,
  9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768,
];
const LARGEST = 32768;
const PAGE = 8192;
/** Objects with pointers above this size carry a header of 8 bytes, up to the largest class (Go 1.22 and newer). */
const LARGEST_WITHOUT_HEADER = 512;

/** The slot for one allocation of `size` bytes; `scan` when it holds pointers. Sizes below 16 without pointers share a slot of 16. */
export function slotSizeFor(size: Bytes, scan: boolean): Bytes {
  if (!scan && size < 16) return 16;
  const needed = scan && size > LARGEST_WITHOUT_HEADER ? size + 8 : size;
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
