/**
 * Two tables for values that are known by hashes: one tells which hashes come more than once, one which value was the first of its kind. Typed
 * arrays: there may be as many values as objects.
 */
import type {Address, Bytes} from '../base/units.js';

const PLACES_PER_VALUE = 8;
const LARGEST_FILTER = 2 ** 30;

/** 2 bits for each place: how many values came there, at most 2. */
export class HashFilter {
  readonly #counts: Uint8Array;
  readonly #mask: number;

  constructor(values: number) {
    const places = Math.min(LARGEST_FILTER, 2 ** Math.ceil(Math.log2(Math.max(64, values * PLACES_PER_VALUE))));
    this.#counts = new Uint8Array(places / 4);
    this.#mask = places - 1;
  }

  add(hash: number): void {
    const place = hash & this.#mask;
    const shift = (place & 3) * 2;
    if (((this.#counts[place >>> 2]! >>> shift) & 3) < 2) this.#counts[place >>> 2]! += 1 << shift;
  }

  /** Whether more than one value may have the hash. */
  isRepeated(hash: number): boolean {
    const place = hash & this.#mask;
    return ((this.#counts[place >>> 2]! >>> ((place & 3) * 2)) & 3) === 2;
  }
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
