/**
 * Two numbers → one: a hash table with open addressing in typed arrays, for keys that loops over all objects ask for
 * (owner type and word, field and type, path and frame). A Map with joined keys would cost several times as much.
 */
import {NONE} from '../../src/base/units.js';

const INITIAL_SLOTS = 1 << 12; // a power of two, as all later sizes

export class PairTable {
  #first = new Uint32Array(INITIAL_SLOTS);
  #second = new Uint32Array(INITIAL_SLOTS);
  #value = new Uint32Array(INITIAL_SLOTS).fill(NONE);
  #count = 0;

  /** NONE when the pair is not there. */
  find(first: number, second: number): number {
    return this.#value[this.#slot(first, second)]!;
  }

  /** Adds or replaces; `value` is below NONE. */
  set(first: number, second: number, value: number): void {
    let slot = this.#slot(first, second);
    if (this.#value[slot] === NONE && ++this.#count * 2 > this.#value.length) {
      this.#grow();
      slot = this.#slot(first, second);
    }
    this.#first[slot] = first;
    this.#second[slot] = second;
    this.#value[slot] = value;
  }

  /** Where the pair is, or belongs. */
  #slot(first: number, second: number): number {
    const mask = this.#value.length - 1;
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      if (this.#value[slot] === NONE || (this.#first[slot] === first && this.#second[slot] === second)) return slot;
    }
  }

  #grow(): void {
    const [first, second, value] = [this.#first, this.#second, this.#value];
    this.#first = new Uint32Array(value.length * 2);
    this.#second = new Uint32Array(value.length * 2);
    this.#value = new Uint32Array(value.length * 2).fill(NONE);
    for (let old = 0; old < value.length; old++) {
      if (value[old] === NONE) continue;
      const slot = this.#slot(first[old]!, second[old]!);
      this.#first[slot] = first[old]!;
      this.#second[slot] = second[old]!;
      this.#value[slot] = value[old]!;
    }
  }
}
