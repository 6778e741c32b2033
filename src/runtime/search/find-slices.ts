/**
 * Everything in a program's variables that looks like the header of a Go slice of pointers without nil: mheap_.allspans and
 * allgs are among them.
 */
import type {Address} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import type {Words} from './read-range.js';

export interface FoundSlice {
  readonly at: Address; // of its header
  readonly address: Address;
  readonly length: number;
}

/** Go's largest lists (spans, goroutines) are far shorter. */
const LONGEST = 2 ** 32;
const FIRST = 16;

/** One in so many elements of a list may be damaged, or under construction. */
export const MOST_WRONG = 16;

export function isAddress(word: number): boolean {
  return word >= 4096 && word < 2 ** 48 && word % 8 === 0;
}

export function findSlices(image: MemoryImage, variables: readonly Words[]): FoundSlice[] {
  const found: FoundSlice[] = [];
  for (const {start, values} of variables) {
    for (let i = 0; i + 2 < values.length; i++) {
      const [address, length, capacity] = [values[i]!, values[i + 1]!, values[i + 2]!];
      if (length === 0 || length > capacity || capacity > LONGEST || !isAddress(address)) continue;
      if (holdsAddresses(image, address, length)) found.push({at: start + i * 8, address, length});
    }
  }
  return found;
}

/** Of the first elements, most are addresses of memory. */
function holdsAddresses(image: MemoryImage, address: Address, length: number): boolean {
  const count = Math.min(length, FIRST);
  if (!image.isMapped(address, count * 8)) return false;
  let addresses = 0;
  for (let i = 0; i < count; i++) {
    const word = image.word(address + i * 8);
    if (isAddress(word) && image.isMapped(word, 8)) addresses++;
  }
  return addresses * 2 > count;
}

/** At most `most` of the slice's words, evenly spread; those that the dump lacks are left out. One after the other, because each is a read elsewhere. */
export function* sample(image: MemoryImage, {address, length}: FoundSlice, most: number): Generator<number> {
  const step = Math.max(1, Math.ceil(length / most));
  for (let i = 0; i < length; i += step) if (image.isMapped(address + i * 8, 8)) yield image.word(address + i * 8);
}

/** The slice whose header is at `at`. */
export function readSlice(image: MemoryImage, at: Address): FoundSlice {
  return {at, address: image.word(at), length: image.word(at + 8)};
}
