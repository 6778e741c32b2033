/**
 * A part of memory as 64-bit words in one array, so that a search can look at all of them and at their neighbours.
 */
import type {Address, Bytes} from '../../base/units.js';
import type {MemoryImage, Range} from '../../image/memory-image.js';
import {readWords} from '../words.js';

export interface Words {
  readonly start: Address; // a multiple of 8
  readonly end: Address; // exclusive, of the whole part; `values` may end before
  readonly values: Float64Array; // exact below 2**53; what the dump lacks is 0
}

/** Linkers put large variables last, so that the runtime's own are at the front however large a program's tables are. */
const MOST: Bytes = 64 * 2 ** 20;
const PIECE: Bytes = 2 ** 20;

export function readRange(image: MemoryImage, range: Range): Words {
  const start = Math.ceil(range.start / 8) * 8;
  const count = Math.max(0, Math.floor((Math.min(range.end, start + MOST) - start) / 8));
  const values = new Float64Array(count);
  for (const mapping of image.mappings) {
    const end = Math.min(mapping.end, start + count * 8);
    for (let at = Math.max(Math.ceil(mapping.start / 8) * 8, start); at + 8 <= end; at += PIECE) {
      values.set(readWords(image, at, Math.floor(Math.min(PIECE, end - at) / 8)), (at - start) / 8);
    }
  }
  return {start, end: range.end, values};
}
