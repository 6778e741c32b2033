/**
 * Arrays of words and linked structs in the runtime's memory. Their lengths and links come from memory that may be damaged or cut:
 * nothing here allocates more than the dump holds, or runs in a circle.
 */
import {viewOf, wordAt} from '../base/bytes.js';
import {GoheapError, unmappedError} from '../base/errors.js';
import {type Address, type Bytes, hex} from '../base/units.js';
import type {MemoryImage} from '../image/memory-image.js';

export const WORD: Bytes = 8;

/** `count` pointer-sized words. Throws `unmapped`. */
export function readWords(image: MemoryImage, address: Address, count: number): Float64Array {
  const bytes = image.bytes(address, count * WORD);
  const view = viewOf(bytes);
  const words = new Float64Array(count);
  for (let i = 0; i < count; i++) words[i] = wordAt(view, i * WORD);
  return words;
}

/** As many of `count` words as are in the dump without a gap, at most `most`; `lost` are those that are not. */
export function readPresentWords(
  image: MemoryImage,
  address: Address,
  count: number,
  most: number,
): {readonly words: Float64Array; readonly lost: number} {
  const present = Math.min(count, most, Math.floor(image.contiguous(address) / WORD));
  return {words: readWords(image, address, present), lost: count - present};
}

/**
 * The structs of a list, each of `size` bytes with the address of the next one at `next`. Throws `bad-format` when they form a circle,
 * `unmapped` when one is not in the dump.
 */
export function* followLinks(image: MemoryImage, first: Address, next: Bytes, size: Bytes = next + WORD): Generator<Address> {
  const seen = new Set<Address>();
  for (let at = first; at !== 0; at = image.word(at + next)) {
    if (seen.has(at)) throw new GoheapError('bad-format', `the list element at ${hex(at)} comes after itself`);
    if (!image.isMapped(at, size)) throw unmappedError(at, size);
    seen.add(at);
    yield at;
  }
}
