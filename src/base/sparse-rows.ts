/**
 * Ascending keys below a limit → the row of each, for loops that ask for nearly every possible key. A directory of four bytes for 64 possible keys
 * says among which rows to search: as a rule among none.
 */
import {indexOfSorted} from './lower-bound.js';

const SHIFT = 6;

export class SparseRows {
  readonly #keys: Uint32Array;
  readonly #first: Uint32Array; // per 64 possible keys, plus one: row of the first key there

  /** All `keys` are below `limit`; they may not change. */
  constructor(keys: Uint32Array, limit: number) {
    this.#keys = keys;
    const blocks = Math.floor(limit / 2 ** SHIFT) + 1;
    this.#first = new Uint32Array(blocks + 1);
    for (let block = 0, row = 0; block <= blocks; block++) {
      while (row < keys.length && keys[row]! >>> SHIFT < block) row++;
      this.#first[block] = row;
    }
  }

  /** −1 when the key is not there. */
  find(key: number): number {
    const block = key >>> SHIFT;
    const from = this.#first[block]!;
    const to = this.#first[block + 1]!;
    return from === to ? -1 : indexOfSorted(this.#keys, key, from, to);
  }
}
