/**
 * Sets of small numbers as numbers: a million objects below which the same few kinds of objects lie share one set. Whoever asks for the union of two, which neighbours do
 * again and again, mostly gets an answer that is known already.
 */

/** No set. */
export const EMPTY = 0;
/** Sets that there may be: their numbers have so many bits. */
export const SET_BITS = 14;
const MOST_SETS = 2 ** SET_BITS;
/** Unions at hand: a power of 2. */
const AT_HAND = 1 << 12;

export class InternedSets {
  readonly #members: (readonly number[])[] = [[]];
  readonly #byText = new Map<string, number>([['', EMPTY]]);
  readonly #unions = new Map<number, number>();
  readonly #pairs = new Int32Array(AT_HAND).fill(-1);
  readonly #results = new Uint16Array(AT_HAND);
  /** A set more than MOST_SETS was wanted: what was answered since is wrong. */
  isFull = false;

  /** Ascending. */
  membersOf(set: number): readonly number[] {
    return this.#members[set]!;
  }
  /** `members` ascend. */
  of(members: readonly number[]): number {
    const text = members.join();
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    if (this.#members.length === MOST_SETS) {
      this.isFull = true;
      return EMPTY;
    }
    this.#byText.set(text, this.#members.length);
    return this.#members.push(members) - 1;
  }
  union(a: number, b: number): number {
    const pair = (a << SET_BITS) | b;
    const at = (pair ^ (pair >>> 9)) & (AT_HAND - 1);
    if (this.#pairs[at] === pair) return this.#results[at]!;
    const result = this.#unions.get(pair) ?? this.#unite(a, b, pair);
    this.#pairs[at] = pair;
    this.#results[at] = result;
    return result;
  }

  #unite(a: number, b: number, pair: number): number {
    const members = [...new Set([...this.membersOf(a), ...this.membersOf(b)])].sort((one, other) => one - other);
    const result = members.length === this.membersOf(a).length ? a : this.of(members);
    this.#unions.set(pair, result);
    return result;
  }
}
