/**
 * A dump that lacks span structs of the runtime → the spans that it knows, and those that must have been there: objects are found as a debugger finds
 * them, from variables and goroutines along typed pointers, and by the collector's own bits where a span is known. What only objects of unknown
 * spans lead to stays lost. The runtime's own records always win; the walk runs only where they are missing.
 */
import {Column} from '../../base/columns.js';
import {checkpoint, type Work} from '../../base/progress.js';
import {remember} from '../../base/remember.js';
import type {Address, Bytes, TypeIndex} from '../../base/units.js';
import {WarningLog} from '../../base/warnings.js';
import type {GoRuntime} from '../../runtime/go-runtime.js';
import {INLINE_MARK_BYTES, type RuntimeSpans} from '../../runtime/memory/spans.js';
import type {TypeWords} from '../../runtime/types/type-words.js';
import {WORD} from '../../runtime/words.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import type {TypeSource} from '../catalog/type-source.js';
import {FIRST_SPAN, HeapPages, RESERVED} from './heap-pages.js';
import {mergeSpans} from './merge-spans.js';
import {type FoundSpan, SpanFinder} from './span-finder.js';
import {ValueWalker} from './value-walker.js';
import {type WalkRoots, walkGlobals, walkGoroutines, walkSpecials} from './walk-roots.js';
import {WalkedBits} from './walked-bits.js';

/** Each round knows more spans than the one before; what needs more of them is damage. */
const MOST_ROUNDS = 64;

export interface HeapWalkInput {
  readonly go: GoRuntime;
  readonly source: TypeSource;
  readonly shapes: PointerShapes;
  readonly typeWords: TypeWords;
  readonly roots: WalkRoots;
}

/**
 * `runtime` with the spans that the walk finds, or as it is where the walk cannot begin: then `walk` is among the warnings. To be called where
 * it is not whole.
 */
export async function walkHeap(input: HeapWalkInput, runtime: RuntimeSpans, work?: Work): Promise<RuntimeSpans> {
  const {warnings} = input.go;
  const go = {...input.go, warnings: new WarningLog()}; // roots are read again, and warned about then
  const problem = 'Objects in spans that the runtime has no record of in the dump cannot be looked for';
  const walk = warnings.attempt('walk', problem, undefined, () => new HeapWalk({...input, go}, runtime));
  return walk ? walk.run(work) : runtime;
}

class HeapWalk {
  readonly #go: GoRuntime;
  readonly #input: HeapWalkInput;
  readonly #runtime: RuntimeSpans;
  readonly #pages: HeapPages;
  readonly #walker: ValueWalker;
  readonly #finder: SpanFinder;
  readonly #reached = new Column(Uint32Array); // 32 slots a number: it is an object that was reached
  readonly #firstWord = new Column(Uint32Array); // by span: 1 + its first row there; 0: none was reached yet
  readonly #bits = new Map<number, Uint32Array>(); // by span: a bit per word that is a pointer; none where the dump lacks them

  constructor(input: HeapWalkInput, runtime: RuntimeSpans) {
    const {go, source, shapes, typeWords} = input;
    this.#go = go;
    this.#input = input;
    this.#runtime = runtime;
    this.#pages = new HeapPages(go);
    this.#walker = new ValueWalker(source, shapes, typeWords, this.#pages);
    const mayHaveMarks = go.layouts.find('runtime.heapArena')?.findOffset('pageUseSpanInlineMarkBits') !== undefined;
    const seen = runtime.inlineMarks.includes(1) ? true : undefined;
    const format = {headers: runtime.heapBitmap === undefined, inlineMarks: mayHaveMarks ? seen : false};
    this.#finder = new SpanFinder(go.image, this.#pages, format, runtime.table.count);
    const {start, length, slots, count} = runtime.table;
    for (let span = 0; span < count; span++)
      this.#pages.assign(start[span]!, start[span]! + length[span]!, slots[span] === 0 ? RESERVED : FIRST_SPAN + span);
  }

  async run(work: Work | undefined): Promise<RuntimeSpans> {
    const {roots, shapes} = this.#input;
    const {warnings} = this.#go;
    const stacks = warnings.attempt('walk', '', [], () => walkGoroutines(this.#go, roots, shapes, this.#pages, this.#walker));
    walkGlobals(roots, shapes, this.#walker);
    warnings.attempt('walk', '', undefined, () => walkSpecials(this.#go, this.#runtime, this.#walker));
    for (let round = 0; round < MOST_ROUNDS; round++) {
      work?.onProgress?.('walking the heap', round, MOST_ROUNDS);
      await checkpoint(work);
      const known = this.#finder.spans.length;
      if (round === 0) await this.#walker.drain(work);
      this.#finder.find(this.#walker.claims);
      this.#finder.findNameless(this.#walker.nameless);
      if (round > 0 && this.#finder.spans.length === known) break;
      do this.#mark();
      while (await this.#walker.drain(work));
    }
    const {heapBitmap} = this.#runtime;
    const bits = heapBitmap && new WalkedBits(heapBitmap, this.#pages);
    return mergeSpans(
      {...this.#runtime, heapBitmap: bits},
      {spans: this.#finder.spans, reachedOf: (span) => this.#reachedOf(span), stacks},
      shapes,
    );
  }

  /** Marks what pointers lead to in known spans, and what the collector's bits say that it leads to. What lies in other pages waits. */
  #mark(): void {
    const {claims, nameless} = this.#walker;
    claims.keep((row) => !this.#markAt(claims.address.data[row]!));
    let kept = 0;
    for (let row = 0; row < nameless.length; row++) {
      const address = nameless.data[row]!;
      if (!this.#markAt(address)) nameless.data[kept++] = address;
    }
    nameless.length = kept;
  }

  /** False when no span is known there. */
  #markAt(address: Address): boolean {
    const page = this.#pages.find(address);
    if (page < 0) return true;
    const number = this.#pages.span[page]! - FIRST_SPAN;
    if (number < 0) return false;
    const place = this.#placeOf(number);
    const slot = Math.floor((address - place.start) / place.slotSize);
    if (slot >= place.slots) return true;
    const words = this.#reachedOf(number);
    if (((words[slot >>> 5]! >>> (slot & 31)) & 1) === 1) return true;
    if (this.#trace(number, place, place.start + slot * place.slotSize)) this.#reachedOf(number)[slot >>> 5]! |= 1 << (slot & 31);
    return true;
  }

  #placeOf(number: number): FoundSpan {
    const {table, inlineMarks, largeType} = this.#runtime;
    const {store} = this.#input.shapes;
    if (number >= table.count) return this.#finder.spans[number - table.count]!;
    return {
      start: table.start[number]!,
      length: table.length[number]!,
      slotSize: table.slotSize[number]!,
      slots: table.slots[number]!,
      scan: table.scan[number]!,
      header: table.header[number]!,
      inlineMarks: inlineMarks[number]!,
      largeType: store.rowOfLikelyType(largeType[number]!),
    };
  }

  /** 32 slots of the span a number: those that were reached. Valid until the next call. */
  #reachedOf(number: number): Uint32Array {
    const first = this.#firstWord;
    while (first.length <= number) first.push(0);
    const count = (this.#placeOf(number).slots + 31) >>> 5;
    if (first.data[number] === 0) {
      first.data[number] = 1 + this.#reached.length;
      this.#reached.reserve(count);
      this.#reached.length += count;
    }
    const at = first.data[number]! - 1;
    return this.#reached.data.subarray(at, at + count);
  }

  /** Follows the pointers of the object that has the slot. False when there can be none: its type word is none. */
  #trace(number: number, place: FoundSpan, slot: Address): boolean {
    const {image} = this.#go;
    if (place.scan === 0) return true;
    if (place.header > 0) {
      const type = image.isMapped(slot, WORD) ? this.#input.shapes.store.rowOfLikelyType(image.word(slot)) : 0;
      if (type !== 0) this.#walkValues(slot + place.header, type, place.slotSize - place.header);
      return type !== 0;
    }
    if (place.slots === 1) this.#walkValues(slot, place.largeType, place.slotSize);
    else this.#traceByBits(number, place, slot);
    return true;
  }

  #walkValues(address: Address, type: TypeIndex, space: Bytes): void {
    const {shapes} = this.#input;
    shapes.prepare(type);
    if (shapes.size[type]! > 0) this.#walker.walk(address, type, Math.floor(space / shapes.size[type]!));
  }

  /** The pointer words of an object that shares its span with others. */
  #traceByBits(number: number, place: FoundSpan, slot: Address): void {
    const {start, slotSize} = place;
    const bits = remember(this.#bits, number, () => this.#readBits(place));
    let isPair = false;
    for (let word = (slot - start) / WORD; word < (slot - start + slotSize) / WORD; word++) {
      const isPointer = ((bits[word >>> 5]! >>> (word & 31)) & 1) === 1;
      const at = start + word * WORD;
      if (isPointer && this.#pages.addPointer(this.#pages.find(at), at)) this.#walker.followNameless(at, isPair);
      isPair = !isPointer;
    }
  }

  /** A bit per word of the span, as the collector keeps them; empty where the dump lacks them. */
  #readBits({start, length, slotSize, inlineMarks}: FoundSpan): Uint32Array {
    const {image} = this.#go;
    const {heapBitmap} = this.#runtime;
    if (heapBitmap) return heapBitmap.has(start) ? heapBitmap.read(start, length, slotSize) : new Uint32Array(0);
    if (slotSize === WORD) return new Uint32Array(length / 256).fill(0xffffffff); // all are pointers
    const bitmap = start + length - length / 64 - (inlineMarks === 1 ? INLINE_MARK_BYTES : 0);
    return image.isMapped(bitmap, length / 64) ? wordsOf(image.bytes(bitmap, length / 64)) : new Uint32Array(0);
  }
}

/** Little endian. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Uint32Array.from({length: bytes.length / 4}, (_, i) => view.getUint32(i * 4, true));
}
