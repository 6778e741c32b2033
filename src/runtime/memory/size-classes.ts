/**
 * The sizes of the allocator's slots, and size → the slot that it takes. A slot that is larger than its claimed type's class tells that
 * something larger was allocated. The classes have been the same since Go 1.16; heap dumps may be of older programs. Truth:
 * internal/runtime/gc/sizeclasses.go (before Go 1.25 runtime/sizeclasses.go, before 1.8 msize.go), runtime/msize.go, malloc.go (mallocgc), Go 1.7 – 1.27.
 */
import {lowerBound} from '../../base/lower-bound.js';
import type {Bytes} from '../../base/units.js';
import {PAGE} from './arena-table.js';

/** By number of the class. Spans of class 0 hold one large object each. */
export const SIZE_CLASSES: Uint32Array = Uint32Array.of(
  0,
  8,
  16,
  24,
  32,
  48,
  64,
  80,
  96,
  112,
  128,
  144,
  160,
  176,
  192,
  208,
  224,
  240,
  256,
  288,
  320,
  352,
  384,
  416,
  448,
  480,
  512,
  576,
  640,
  704,
  768,
  896,
  1024,
  1152,
  1280,
  1408,
  1536,
  1792,
  2048,
  2304,
  2688,
  3072,
  3200,
  3456,
  4096,
  4864,
  5376,
  6144,
  6528,
  6784,
  6912,
  8192,
  9472,
  9728,
  10240,
  10880,
  12288,
  13568,
  14336,
  16384,
  18432,
  19072,
  20480,
  21760,
  24576,
  27264,
  28672,
  32768,
);
/** Pages of a span of each class. */
// biome-ignore format: a table
export const CLASS_PAGES: Uint8Array = Uint8Array.of(
  0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 2, 1, 2, 1, 3, 2, 3, 1, 3, 2, 3, 4, 5,
  6, 1, 7, 6, 5, 4, 3, 5, 7, 2, 9, 7, 5, 8, 3, 10, 7, 4,
);

export interface SizeClasses {
  readonly sizes: Uint32Array; // by number of the class
  readonly pages: Uint8Array;
}
const SINCE_16: SizeClasses = {sizes: SIZE_CLASSES, pages: CLASS_PAGES};
const WITHOUT_24: SizeClasses = {sizes: SIZE_CLASSES.filter((size) => size !== 24), pages: CLASS_PAGES.filter((_, number) => number !== 3)};
/** What initSizes of Go 1.7 computes when the program starts: of sizes from 1664 bytes on others. */
// biome-ignore format: a table
const UP_TO_7: SizeClasses = {
  sizes: Uint32Array.of(
    ...WITHOUT_24.sizes.subarray(0, 36), 1664, 2048, 2304, 2560, 2816, 3072, 3328, 4096, 4608, 5376, 6144, 6400, 6656, 6912, 8192, 8448, 8704, 9472, 10496,
    12288, 13568, 14080, 16384, 16640, 17664, 20480, 21248, 24576, 24832, 28416, 32768,
  ),
  pages: Uint8Array.of(
    ...WITHOUT_24.pages.subarray(0, 36), 2, 1, 2, 1, 3, 2, 3, 1, 3, 2, 3, 4, 5, 6, 1, 7, 6, 5, 4, 3, 5, 7, 2, 9, 7, 5, 8, 3, 10, 7, 4,
  ),
};

/** By minor version of Go 1. */
export function sizeClassesOf(minor: number): SizeClasses {
  if (minor >= 16) return SINCE_16;
  return minor >= 8 ? WITHOUT_24 : UP_TO_7;
}
/** Larger objects have spans of their own. */
export const LARGEST_CLASS: Bytes = 32768;
/** Objects with pointers above this size carry a header of 8 bytes, up to the largest class (Go 1.22 and newer). */
export const LARGEST_WITHOUT_HEADER: Bytes = 512;

/**
 * The slot for one allocation of `size` bytes; `scan` when it holds pointers. Sizes below 16 without pointers share a slot of 16.
 * `headers` is false in Go 1.21 and older, `sizes` others in Go 1.15 and older.
 */
export function slotSizeFor(size: Bytes, scan: boolean, headers = true, sizes = SIZE_CLASSES): Bytes {
  if (!scan && size < 16) return 16;
  const needed = headers && scan && size > LARGEST_WITHOUT_HEADER ? size + 8 : size;
  if (needed > LARGEST_CLASS) return Math.ceil(size / PAGE) * PAGE;
  return sizes[Math.max(1, lowerBound(sizes, needed))]!;
}

/** The largest slot that is smaller than this one: an allocation that got this slot was larger than that. 0 for the smallest. */
export function previousSlotSize(slotSize: Bytes): Bytes {
  if (slotSize > LARGEST_CLASS) return slotSize - PAGE;
  return SIZE_CLASSES[lowerBound(SIZE_CLASSES, slotSize) - 1]!;
}
