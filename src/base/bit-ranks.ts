/**
 * A set of numbers below a limit → the place of each in their ascending list, without a search: the set's bits, and for 32 of them how many come before.
 */
import {popcount32} from './bitset.js';

export class BitRanks {
  /** Two for 32 numbers, which are asked for together: their bits, and how many members come before. */
  readonly #words: Uint32Array;

  /** All `members` are below `limit`. */
  constructor(members: ArrayLike<number>, limit: number) {
    this.#words = new Uint32Array(2 * Math.ceil(limit / 32));
    const words = this.#words;
    for (let at = 0; at < members.length; at++) words[(members[at]! >>> 5) * 2]! |= 1 << (members[at]! & 31);
    for (let word = 2; word < words.length; word += 2) words[word + 1] = words[word - 1]! + popcount32(words[word - 2]!);
  }

  has(member: number): boolean {
    return ((this.#words[(member >>> 5) * 2]! >>> (member & 31)) & 1) !== 0;
  }
  /** −1 when it is no member. */
  find(member: number): number {
    const word = (member >>> 5) * 2;
    const bits = this.#words[word]!;
    const bit = member & 31;
    if (((bits >>> bit) & 1) === 0) return -1;
    return this.#words[word + 1]! + popcount32(bits & ((1 << bit) - 1));
  }
}
