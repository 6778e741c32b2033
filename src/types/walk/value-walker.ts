/**
 * Typed values → what their pointers say about the memory they lead to: its extent, and the type of what lies there, which is walked next.
 * Every word of the heap is followed once, in batches by address; the structures of maps, channels, closures and interfaces tell numbers and types
 * as they do for `claims`. Memory that is not in the dump ends a path.
 */
import {Column} from '../../base/columns.js';
import {checkpoint, type Work} from '../../base/progress.js';
import type {Address, Bytes, TypeIndex} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import {KIND} from '../../runtime/types/kinds.js';
import type {TypeWords} from '../../runtime/types/type-words.js';
import {CLAIM} from '../catalog/claim.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import type {TypeSource} from '../catalog/type-source.js';
import type {HeapPages} from './heap-pages.js';
import {PlaceTable} from './place-table.js';

/** Places between two checkpoints. */
const BATCH = 1 << 16;
/** Fewer places are not worth sorting. */
const FEW = 64;
/** Nesting of types in types: more is damage. */
const DEEPEST = 200;
/** No program has more values behind one pointer. */
const MOST_VALUES = 2 ** 40;
/** Words that are looked at for each word of the heap in the dump: overlapping claims of damaged memory end there. */
const LOOKS_PER_WORD = 8;

/** What pointers said, a row each. */
export class ExtentClaims {
  readonly address = new Column(Float64Array);
  readonly size = new Column(Float64Array);
  /** 0: it has no pointers; 1: it has some. */
  readonly scan = new Column(Uint8Array);
  readonly type = new Column(Uint32Array); // TypeIndex of the values; 0: unknown

  add(address: Address, size: Bytes, scan: number, type: TypeIndex): void {
    this.address.push(address);
    this.size.push(size);
    this.scan.push(scan);
    this.type.push(type);
  }
  get length(): number {
    return this.address.length;
  }
  /** Forgets the rows of which `isKept` is false. It may add rows, which are asked about as well. */
  keep(isKept: (row: number) => boolean): void {
    const {address, size, scan, type} = this;
    let kept = 0;
    for (let row = 0; row < address.length; row++) {
      if (!isKept(row)) continue;
      for (const column of [address, size, scan, type]) column.data[kept] = column.data[row]!;
      kept++;
    }
    for (const column of [address, size, scan, type]) column.length = kept;
  }
}

/** Where typed values lie that are to be walked. */
class Places {
  readonly address = new Column(Float64Array);
  readonly type = new Column(Uint32Array);
  readonly count = new Column(Float64Array);

  push(address: Address, type: TypeIndex, count: number): void {
    this.address.push(address);
    this.type.push(type);
    this.count.push(count);
  }
  clear(): void {
    this.address.length = 0;
    this.type.length = 0;
    this.count.length = 0;
  }
}

export class ValueWalker {
  readonly claims = new ExtentClaims();
  /** Where pointers lead of which nothing more is known. */
  readonly nameless = new Column(Float64Array);
  readonly #image: MemoryImage;
  readonly #source: TypeSource;
  readonly #shapes: PointerShapes;
  readonly #typeWords: TypeWords;
  readonly #pages: HeapPages;
  readonly #known = new PlaceTable();
  readonly #pointerWords: (Uint32Array | undefined)[] = []; // by type
  #waiting = new Places();
  #spare = new Places();
  #looksLeft: number;

  constructor(source: TypeSource, shapes: PointerShapes, typeWords: TypeWords, pages: HeapPages) {
    this.#image = source.image;
    this.#source = source;
    this.#shapes = shapes;
    this.#typeWords = typeWords;
    this.#pages = pages;
    this.#looksLeft = LOOKS_PER_WORD * (pages.count * 1024 + 2 ** 20);
  }

  /** Follows what was found until nothing is left; whether there was anything. */
  async drain(work: Work | undefined): Promise<boolean> {
    const any = this.#waiting.address.length > 0;
    let sinceCheckpoint = 0;
    while (this.#waiting.address.length > 0) {
      const {address, type, count} = this.#waiting;
      [this.#waiting, this.#spare] = [this.#spare, this.#waiting];
      this.#waiting.clear();
      const order = Uint32Array.from({length: address.length}, (_, row) => row);
      if (order.length > FEW) order.sort((a, b) => address.data[a]! - address.data[b]!);
      for (const row of order) {
        this.walk(address.data[row]!, type.data[row]!, count.data[row]!);
        if (++sinceCheckpoint % BATCH === 0) await checkpoint(work);
      }
    }
    return any;
  }

  /** Follows the pointers of `count` values of the type at the address. */
  walk(address: Address, type: TypeIndex, count: number, depth = 0): void {
    const shapes = this.#shapes;
    shapes.prepare(type);
    if (shapes.pointerWords[type] === 0 || depth > DEEPEST) return;
    const size = shapes.size[type]!;
    if (shapes.first[type]! < 0) {
      this.#walkParts(address, type, count, depth);
      return;
    }
    const words = this.#pointerWordsOf(type);
    for (let value = 0, at = address; value < count && this.#looksLeft > 0; value++, at += size) {
      this.#looksLeft -= words.length;
      if (!this.#image.isMapped(at, size)) {
        const left = this.#image.contiguous(at);
        for (const word of words) if (word * 8 + 24 <= left) this.followWord(at + word * 8, shapes.first[type]! + word);
        if (left === 0) return;
        continue;
      }
      for (let i = 0; i < words.length; i++) this.followWord(at + words[i]! * 8, shapes.first[type]! + words[i]!);
    }
  }

  /** Follows one pointer word by the pool's entry for it; words of the heap once. */
  followWord(at: Address, entry: number): void {
    const page = this.#pages.find(at);
    if (page >= 0 && !this.#pages.addPointer(page, at)) return;
    if (!this.#image.isMapped(at, 8)) return;
    const target = this.#image.word(at);
    if (this.#pages.find(target) >= 0) this.#follow(at, target, entry);
  }

  /** The pointer word at `at`, in front of which a word of the same value lies if `pair`, of which no type is known. */
  followNameless(at: Address, pair: boolean): void {
    if (!this.#image.isMapped(at, 8)) return;
    const target = this.#image.word(at);
    if (this.#pages.find(target) < 0) return;
    this.#followInterface(at, target, pair && this.#image.isMapped(at - 8, 8) ? this.#dynamicType(at) : 0);
  }

  addNameless(target: Address): void {
    if (this.#pages.find(target) >= 0) this.nameless.push(target);
  }

  /** `count` values of the type lie at the address. */
  lead(address: Address, type: TypeIndex, count: number): void {
    const shapes = this.#shapes;
    shapes.prepare(type);
    const size = shapes.size[type]! * count;
    if (!(size > 0 && count < MOST_VALUES) || this.#pages.find(address) < 0) return;
    const scan = shapes.pointerWords[type]! > 0;
    if (scan && address % 8 !== 0) return;
    if (!this.#known.raise(address, type, count)) return;
    if (shapes.hidesPointers[type] === 1) this.#leadToHiding(address, type);
    else this.claims.add(address, size, scan ? 1 : 0, type);
    if (scan) this.#waiting.push(address, type, count);
  }

  #walkParts(address: Address, type: TypeIndex, count: number, depth: number): void {
    const description = this.#shapes.store.describe(type);
    for (let value = 0, at = address; value < count && this.#looksLeft > 0; value++, at += description.size) {
      this.#looksLeft -= 1 + description.fields.length;
      if (description.kind === KIND.array) this.walk(at, description.element, description.length, depth + 1);
      else for (const field of description.fields) this.walk(at + field.offset, field.type, 1, depth + 1);
    }
  }

  #pointerWordsOf(type: TypeIndex): Uint32Array {
    let words = this.#pointerWords[type];
    if (!words) {
      const {first, words: count, claim} = this.#shapes;
      const all = Array.from({length: count[type]!}, (_, word) => word);
      words = Uint32Array.from(all.filter((word) => claim.data[first[type]! + word] !== CLAIM.none));
      this.#pointerWords[type] = words;
    }
    return words;
  }

  #follow(at: Address, target: Address, entry: number): void {
    const {claim, target: element, group} = this.#shapes;
    const kind = claim.data[entry]!;
    if (kind === CLAIM.interface) this.#followInterface(at, target, this.#dynamicType(at));
    else if (kind === CLAIM.closure) this.#followClosure(target);
    else if (kind === CLAIM.opaque) this.nameless.push(target);
    else if (kind === CLAIM.directory && this.#wordAt(at + 8) === 0) this.lead(target, group.get(entry)!, 1);
    else this.lead(target, element.data[entry]!, this.#countAt(at, kind));
  }

  /** How many values a pointer at `at` leads to, as the words around it say. */
  #countAt(at: Address, claim: number): number {
    switch (claim) {
      case CLAIM.cap:
        return this.#wordAt(at + 16);
      case CLAIM.len:
      case CLAIM.directory:
        return this.#wordAt(at + 8);
      case CLAIM.mask:
        return this.#wordAt(at + 8) + 1;
      case CLAIM.ring:
        return this.#wordAt(at - 8);
      case CLAIM.buckets:
        return bucketsOf(this.#byteAt(at - 7));
      case CLAIM.oldBuckets:
        return bucketsOf(this.#byteAt(at - 15) - ((this.#byteAt(at - 16) & SAME_SIZE) !== 0 ? 0 : 1));
      default:
        return 1;
    }
  }

  /** 0 for what is not in the dump. */
  #wordAt(at: Address): number {
    return this.#image.isMapped(at, 8) ? this.#image.word(at) : 0;
  }
  #byteAt(at: Address): number {
    return this.#image.isMapped(at, 1) ? this.#image.u8(at) : 0;
  }

  #dynamicType(at: Address): TypeIndex {
    return this.#shapes.store.rowOfLikelyType(this.#typeWords.typeAt(this.#image, at - 8));
  }

  #followInterface(at: Address, target: Address, type: TypeIndex): void {
    const shapes = this.#shapes;
    shapes.prepare(type);
    const isDirect = type !== 0 && shapes.store.isDirect(type);
    const entry = isDirect && shapes.words[type]! > 0 ? shapes.find(type, 0) : 0;
    const claim = shapes.claim.data[entry]!;
    if (type !== 0 && !isDirect) this.lead(target, type, 1);
    else if (claim === CLAIM.single || claim === CLAIM.closure) this.#follow(at, target, entry);
    else this.nameless.push(target);
  }

  /** A channel: without pointers in its elements, these lie behind it in one allocation that the collector does not scan. */
  #leadToHiding(address: Address, type: TypeIndex): void {
    const {fields, size} = this.#shapes.store.describe(type);
    const offset = (name: string) => fields.find((field) => field.name === name)?.offset ?? Number.NaN;
    const at = (name: string) => address + offset(name);
    if (!this.#image.isMapped(address, size) || Number.isNaN(offset('buf'))) return;
    const buffer = this.#image.word(at('buf'));
    const bytes = this.#image.word(at('dataqsiz')) * this.#image.u16(at('elemsize'));
    const isOne = bytes === 0 || buffer === address + size;
    if (isOne) this.claims.add(address, size + bytes, 0, type);
    else this.claims.add(address, size, 1, type);
  }

  /** A closure, as far as the code that it begins with tells what was captured. */
  #followClosure(address: Address): void {
    const {dwarf, bias} = this.#source;
    const code = this.#wordAt(address);
    const fn = this.#source.closureFunction(code);
    const captured = fn && fn.structure === undefined ? (dwarf?.capturedAt(code - bias) ?? []) : [];
    const shapes = this.#shapes;
    let [end, scan] = [8, 0];
    for (const {offset, typeOffset} of captured) {
      const type = shapes.store.rowOfDie(typeOffset);
      shapes.prepare(type);
      end = Math.max(end, offset + shapes.size[type]!);
      if (shapes.pointerWords[type] === 0) continue;
      scan = 1;
      if (this.#known.raise(address + offset, type, 1)) this.#waiting.push(address + offset, type, 1);
    }
    if (captured.length > 0) this.claims.add(address, end, scan, 0);
    else this.nameless.push(address);
  }
}

/** Of a map's flags (runtime/map.go): it moves to as many buckets as it had. */
const SAME_SIZE = 8;

/** Buckets of a map, with the spare ones that are allocated behind them (runtime/map.go, makeBucketArray). */
function bucketsOf(log: number): number {
  return 2 ** log + (log >= 4 ? 2 ** (log - 4) : 0);
}
