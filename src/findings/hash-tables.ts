/**
 * Two tables for values that are known by hashes: one tells which hashes come more than once, one which value was the first of its kind. Typed
 * arrays: there may be as many values as objects.
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import type {Address, Bytes} from '../base/units.js';

/** Hashes are looked at in groups that have so many upper bits in common, so that a bit for each possible one is at hand. */
const UPPER_BITS = 12;
const LOWER_BITS = 32 - UPPER_BITS;
const LARGEST_FILTER = 2 ** 30;
const PLACES_PER_HASH = 16;

/** Those that come more than once, found in groups: of millions that are all different a filter for all would wait for memory at each. */
export class RepeatedHashes {
  readonly #bits: Uint8Array; // a place for some hashes
  readonly #mask: number;

  constructor(hashes: Uint32Array) {
    const repeated = listRepeated(hashes);
    const places = 2 ** Math.ceil(Math.log2(Math.max(64, Math.min(LARGEST_FILTER, repeated.length * PLACES_PER_HASH))));
    this.#bits = createBitset(places);
    this.#mask = places - 1;
    for (let at = 0; at < repeated.length; at++) setBit(this.#bits, repeated.data[at]! & this.#mask);
  }

  /** Of one of the hashes. Rarely true for one that came once. */
  has(hash: number): boolean {
    return getBit(this.#bits, hash & this.#mask);
  }
}

/** Each as often as it comes, but once. The groups hold the hashes themselves and not their places, as `buildCsr` would: these cost as much as sorting. */
function listRepeated(hashes: Uint32Array): Column<Uint32Array> {
  const repeated = new Column(Uint32Array);
  const grouped = new Uint32Array(hashes.length);
  const end = new Uint32Array(2 ** UPPER_BITS + 1); // how many hashes each group has, then where the next one goes
  for (let at = 0; at < hashes.length; at++) end[(hashes[at]! >>> LOWER_BITS) + 1]++;
  for (let group = 1; group < end.length; group++) end[group] += end[group - 1]!;
  for (let at = 0; at < hashes.length; at++) grouped[end[hashes[at]! >>> LOWER_BITS]++] = hashes[at]!;
  const seen = createBitset(2 ** LOWER_BITS);
  const lower = 2 ** LOWER_BITS - 1;
  for (let first = 0, group = 0; group < 2 ** UPPER_BITS; first = end[group++]!) {
    for (let at = first; at < end[group]!; at++) {
      if (getBit(seen, grouped[at]! & lower)) repeated.push(grouped[at]!);
      else setBit(seen, grouped[at]! & lower);
    }
    for (let at = first; at < end[group]!; at++) seen[(grouped[at]! & lower) >>> 3] = 0;
  }
  return repeated;
}

/** Open addressing with linear probing; twice as large when it is half full. */
export class FirstValues {
  readonly #isEqual: (offset: Bytes, other: Address, length: Bytes) => boolean;
  #count = 0;
  #hash = new Int32Array(1024);
  #address = new Float64Array(1024); // 0: empty
  #length = new Float64Array(1024);

  /** Of a value by its offset, as its reader has it, and one that is there. */
  constructor(isEqual: (offset: Bytes, other: Address, length: Bytes) => boolean) {
    this.#isEqual = isEqual;
  }

  /** Whether no value like it is there; then this one is. */
  add(hash: number, {offset, address}: {readonly offset: Bytes; readonly address: Address}, length: Bytes): boolean {
    if (2 * this.#count >= this.#hash.length) this.#grow();
    const mask = this.#hash.length - 1;
    let place = hash & mask;
    for (; this.#address[place] !== 0; place = (place + 1) & mask) {
      const isLike = this.#hash[place] === hash && this.#length[place] === length;
      if (isLike && this.#isEqual(offset, this.#address[place]!, length)) return false;
    }
    this.#put(place, hash, address, length);
    this.#count++;
    return true;
  }

  #put(place: number, hash: number, address: Address, length: Bytes): void {
    this.#hash[place] = hash;
    this.#address[place] = address;
    this.#length[place] = length;
  }

  #grow(): void {
    const [hashes, addresses, lengths] = [this.#hash, this.#address, this.#length];
    const size = 2 * hashes.length;
    this.#hash = new Int32Array(size);
    this.#address = new Float64Array(size);
    this.#length = new Float64Array(size);
    for (let at = 0; at < hashes.length; at++) {
      if (addresses[at] === 0) continue;
      let place = hashes[at]! & (size - 1);
      while (this.#address[place] !== 0) place = (place + 1) & (size - 1);
      this.#put(place, hashes[at]!, addresses[at]!, lengths[at]!);
    }
  }
}
