/**
 * A set of numbers below a limit → the place of each in their ascending list, without a search: the set's bits, and for 32 of them how many come before.
 */
import {popcount32} from './bitset.js';

export class BitRanks {
  readonly #words: Uint32Array;
  readonly #before: Uint32Array; // per word: members below it

  /** All `members` are below `limit`. */
  constructor(members: ArrayLike<number>, limit: number) {
    this.#words = new Uint32Array(Math.ceil(limit / 32));
    for (let at = 0; at < members.length; at++) this.#words[members[at]! >>> 5]! |= 1 << (members[at]! & 31);
    this.#before = new Uint32Array(this.#words.length);
    for (let word = 1; word < this.#words.length; word++) this.#before[word] = this.#before[word - 1]! + popcount32(this.#words[word - 1]!);
  }

  has(member: number): boolean {
    return ((this.#words[member >>> 5]! >>> (member & 31)) & 1) !== 0;
  }
  /** −1 when it is no member. */
  find(member: number): number {
    const word = this.#words[member >>> 5]!;
    const bit = member & 31;
    if (((word >>> bit) & 1) === 0) return -1;
    return this.#before[member >>> 5]! + popcount32(word & ((1 << bit) - 1));
  }
}
