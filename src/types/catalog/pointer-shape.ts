/**
 * A type → for every word of its values: is it a pointer, and what does a pointer there claim about its target?
 * Types up to 8 KiB are laid out word by word in one shared pool, so that propagation costs one look-up an edge; larger
 * ones are descended (arrays by modulo, structs by binary search) until a part fits.
 * Maps and channels are only followed where there is the structure: Go 1.24's map<K,V>, table<K,V> and groupReference<K,V>
 * (internal/runtime/maps), Go 1.23's hash<K,V> and bucket<K,V> (runtime/map.go), hchan<T>. unsafe.Pointer claims nothing.
 */
import {Column} from '../../base/columns.js';
import type {TypeIndex} from '../../base/units.js';
import {mayHidePointers} from '../../runtime/types/hidden-pointers.js';
import {KIND} from '../../runtime/types/kinds.js';
import {isFunctionValue, opaquePointersOf} from '../../runtime/types/opaque-pointers.js';
import {PointerWords} from './pointer-words.js';
import {EMPTY_DESCRIPTION, type FieldDescription, type TypeDescription} from './type-description.js';
import type {TypeStore} from './type-store.js';

/** What a word claims about the memory it points to; from `cap` on: several elements, and where their number is read. */
export const CLAIM = {
  none: 0, // not a pointer
  opaque: 1, // a pointer to something that the type does not tell
  interface: 2, // the data word of an interface: the word before it tells
  single: 3, // one value
  directory: 4, // a map's directory of tables, or its only group: the target's first word tells (a group starts with no pointer)
  cap: 5, // a slice's elements: their capacity is two words on
  len: 6, // a string's bytes: their number is in the next word
  mask: 7, // a table's groups: their number less one is in the next word
  ring: 8, // a channel's elements: their capacity is in the word before
  buckets: 9, // a map's buckets: the base-2 logarithm of their number is the byte 7 before
  oldBuckets: 10, // those that it moves away from: half as many, or as many when the byte before that says so
  closure: 11, // code with what it captured: the target's first word tells
} as const;

/** For `map<K,V>`, `table<K,V>`, a directory of these, `hash<K,V>`, `hchan<T>`, `sudog<T>`. */
const GENERIC = /^(?:\*?internal\/runtime\/maps\.table|internal\/runtime\/maps\.Map|runtime\.(?:hmap|hchan|sudog))$/;
const MAX_FLAT_WORDS = 1024;
const DEEPEST = 200;

export class PointerShapes {
  readonly store: TypeStore;
  readonly pointers: PointerWords;
  /** Per row; valid where `ready` is 1. */
  ready = new Uint8Array(1024);
  size = new Float64Array(1024); // Bytes
  words = new Uint32Array(1024); // size / 8, rounded down
  pointerWords = new Float64Array(1024);
  first = new Int32Array(1024); // row of its word 0 in the pool; −1: too large, use `find`
  isStruct = new Uint8Array(1024);
  isGeneric = new Uint8Array(1024); // 1: the runtime's stand-in for a structure that DWARF has per element type
  isShape = new Uint8Array(1024); // 1: stands for all types of its layout, in the code of generic functions
  hidesPointers = new Uint8Array(1024); // 1: may lie in memory without pointers although it has some
  counted = new Uint8Array(1024); // 1: some word claims several elements whose number is read from memory
  /** The pool: one entry a word. Entry 0 stands for "not a pointer". */
  readonly claim = new Column(Uint8Array);
  readonly target = new Column(Uint32Array); // TypeIndex of the element
  readonly #extra = new Map<TypeIndex, TypeIndex>(); // by type of bucket
  readonly group = new Map<number, TypeIndex>(); // pool entry of a directory → type of the group it may be instead

  constructor(store: TypeStore) {
    this.store = store;
    this.pointers = new PointerWords((row) => store.describe(row));
    this.#append(CLAIM.none, 0);
  }

  /** Lays the type out, once. */
  prepare(row: TypeIndex): void {
    if (this.ready[row] !== 1) this.#prepareNew(row);
  }

  #prepareNew(row: TypeIndex): void {
    if (row >= this.ready.length) this.#grow(row);
    const type = this.store.describe(row);
    const words = Math.floor(type.size / 8);
    this.ready[row] = 1;
    this.size[row] = type.size;
    this.isStruct[row] = type.kind === KIND.struct ? 1 : 0;
    this.isGeneric[row] = GENERIC.test(type.name || this.store.nameOf(row)) ? 1 : 0;
    this.isShape[row] = type.name.includes('go.shape.') && !type.name.startsWith('closure ') ? 1 : 0;
    this.hidesPointers[row] = mayHidePointers(type.name) ? 1 : 0;
    this.words[row] = Math.min(words, 0xffffffff);
    this.pointerWords[row] = this.pointers.count(row);
    if (this.pointerWords[row] === 0) {
      this.first[row] = -1;
      return;
    }
    if (words > MAX_FLAT_WORDS) this.#prepareParts(row, type);
    else this.#layOut(row, words);
  }

  /** Pool entry of the word of one value of the type; 0 when it is no pointer. `word` is below `words[row]`. */
  find(row: TypeIndex, word: number): number {
    let type = row;
    let at = word;
    for (let depth = 0; depth < DEEPEST; depth++) {
      this.prepare(type);
      if (this.pointerWords[type] === 0) return 0;
      const first = this.first[type]!;
      if (first >= 0) return at < this.words[type]! ? first + at : 0;
      const description = this.store.describe(type);
      if (description.kind === KIND.array) {
        type = description.element;
        this.prepare(type);
        at %= Math.max(1, this.words[type]!);
        continue;
      }
      const field = fieldAt(description.fields, at * 8);
      if (!field) return 0;
      type = field.type;
      at -= Math.floor(field.offset / 8);
    }
    return 0;
  }

  #layOut(row: TypeIndex, words: number): void {
    const first = this.claim.length;
    for (let i = 0; i < words; i++) this.#append(CLAIM.none, 0);
    this.#fill(row, first, first + words, 0);
    this.first[row] = first;
    for (let entry = first; entry < first + words; entry++) {
      const claim = this.claim.data[entry]!;
      if ((claim >= CLAIM.cap && claim <= CLAIM.oldBuckets) || claim === CLAIM.directory) this.counted[row] = 1;
    }
  }

  #prepareParts(row: TypeIndex, type: TypeDescription): void {
    this.first[row] = -1;
    const parts = type.kind === KIND.array ? [type.element] : type.fields.map((field) => field.type);
    for (const part of parts) {
      this.prepare(part);
      if (this.counted[part] === 1) this.counted[row] = 1;
    }
  }

  /** Writes the claims of a value whose word 0 is pool entry `at`. Values nest by containment, which is shallow; `depth` guards against damage. */
  #fill(row: TypeIndex, at: number, end: number, depth: number): void {
    if (depth > DEEPEST || this.pointers.count(row) === 0) return;
    const type = this.store.describe(row);
    if (type.kind === KIND.array) {
      const stride = this.store.describe(type.element).size / 8;
      for (let i = 0; i < type.length && stride > 0; i++) this.#fill(type.element, at + i * stride, end, depth + 1);
    } else if (type.kind === KIND.struct) {
      for (const field of type.fields) {
        if (field.offset % 8 === 0 && !this.pointers.isHiddenOverflow(type, field))
          this.#fill(field.type, at + field.offset / 8, end, depth + 1);
      }
      this.#refine(type, at, end);
      this.#refineOpaque(type, at, end);
    } else this.#fillWord(type, at, end);
  }

  #fillWord(type: TypeDescription, at: number, end: number): void {
    const entry = type.kind === KIND.interface ? at + 1 : at;
    if (entry >= end || !this.pointers.isPointer(type)) return; // a damaged type whose parts exceed it
    let claim: number = CLAIM.opaque;
    let target = 0;
    if (type.kind === KIND.pointer && isFunctionValue(this.store.describe(type.element).name)) claim = CLAIM.closure;
    else if (type.kind === KIND.pointer && !this.#isPlaceholder(type.element)) [claim, target] = [CLAIM.single, type.element];
    else if (type.kind === KIND.slice) [claim, target] = [CLAIM.cap, type.element];
    else if (type.kind === KIND.string) [claim, target] = [CLAIM.len, this.store.byteRow()];
    else if (type.kind === KIND.interface) claim = CLAIM.interface;
    else if (type.kind === KIND.func) claim = CLAIM.closure;
    else if (type.header !== 0) [claim, target] = [CLAIM.single, type.header];
    this.#set(entry, claim, target);
  }

  /** The runtime's generic structures say more than their fields' types. */
  #refine(type: TypeDescription, at: number, end: number): void {
    const entryOf = (name: string): number => {
      const field = type.fields.find((candidate) => candidate.name === name);
      const entry = field === undefined || field.offset % 8 !== 0 ? end : at + field.offset / 8;
      return entry < end && this.claim.data[entry] === CLAIM.single ? entry : 0;
    };
    if (type.name.startsWith('map<')) {
      const entry = entryOf('dirPtr');
      const group = entry === 0 ? 0 : this.#groupOf(this.target.data[entry]!);
      if (group !== 0) {
        this.#set(entry, CLAIM.directory, this.target.data[entry]!);
        this.group.set(entry, group);
      }
    } else if (type.name.startsWith('groupReference<')) {
      const entry = entryOf('data');
      if (entry !== 0) this.claim.data[entry] = CLAIM.mask;
    } else if (type.name.startsWith('hash<')) {
      const buckets = entryOf('buckets');
      const old = entryOf('oldbuckets');
      if (buckets !== 0) this.claim.data[buckets] = CLAIM.buckets;
      if (old !== 0) this.claim.data[old] = CLAIM.oldBuckets;
      const extra = entryOf('extra');
      if (buckets !== 0 && extra !== 0) this.#set(extra, CLAIM.single, this.#extraOf(this.target.data[extra]!, this.target.data[buckets]!));
    } else if (type.name.startsWith('hchan<')) {
      const element = elementOfChannel(type, this.store);
      const buffer = type.fields.find(({name}) => name === 'buf');
      if (element !== undefined && buffer && at + buffer.offset / 8 < end) this.#set(at + buffer.offset / 8, CLAIM.ring, element);
    } else if (type.name.startsWith('sync/atomic.Pointer[')) this.#refineAtomicPointer(type, at, end);
  }

  /** atomic.Pointer[T] is a [0]*T and an unsafe.Pointer. */
  #refineAtomicPointer(type: TypeDescription, at: number, end: number): void {
    const marker = type.fields[0] && this.store.describe(type.fields[0].type);
    const pointer = marker?.kind === KIND.array ? this.store.describe(marker.element) : undefined;
    const field = type.fields.find((candidate) => this.store.describe(candidate.type).kind === KIND.unsafePointer);
    if (pointer?.kind !== KIND.pointer || !field || at + field.offset / 8 >= end) return;
    this.#set(at + field.offset / 8, CLAIM.single, pointer.element);
  }

  /** Pointers of which something else than their type tells. */
  #refineOpaque(type: TypeDescription, at: number, end: number): void {
    for (const [name, {target, counted}] of Object.entries(opaquePointersOf(type.name))) {
      const field = type.fields.find((candidate) => candidate.name === name);
      if (!field || at + field.offset / 8 >= end) continue;
      const row = this.store.rowOfName(target);
      if (target === '') this.#set(at + field.offset / 8, CLAIM.interface, 0);
      else if (row !== 0) this.#set(at + field.offset / 8, counted ? CLAIM.len : CLAIM.single, row);
    }
  }

  /** From *table<K,V> by table.groups.data to the type of a group; 0 when a step is missing. */
  #groupOf(tablePointer: TypeIndex): TypeIndex {
    const table = this.store.describe(this.store.describe(tablePointer).element);
    const groups = table.fields.find((field) => field.name === 'groups');
    const data = groups && this.store.describe(groups.type).fields.find((field) => field.name === 'data');
    return data ? this.store.describe(data.type).element : 0;
  }

  /** The list of a map's overflow buckets, which says only `*[]*bmap`, in a version that knows what buckets they are. */
  #extraOf(extra: TypeIndex, bucket: TypeIndex): TypeIndex {
    let row = this.#extra.get(bucket);
    if (row === undefined) {
      const type = this.store.describe(extra);
      const next = this.store.define({...EMPTY_DESCRIPTION, kind: KIND.pointer, size: 8, element: bucket});
      const slice = this.store.define({...EMPTY_DESCRIPTION, kind: KIND.slice, size: 24, element: next});
      const list = this.store.define({...EMPTY_DESCRIPTION, kind: KIND.pointer, size: 8, element: slice});
      const fields = type.fields.map((field) => ({...field, type: field.name === 'nextOverflow' ? next : list}));
      const name = this.store.describe(bucket).name.replace(/^bucket/, 'mapextra');
      row = this.store.define({...type, name, package: '', runtimeAddress: Number.NaN, fields});
      this.#extra.set(bucket, row);
    }
    return row;
  }

  /** runtime.bmap names only the head of what lies there; a pointer without element is C's void*. */
  #isPlaceholder(row: TypeIndex): boolean {
    return row === 0 || this.store.describe(row).name === 'runtime.bmap';
  }

  #set(entry: number, claim: number, target: TypeIndex): void {
    this.claim.data[entry] = claim;
    this.target.data[entry] = target;
  }

  #append(claim: number, target: TypeIndex): void {
    this.claim.push(claim);
    this.target.push(target);
  }

  #grow(row: TypeIndex): void {
    const capacity = Math.max(row + 1, this.ready.length * 2);
    this.ready = grown(this.ready, new Uint8Array(capacity));
    this.size = grown(this.size, new Float64Array(capacity));
    this.words = grown(this.words, new Uint32Array(capacity));
    this.pointerWords = grown(this.pointerWords, new Float64Array(capacity));
    this.first = grown(this.first, new Int32Array(capacity));
    this.isGeneric = grown(this.isGeneric, new Uint8Array(capacity));
    this.isStruct = grown(this.isStruct, new Uint8Array(capacity));
    this.isShape = grown(this.isShape, new Uint8Array(capacity));
    this.hidesPointers = grown(this.hidesPointers, new Uint8Array(capacity));
    this.counted = grown(this.counted, new Uint8Array(capacity));
  }
}

/** From hchan<T> by recvq.first.elem to T; undefined for other types, and when a step is missing. */
function elementOfChannel(channel: TypeDescription, store: TypeStore): TypeIndex | undefined {
  const part = (type: TypeDescription, name: string) => {
    const field = type.fields.find((candidate) => candidate.name === name);
    return field && store.describe(field.type);
  };
  const waiter = part(part(channel, 'recvq') ?? EMPTY_DESCRIPTION, 'first');
  const element = waiter && part(store.describe(waiter.element), 'elem');
  return element?.kind === KIND.pointer ? element.element : undefined;
}

/** The last field that starts at or before the offset: a later field of size 0 at the same offset cannot hold a pointer, an earlier one neither. */
function fieldAt(fields: readonly FieldDescription[], offset: number): FieldDescription | undefined {
  let low = 0;
  let high = fields.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fields[middle]!.offset <= offset) low = middle + 1;
    else high = middle;
  }
  return fields[low - 1];
}

function grown<T extends Uint8Array | Uint32Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
