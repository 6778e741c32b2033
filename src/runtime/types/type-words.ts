/**
 * Which words can be the first word of an interface value: the address of a type (empty interfaces) or of an itab.
 * Truth: runtime/iface.go (itabTable), internal/abi/iface.go, Go 1.17 – 1.27. Asked for every pointer of the heap, so
 * filters of a byte answer nearly all.
 */
import {GoheapError} from '../../base/errors.js';
import type {Address} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import type {GoRuntime} from '../go-runtime.js';
import {readPresentWords} from '../words.js';

export interface Itab {
  readonly address: Address;
  readonly type: Address; // of the concrete type
}

/** internal/abi.ITab: inter, type, hash, fun. */
const ITAB_TYPE = 8;
const PAGE_SHIFT = 12;
const FILTER = 65536;
/** High halves of addresses in user space, which has up to 48 bits. */
const HIGHS = 65536;
/** More entries than any program's table holds. */
const MAX_ITABS = 2 ** 24;

/** Where the words lead: all that a thread needs to tell them. */
export interface TypePlaces {
  readonly itabs: readonly Itab[];
  readonly ranges: readonly {readonly start: Address; readonly end: Address}[]; // of the modules' types
}

/** `listed`: itabs that a dump names itself, in place of those in the runtime's table. */
export function readTypeWords(go: GoRuntime, listed?: readonly Itab[]): TypeWords {
  const itabs = listed?.toSorted((a, b) => a.address - b.address) ?? readItabs(go);
  return new TypeWords({itabs, ranges: go.modules.map(({types, etypes}) => ({start: types, end: etypes}))});
}

export class TypeWords implements TypePlaces {
  readonly itabs: readonly Itab[];
  readonly #itabType: ReadonlyMap<Address, Address>;
  readonly ranges: TypePlaces['ranges'];
  /** By the high half of a word: 0 = `typeOf` is 0 for all of these. Most words fail here, and the heap's high halves stay in the cache. */
  readonly highs = new Uint8Array(HIGHS);
  readonly #filter = new Uint8Array(FILTER); // the same by bits 12 – 27 of an address

  constructor({itabs, ranges}: TypePlaces) {
    this.itabs = itabs;
    this.ranges = ranges;
    this.#itabType = new Map(itabs.map((itab) => [itab.address, itab.type]));
    const mark = (address: Address) => {
      this.highs[Math.floor(address / 2 ** 32)] = 1;
      this.#filter[Math.floor(address / 2 ** PAGE_SHIFT) % FILTER] = 1;
    };
    for (const itab of this.itabs) mark(itab.address);
    for (const {start, end} of this.ranges) for (let page = start - (start % 4096); page < end; page += 2 ** PAGE_SHIFT) mark(page);
  }

  /** As `typeOf`, for the word at the address. */
  typeAt(image: MemoryImage, address: Address): Address {
    return this.typeOf(image.u32(address), image.u32(address + 4));
  }

  /** Address of the dynamic type when the word (low, high 32 bits) can start an interface value; 0 otherwise. */
  typeOf(low: number, high: number): Address {
    if (this.#filter[((low >>> PAGE_SHIFT) | (high << (32 - PAGE_SHIFT))) & (FILTER - 1)] === 0 || (low & 7) !== 0) return 0;
    const word = high * 4294967296 + low;
    const type = this.#itabType.get(word);
    if (type !== undefined) return type;
    for (const {start, end} of this.ranges) if (word >= start && word < end) return word;
    return 0;
  }
}

/** All itabs that the program has used, by the runtime's hash table: ascending by address. Entries that make no sense are left out. */
function readItabs(go: GoRuntime): Itab[] {
  const {image, layouts, warnings} = go;
  const lost = 'values behind non-empty interfaces lose their types';
  return warnings.attempt('itabs', `The table of interface types cannot be read: ${lost}`, [], () => {
    const layout = layouts.get('runtime.itabTableType');
    const table = image.word(go.address('runtime.itabTable'));
    const size = image.word(table + layout.offsetOf('size'));
    if (size > MAX_ITABS) throw new GoheapError('bad-format', `the itab table claims ${size} entries`);
    const {words} = readPresentWords(image, table + layout.offsetOf('entries'), size, size);
    const found = new Map<Address, Address>();
    for (const address of words)
      if (address !== 0 && image.isMapped(address, ITAB_TYPE + 8)) found.set(address, image.word(address + ITAB_TYPE));
    const count = image.word(table + layout.offsetOf('count'));
    if (count !== found.size) {
      const problem = `The table of interface types has ${found.size} readable entries, the runtime counts ${count}`;
      warnings.add('itabs', `${problem}: ${lost}.`, Math.min(size, Math.abs(count - found.size)));
    }
    return Array.from(found, ([address, type]) => ({address, type})).sort((a, b) => a.address - b.address);
  });
}
