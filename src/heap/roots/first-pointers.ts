/**
 * Words → of those that lead to one object the first: what millions of frames of a deep stack hold, as few edges as there are objects behind them.
 */
import {clearBit, createBitset, getBit, setBit} from '../../base/bitset.js';
import {Column} from '../../base/columns.js';
import {findTarget, type ObjectIndexTable, type Target} from '../find-objects.js';

/** A power of two. */
const RECENT = 256;

export class FirstPointers {
  readonly #index: ObjectIndexTable;
  readonly #target: Target = {object: 0, offset: 0};
  readonly #found = new Column(Uint32Array, 0); // objects
  readonly #recent = new Float64Array(RECENT); // words that were asked for: each frame of a recursion has its arguments
  #isFound: Uint8Array | undefined; // bit per object, once there is something to note

  constructor(index: ObjectIndexTable) {
    this.#index = index;
  }

  /** Whether a word is the first that leads to its object, for another series of words. One filter works at a time. */
  filter(): (value: number) => boolean {
    const {data, length} = this.#found;
    for (let i = 0; i < length; i++) clearBit(this.#isFound!, data[i]!);
    this.#found.length = 0;
    this.#recent.fill(0);
    return (value) => this.#isFirst(value);
  }

  #isFirst(value: number): boolean {
    const place = (value / 8) & (RECENT - 1);
    if (this.#recent[place] === value) return false;
    this.#recent[place] = value;
    const target = this.#target;
    if (!findTarget(this.#index, value, target)) return false;
    this.#isFound ??= createBitset(this.#index.count);
    if (getBit(this.#isFound, target.object)) return false;
    setBit(this.#isFound, target.object);
    this.#found.push(target.object);
    return true;
  }
}
