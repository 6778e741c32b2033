/**
 * Which typed places are known: (address, type) → the number of values there. A hash table in typed arrays, since there are as many places as
 * objects.
 */
import type {Address, TypeIndex} from '../../base/units.js';

/** Share of the entries that may be taken. */
const FULL = 0.5;

export class PlaceTable {
  #address = new Float64Array(1 << 12);
  #type = new Uint32Array(1 << 12);
  #count = new Float64Array(1 << 12); // 0: the entry is free
  #taken = 0;

  /** Whether this is news: the place was not known, or with fewer values. */
  raise(address: Address, type: TypeIndex, count: number): boolean {
    const entry = this.#find(address, type);
    if (this.#count[entry]! >= count) return false;
    const isNew = this.#count[entry] === 0;
    this.#address[entry] = address;
    this.#type[entry] = type;
    this.#count[entry] = count;
    if (isNew && ++this.#taken > this.#count.length * FULL) this.#grow();
    return true;
  }

  #find(address: Address, type: TypeIndex): number {
    const mask = this.#count.length - 1;
    const low = (address / 8) >>> 0;
    const hash = Math.imul(low ^ Math.imul(type, 0x9e3779b1), 0x85ebca6b);
    let entry = (hash ^ (hash >>> 15)) & mask;
    while (this.#count[entry] !== 0 && (this.#address[entry] !== address || this.#type[entry] !== type)) entry = (entry + 1) & mask;
    return entry;
  }

  #grow(): void {
    const [address, type, count] = [this.#address, this.#type, this.#count];
    this.#address = new Float64Array(count.length * 2);
    this.#type = new Uint32Array(count.length * 2);
    this.#count = new Float64Array(count.length * 2);
    for (let old = 0; old < count.length; old++) {
      if (count[old] === 0) continue;
      const entry = this.#find(address[old]!, type[old]!);
      this.#address[entry] = address[old]!;
      this.#type[entry] = type[old]!;
      this.#count[entry] = count[old]!;
    }
  }
}
