/**
 * Objects → the pointers between them, in CSR form by source: one pass over the scannable spans in address order.
 * Which words are pointers is the collector's own knowledge: the bitmap at the end of a span of small objects, the type
 * word in front of a medium one, the span's type for a large one (runtime/mbitmap.go, Go 1.22 – 1.27).
 * A pointer to the heap that hits no allocated slot is counted, not kept: the runtime allows it in dead words only.
 */
import {Column} from '../base/columns.js';
import {popcount32} from '../base/bitset.js';
import {type Work, checkpoint} from '../base/progress.js';
import {type Address, hex} from '../base/units.js';
import {CHUNK, SequentialReader} from '../image/sequential-reader.js';
import type {GoRuntime} from '../runtime/go-runtime.js';
import type {PointerMask, PointerMasks} from '../runtime/pointer-masks.js';
import {ARENA_PAGES, PAGE, type RuntimeSpans} from '../runtime/spans.js';
import type {TypeWords} from '../runtime/type-words.js';
import type {ObjectIndexTable} from './find-objects.js';
import {PointerBitmaps} from './pointer-bitmaps.js';
import type {TracedEdges} from './traced-edges.js';

/** One bit per word, 128 bytes for a page of 8 KiB. */
const BITMAP_BYTES = PAGE / 64;
const INLINE_MARK_BYTES = 128;
/** Words of a large object that are read at once: a chunk, less the one word before. */
const LARGE_STEP = CHUNK / 8 - 1;

export async function traceEdges(
  go: GoRuntime,
  runtime: RuntimeSpans,
  index: ObjectIndexTable,
  masks: PointerMasks,
  typeWords: TypeWords,
  work?: Work,
): Promise<TracedEdges> {
  const tracer = new EdgeTracer(go, runtime, index, masks, typeWords);
  const {spans} = index;
  let sinceCheckpoint = 0;
  for (let span = 0; span < spans.count; span++) {
    tracer.traceSpan(span);
    sinceCheckpoint += spans.length[span]!;
    if (sinceCheckpoint < 8 * CHUNK) continue;
    sinceCheckpoint = 0;
    work?.onProgress?.('pointers', span, spans.count);
    await checkpoint(work);
  }
  return tracer.finish();
}

class EdgeTracer {
  readonly #go: GoRuntime;
  readonly #runtime: RuntimeSpans;
  readonly #index: ObjectIndexTable;
  readonly #masks: PointerMasks;
  readonly #typeWords: TypeWords;
  readonly #reader: SequentialReader;
  readonly #first: Uint32Array;
  readonly #bitmaps: PointerBitmaps;
  readonly #bits = new Uint32Array(2);
  readonly #slot: Column<Uint32Array>;
  readonly #target: Column<Uint32Array>;
  readonly #interiorEdge = new Column(Uint32Array);
  readonly #interiorOffset = new Column(Float64Array);
  readonly #headerObject = new Column(Uint32Array);
  readonly #headerType = new Column(Float64Array);
  readonly #interfaceEdge = new Column(Uint32Array);
  readonly #interfaceType = new Column(Float64Array);

  constructor(go: GoRuntime, runtime: RuntimeSpans, index: ObjectIndexTable, masks: PointerMasks, typeWords: TypeWords) {
    this.#go = go;
    this.#runtime = runtime;
    this.#index = index;
    this.#masks = masks;
    this.#typeWords = typeWords;
    this.#bitmaps = new PointerBitmaps(index);
    this.#reader = new SequentialReader(go.image);
    this.#first = new Uint32Array(index.count + 1);
    // Capacity that is never written costs address space only, so the usual two pointers an object never make the columns grow.
    this.#slot = new Column(Uint32Array, 2 * index.count + 1024);
    this.#target = new Column(Uint32Array, 2 * index.count + 1024);
  }

  traceSpan(span: number): void {
    const {spans, firstObject} = this.#index;
    if (spans.scan[span] === 0) {
      this.#first.fill(this.#slot.length, firstObject[span]!, firstObject[span + 1]!);
    } else if (spans.header[span]! !== 0) this.#traceWithHeaders(span);
    else if (this.#runtime.largeType[span] !== 0 || spans.slots[span] === 1) this.#traceLarge(span);
    else this.#traceSmall(span);
  }

  finish(): TracedEdges {
    if (this.#reader.missing > 0) {
      this.#go.warnings.add('heap-missing', `${this.#reader.missing} bytes of heap spans are not in the dump: pointers in them are lost.`);
    }
    this.#first[this.#index.count] = this.#slot.length;
    return {
      first: this.#first,
      slot: this.#slot.data.subarray(0, this.#slot.length), // copied once, when roots are numbered
      target: this.#target.data.subarray(0, this.#target.length),
      bitmaps: this.#bitmaps,
      interiorEdge: this.#interiorEdge.finish(),
      interiorOffset: this.#interiorOffset.finish(),
      headerObject: this.#headerObject.finish(),
      headerType: this.#headerType.finish(),
      interfaceEdge: this.#interfaceEdge.finish(),
      interfaceType: this.#interfaceType.finish(),
    };
  }

  /** Objects up to 512 bytes: a bit per word of the span, at its end. */
  #traceSmall(span: number): void {
    const {spans, firstObject, slot: slots} = this.#index;
    const length = spans.length[span]!;
    const words = this.#reader.words(spans.start[span]!, length);
    const slotWords = spans.slotSize[span]! / 8;
    const bitmapBytes = (length / PAGE) * BITMAP_BYTES;
    const bitmap = (length - bitmapBytes - (this.#runtime.inlineMarks[span] === 1 ? INLINE_MARK_BYTES : 0)) / 4;
    this.#reserve(length / 8);
    this.#bitmaps.keep(span, words.subarray(bitmap, bitmap + bitmapBytes / 4));
    for (let object = firstObject[span]!; object < firstObject[span + 1]!; object++) {
      this.#first[object] = this.#slot.length;
      this.#bitmaps.read(object, span, this.#bits);
      const base = slots[object]! * slotWords;
      for (let bits = this.#bits[0]!; bits !== 0; bits &= bits - 1) this.#addWord(words, base, 31 - Math.clz32(bits & -bits));
      for (let bits = this.#bits[1]!; bits !== 0; bits &= bits - 1) this.#addWord(words, base, 63 - Math.clz32(bits & -bits));
    }
  }

  /** Objects over 512 bytes: the word in front is the address of the type of their elements. */
  #traceWithHeaders(span: number): void {
    const {spans, firstObject, slot: slots} = this.#index;
    const words = this.#reader.words(spans.start[span]!, spans.length[span]!);
    const slotWords = spans.slotSize[span]! / 8;
    for (let object = firstObject[span]!; object < firstObject[span + 1]!; object++) {
      this.#first[object] = this.#slot.length;
      const base = slots[object]! * slotWords;
      const type = words[base * 2 + 1]! * 4294967296 + words[base * 2]!;
      const mask = this.#maskOf(object, type, spans.slotSize[span]! - 8);
      if (mask) this.#traceElements(words, base, 1, slotWords, mask, 1);
    }
  }

  /** One object a span, of the span's type: read in chunks. */
  #traceLarge(span: number): void {
    const {spans, firstObject} = this.#index;
    const object = firstObject[span]!;
    if (object === firstObject[span + 1]!) return;
    this.#first[object] = this.#slot.length;
    const mask = this.#maskOf(object, this.#runtime.largeType[span]!, spans.slotSize[span]!);
    if (!mask || mask.words.length === 0) return;
    const total = spans.slotSize[span]! / 8;
    for (let from = 0; from < total; from += LARGE_STEP) {
      const to = Math.min(total, from + LARGE_STEP);
      const start = Math.max(0, from - 1); // an interface's type word may lie just before its data word
      const words = this.#reader.words(spans.start[span]! + start * 8, (to - start) * 8);
      this.#traceElements(words, -start, from, to, mask, 0);
    }
  }

  /** The type's mask, or undefined (and no pointers) when the object has no sound type: the allocator had not initialized it yet. */
  #maskOf(object: number, type: Address, space: number): PointerMask | undefined {
    if (type === 0) return undefined;
    const mask = this.#masks.find(type);
    if (!mask || mask.size > space) {
      this.#go.warnings.add('object-type', `An object's type word ${hex(type)} is no type that fits: it was being allocated, or its memory is damaged.`);
      return undefined;
    }
    this.#headerObject.push(object);
    this.#headerType.push(type);
    return mask;
  }

  /**
   * The pointers among words [from, to) of an object whose word 0 is at `base` in `words`; its elements follow each other from word `data` on.
   */
  #traceElements(words: Uint32Array, base: number, from: number, to: number, mask: PointerMask, data: number): void {
    const pointers = mask.words;
    const stride = mask.size / 8;
    this.#reserve(to - from);
    const firstElement = Math.max(0, Math.floor((from - data) / stride));
    for (let start = data + firstElement * stride; start < to; start += stride) {
      for (let i = 0; i < pointers.length; i++) {
        const word = start + pointers[i]!;
        if (word >= to) return;
        if (word >= from) this.#addWord(words, base, word);
      }
    }
  }

  #reserve(more: number): void {
    this.#slot.reserve(more);
    this.#target.reserve(more);
  }

  /** Adds the edge of one pointer word, if it leads to an object. `findTarget` in 32-bit arithmetic: this runs for every pointer of the heap. */
  #addWord(words: Uint32Array, base: number, word: number): void {
    const at = (base + word) * 2;
    const low = words[at]!;
    const high = words[at + 1]!;
    if ((low | high) === 0 || high > 0x7fff) return;
    const index = this.#index;
    const block = index.arena[(high << 6) | (low >>> 26)]!;
    if (block === 0) return;
    const span = index.page[(block - 1) * ARENA_PAGES + ((low >>> 13) & (ARENA_PAGES - 1))]! - 1;
    if (span < 0) return;
    const offset = high * 4294967296 + low - index.spans.start[span]!;
    const slotSize = index.spans.slotSize[span]!;
    const slot = Math.floor(offset / slotSize);
    const row = index.firstWord[span]! + (slot >>> 5);
    const bits = index.allocatedWord[row]!;
    if (slot >= index.spans.slots[span]! || ((bits >>> (slot & 31)) & 1) === 0) {
      this.#go.warnings.add('pointer-to-free', `A pointer word leads to ${hex(high * 4294967296 + low)}, a free slot: not an edge.`);
      return;
    }
    const edge = this.#slot.length++;
    this.#target.length++;
    this.#slot.data[edge] = word;
    this.#target.data[edge] = index.objectsBefore[row]! + popcount32(bits & ((1 << (slot & 31)) - 1));
    const inside = offset - slot * slotSize;
    if (inside !== index.spans.header[span]!) {
      this.#interiorEdge.push(edge);
      this.#interiorOffset.push(inside);
    }
    if (word > 0) {
      const type = this.#typeWords.typeOf(words[at - 2]!, words[at - 1]!);
      if (type !== 0) {
        this.#interfaceEdge.push(edge);
        this.#interfaceType.push(type);
      }
    }
  }
}
