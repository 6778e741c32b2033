/**
 * A type → for every word of its values: is it a pointer, and what does a pointer there claim about its target?
 * Types up to 8 KiB are laid out word by word in one shared pool, so that propagation costs one look-up an edge; larger
 * ones are descended (arrays by modulo, structs by binary search) until a part fits.
 * Maps and channels are only followed where their structure is known (`refine-claims`). unsafe.Pointer claims nothing.
 */
import type {TypeIndex} from '../../base/units.js';
import {KIND} from '../../runtime/types/kinds.js';
import {isFunctionValue, mayHidePointers} from '../../runtime/types/opaque-pointers.js';
import {CLAIM, ClaimPool} from './claim.js';
import {PointerWords} from './pointer-words.js';
import {ClaimRefiner} from './refine-claims.js';
import type {FieldDescription, TypeDescription} from './type-description.js';
import {isNamedByShapes} from './type-name.js';
import type {TypeStore} from './type-store.js';

/** For `map<K,V>`, `table<K,V>`, a directory of these, `hash<K,V>`, `hchan<T>`, `sudog<T>`. */
const GENERIC = /^(?:\*?internal\/runtime\/maps\.table|internal\/runtime\/maps\.Map|runtime\.(?:hmap|hchan|sudog))$/;
const MAX_FLAT_WORDS = 1024;
const DEEPEST = 200;
/** Words of types that are held against each other. */
const MOST_COMPARED = 2 ** 24;

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
  readonly #pool = new ClaimPool();
  /** The pool's columns. */
  readonly claim = this.#pool.claim;
  readonly target = this.#pool.target;
  readonly group = this.#pool.group;
  readonly #refiner: ClaimRefiner;
  readonly #filling = new Set<TypeIndex>(); // types around the part that is laid out: none contains itself

  constructor(store: TypeStore) {
    this.store = store;
    this.pointers = new PointerWords((row) => store.describe(row));
    this.#refiner = new ClaimRefiner(store, this.#pool);
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
    this.isShape[row] = isNamedByShapes(type.name) && !type.name.startsWith('closure ') ? 1 : 0;
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

  /** Whether values of two types of one size have their pointers in the same words. */
  haveSamePointers(a: TypeIndex, b: TypeIndex): boolean {
    this.prepare(a);
    this.prepare(b);
    if (this.words[a]! > MOST_COMPARED) return false;
    for (let word = 0; word < this.words[a]!; word++) if (this.#isPointer(a, word) !== this.#isPointer(b, word)) return false;
    return true;
  }

  #isPointer(row: TypeIndex, word: number): boolean {
    const entry = this.find(row, word); // first: it may make the columns anew
    return this.claim.data[entry] !== CLAIM.none;
  }

  #layOut(row: TypeIndex, words: number): void {
    const first = this.#pool.append(words);
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
  #fill(row: TypeIndex, at: number, end: number, depth: number, inReflected = false): void {
    const count = this.pointers.count(row);
    if (depth > DEEPEST || count === 0 || count > end - at || this.#filling.has(row)) return; // parts that lie in one another
    const type = this.store.describe(row);
    const reflected = inReflected || (type.kind === KIND.struct && this.store.isReflected(row));
    if (type.kind !== KIND.array && type.kind !== KIND.struct) {
      this.#fillWord(type, at, end, reflected);
      return;
    }
    this.#filling.add(row);
    if (type.kind === KIND.array) {
      const stride = this.store.describe(type.element).size / 8;
      for (let i = 0; i < type.length && stride > 0; i++) this.#fill(type.element, at + i * stride, end, depth + 1, reflected);
    } else {
      for (const field of type.fields) {
        if (field.offset % 8 === 0 && !this.pointers.isHiddenOverflow(type, field))
          this.#fill(field.type, at + field.offset / 8, end, depth + 1, reflected);
      }
      this.#refiner.refine(type, at, end);
    }
    this.#filling.delete(row);
  }

  #fillWord(type: TypeDescription, at: number, end: number, reflected: boolean): void {
    // reflect (addTypeBits) has the collector look at both words of an interface, the compiler at the second only, before Go 1.11 at both, too.
    const bothWords = reflected || this.store.scansTypeWords;
    if (bothWords && type.kind === KIND.interface && at < end) this.#pool.set(at, CLAIM.opaque, 0);
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
    this.#pool.set(entry, claim, target);
  }

  /** runtime.bmap names only the head of what lies there; a pointer without element is C's void*. */
  #isPlaceholder(row: TypeIndex): boolean {
    return row === 0 || this.store.describe(row).name === 'runtime.bmap';
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
