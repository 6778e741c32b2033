/**
 * Pairs of small numbers, each written as one number below 2**31 → numbers 0, 1, 2 … in the order in which they were met: rows of tables that are as long as there are different
 * pairs. Loops over all nodes ask for the same few again and again.
 */

/** Pairs at hand: a power of 2. */
const AT_HAND = 1 << 12;

export class PairNumbers {
  readonly #numbers = new Map<number, number>();
  readonly #pairs = new Int32Array(AT_HAND).fill(-1);
  readonly #results = new Int32Array(AT_HAND);

  get count(): number {
    return this.#numbers.size;
  }
  of(pair: number): number {
    const at = (pair ^ (pair >>> 14)) & (AT_HAND - 1);
    if (this.#pairs[at] === pair) return this.#results[at]!;
    let number = this.#numbers.get(pair);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(pair, number);
    }
    this.#pairs[at] = pair;
    this.#results[at] = number;
    return number;
  }
  /** In the order of their numbers. */
  pairs(): IterableIterator<number> {
    return this.#numbers.keys();
  }
}
