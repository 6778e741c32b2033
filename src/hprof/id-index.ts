/**
 * Ids → rows of the sorted column of ids. Objects lie at multiples of 8, so a bit for each place where one may begin, and how many begin before each 32 of these, make
 * it a look-up: a byte or two an object, which mostly fit the processor's caches, as the ids themselves do not. Only pieces of memory that have objects have bits.
 * Ids that are spread wider than that are searched.
 */
import {popcount32} from '../base/bitset.js';
import {indexOfSorted} from '../base/lower-bound.js';

/** Places in a piece: of 8 bytes each, 16 KiB. */
const PIECE = 2048;
const WORDS = PIECE / 32;
const ALIGNMENT = 8;
/** Pieces of few objects are not worth their bits: so many words an object at most, and some for small heaps. */
const MOST_WORDS = 4;
const MOST_PIECES = 4;
const SMALL = 2 ** 12;

export class IdIndex {
  readonly #id: Float64Array;
  readonly #base: number;
  readonly #places: number; // of a unit of ids: 1, or an eighth
  readonly #number: Uint32Array; // per piece: one more than the number of its bits; 0: it has none
  readonly #bits: Uint32Array; // per word of bits two: itself, and how many rows are below it, which lie in one line of a processor's cache

  constructor(id: Float64Array) {
    this.#id = id;
    this.#base = id.length > 0 ? id[0]! : 0;
    this.#places = areAligned(id) ? 1 / ALIGNMENT : 1;
    const pieces = id.length > 0 ? this.#pieceOf(id[id.length - 1]!) + 1 : 0;
    this.#number = new Uint32Array(pieces <= MOST_PIECES * id.length + SMALL ? pieces : 0);
    const words = this.#number.length > 0 ? this.#numberPieces() * WORDS : 0;
    const isWorth = words <= MOST_WORDS * id.length + SMALL;
    if (!isWorth) this.#number = new Uint32Array(0);
    this.#bits = new Uint32Array(isWorth ? 2 * words : 0);
    if (this.#number.length > 0) this.#fill();
  }

  #pieceOf(id: number): number {
    return Math.floor(((id - this.#base) * this.#places) / PIECE);
  }
  /** Gives how many have objects. */
  #numberPieces(): number {
    let count = 0;
    for (let row = 0; row < this.#id.length; row++) {
      const piece = this.#pieceOf(this.#id[row]!);
      if (this.#number[piece] === 0) this.#number[piece] = ++count;
    }
    return count;
  }
  #fill(): void {
    for (let row = 0; row < this.#id.length; row++) {
      const place = (this.#id[row]! - this.#base) * this.#places;
      const piece = Math.floor(place / PIECE);
      const within = place - piece * PIECE;
      this.#bits[2 * ((this.#number[piece]! - 1) * WORDS + (within >>> 5))]! |= 1 << (within & 31);
    }
    let rows = 0;
    for (let at = 0; at < this.#bits.length; at += 2) {
      this.#bits[at + 1] = rows;
      rows += popcount32(this.#bits[at]!);
    }
  }

  /** −1 where nothing has the id. */
  find(wanted: number): number {
    if (this.#number.length === 0) return indexOfSorted(this.#id, wanted);
    const place = (wanted - this.#base) * this.#places;
    const piece = Math.floor(place / PIECE);
    const number = piece >= 0 && piece < this.#number.length ? this.#number[piece]! : 0;
    if (number === 0) return -1;
    const exact = place - piece * PIECE;
    const within = exact | 0;
    const at = 2 * ((number - 1) * WORDS + (within >>> 5));
    const word = this.#bits[at]!;
    const bit = within & 31;
    if (((word >>> bit) & 1) === 0 || within !== exact) return -1;
    return this.#bits[at + 1]! + popcount32(word & ((1 << bit) - 1));
  }
}

function areAligned(id: Float64Array): boolean {
  for (let row = 0; row < id.length; row++) if (!Number.isInteger(id[row]! / ALIGNMENT)) return false;
  return true;
}
