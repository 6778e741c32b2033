/**
 * Objects → the pointers between them, in CSR form by source: one pass over the scannable spans in address order.
 * Which words are pointers is the collector's own knowledge: the bitmap at the end of a span of small objects, the type
 * word in front of a medium one, the span's type for a large one (runtime/mbitmap.go, Go 1.22 – 1.27); the heap's bitmap
 * for objects of any size in Go 1.21 and older, and what a heap dump lists for those without a type word.
 */

import {Column} from '../base/columns.js';
import {type Address, type Bytes, hex, type ObjectIndex} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {CHUNK, SequentialReader} from '../image/sequential-reader.js';
import type {GoRuntime} from '../runtime/go-runtime.js';
import {PAGE} from '../runtime/memory/arena-table.js';
import type {HeapBits} from '../runtime/memory/heap-bitmap.js';
import {INLINE_MARK_BYTES, type RuntimeSpans} from '../runtime/memory/spans.js';
import {type PointerMask, PointerMasks} from '../runtime/types/pointer-masks.js';
import type {TypeWords} from '../runtime/types/type-words.js';
import {EdgeColumns, type EdgeScratch, packSpans} from './edge-columns.js';
import type {ObjectIndexTable} from './find-objects.js';
import {PointerBitmaps} from './pointer-bitmaps.js';
import type {TracedEdges} from './traced-edges.js';

/** One bit per word: 128 bytes for a page of 8 KiB. */
const BITMAP_BYTES = PAGE / 64;
/** Words of a large object that are read at once: a chunk, less room for the one word before. A multiple of 64, as heap bitmaps are read. */
const LARGE_STEP = CHUNK / 8 - 64;
/** The bits of objects of more words take several steps. */
const SMALL_WORDS = 64;

/** What a thread needs to trace any span. */
export interface TracedMemory {
  readonly reader: SequentialReader;
  readonly span: Uint32Array; // packSpans(index)
  readonly runtime: Pick<RuntimeSpans, 'inlineMarks' | 'largeType' | 'heapBitmap'>;
  readonly index: ObjectIndexTable;
  readonly typeWords: TypeWords;
  readonly masks: PointerMasks;
}

/** What a thread of its own reader has to trace with. */
export function tracedMemory(
  {image, minor, warnings}: Pick<GoRuntime, 'image' | 'minor' | 'warnings'>,
  runtime: TracedMemory['runtime'],
  index: ObjectIndexTable,
  typeWords: TypeWords,
): TracedMemory {
  const masks = new PointerMasks({image, minor, warnings});
  return {reader: new SequentialReader(image), span: packSpans(index), runtime, index, typeWords, masks};
}

/** A run of spans: its objects' edges have numbers of their own, and `first` begins with the first of them. */
export interface SpanRun {
  readonly number: number; // from 0 on, by address
  readonly from: number;
  readonly to: number; // exclusive
}

export class EdgeTracer {
  readonly #memory: TracedMemory;
  readonly #index: ObjectIndexTable;
  readonly #reader: SequentialReader;
  readonly #warnings: WarningLog;
  readonly #edges: EdgeColumns;
  readonly #bitmaps: PointerBitmaps;
  readonly #bits = new Uint32Array(2);
  readonly #headerObject = new Column(Uint32Array);
  readonly #headerType = new Column(Float64Array);
  readonly #missingBefore: Bytes;

  /** Of all spans, or of a run of them with the columns to use. */
  constructor(memory: TracedMemory, warnings: WarningLog, run?: SpanRun & {readonly scratch: EdgeScratch}) {
    const {index, reader, span, typeWords} = memory;
    const objects = run && {from: index.firstObject[run.from]!, to: index.firstObject[run.to]!, scratch: run.scratch};
    this.#memory = memory;
    this.#index = index;
    this.#reader = reader;
    this.#warnings = warnings;
    this.#edges = new EdgeColumns(index, span, typeWords, objects);
    this.#bitmaps = new PointerBitmaps(index, run);
    this.#missingBefore = reader.missing;
  }

  traceSpan(span: number): void {
    const {spans} = this.#index;
    if (spans.scan[span] === 0 || spans.allocated[span] === 0) return;
    const {heapBitmap} = this.#memory.runtime;
    if (spans.header[span] !== 0) this.#traceWithHeaders(span);
    else if (heapBitmap) this.#traceByHeapBitmap(heapBitmap, span);
    else if (spans.slots[span] === 1) this.#traceLarge(span);
    else this.#traceWithSpanBits(span);
  }

  /** Bytes of the traced spans that are not in the dump. */
  get missing(): Bytes {
    return this.#reader.missing - this.#missingBefore;
  }

  finish(): TracedEdges {
    return {
      ...this.#edges.finish(),
      bitmaps: this.#bitmaps,
      headerObject: this.#headerObject.finish(),
      headerType: this.#headerType.finish(),
    };
  }

  /** Objects up to 512 bytes: a bit per word of the span, at its end. */
  #traceWithSpanBits(span: number): void {
    const {spans} = this.#index;
    const length = spans.length[span]!;
    const words = this.#reader.words(spans.start[span]!, length);
    const bitmapBytes = (length / PAGE) * BITMAP_BYTES;
    const bitmap = (length - bitmapBytes - (this.#memory.runtime.inlineMarks[span] === 1 ? INLINE_MARK_BYTES : 0)) / 4;
    this.#traceSmall(span, words, words.subarray(bitmap, bitmap + bitmapBytes / 4));
  }

  /** Objects up to 512 bytes, whose span has these pointer bits. */
  #traceSmall(span: number, words: Uint32Array, bitmap: Uint32Array): void {
    const {spans, firstObject, slot: slots} = this.#index;
    this.#bitmaps.keep(span, bitmap);
    const slotWords = spans.slotSize[span]! / 8;
    const bits = this.#bits;
    for (let object = firstObject[span]!; object < firstObject[span + 1]!; object++) {
      this.#bitmaps.read(object, span, bits);
      const base = slots[object]! * slotWords;
      for (let rest = bits[0]!; rest !== 0; rest &= rest - 1) this.#edges.add(words, object, base, 31 - Math.clz32(rest & -rest));
      for (let rest = bits[1]!; rest !== 0; rest &= rest - 1) this.#edges.add(words, object, base, 63 - Math.clz32(rest & -rest));
    }
    this.#edges.resolve(words);
  }

  /** Go 1.21 and older. Bit i of a chunk's bitmap is the word that is i words behind the chunk's start. */
  #traceByHeapBitmap(bitmap: HeapBits, span: number): void {
    const {spans, firstObject, slot: slots} = this.#index;
    const start = spans.start[span]!;
    const slotSize = spans.slotSize[span]!;
    const slotWords = slotSize / 8;
    if (spans.slots[span] === 1) {
      this.#readLarge(span, (words, base, from, to) => {
        const bits = bitmap.read(start + from * 8, (to - from) * 8, (to - from) * 8);
        if (!bitmap.fillsLarge) this.#bitmaps.keep(span, bits);
        this.#addBits(words, firstObject[span]!, base, {from, to}, bits, from);
      });
      return;
    }
    const words = this.#reader.words(start, spans.length[span]!);
    const bits = bitmap.read(start, spans.length[span]!, slotSize);
    if (slotWords <= SMALL_WORDS) {
      this.#traceSmall(span, words, bits);
      return;
    }
    this.#bitmaps.keep(span, bits);
    for (let object = firstObject[span]!; object < firstObject[span + 1]!; object++) {
      const base = slots[object]! * slotWords;
      this.#addBits(words, object, base, {from: 0, to: slotWords}, bits, -base);
    }
    this.#edges.resolve(words);
  }

  /** The pointers among words [from, to) of an object whose word 0 is at `base` in `words`; bit 0 of `bits` is its word `origin`. */
  #addBits(
    words: Uint32Array,
    object: ObjectIndex,
    base: number,
    {from, to}: {from: number; to: number},
    bits: Uint32Array,
    origin: number,
  ): void {
    for (let word = from; word < to; ) {
      const bit = word - origin;
      for (let rest = bits[bit >>> 5]! >>> (bit & 31); rest !== 0; rest &= rest - 1) {
        const at = word + 31 - Math.clz32(rest & -rest);
        if (at >= to) return;
        this.#edges.add(words, object, base, at);
      }
      word += 32 - (bit & 31);
    }
  }

  /** Objects over 512 bytes: the word in front is the address of the type of their elements. */
  #traceWithHeaders(span: number): void {
    const {spans, firstObject, slot: slots} = this.#index;
    const words = this.#reader.words(spans.start[span]!, spans.length[span]!);
    const slotWords = spans.slotSize[span]! / 8;
    for (let object = firstObject[span]!; object < firstObject[span + 1]!; object++) {
      const base = slots[object]! * slotWords;
      const type = words[base * 2 + 1]! * 4294967296 + words[base * 2]!;
      const mask = this.#maskOf(object, type, spans.slotSize[span]! - 8);
      if (mask) this.#traceElements(words, object, base, {from: 1, to: slotWords, data: 1}, mask);
    }
    this.#edges.resolve(words);
  }

  /** One object a span, of the span's type. */
  #traceLarge(span: number): void {
    const {spans, firstObject} = this.#index;
    const object = firstObject[span]!;
    const mask = this.#maskOf(object, this.#memory.runtime.largeType[span]!, spans.slotSize[span]!);
    if (!mask || mask.words.length === 0) return;
    this.#readLarge(span, (words, base, from, to) => this.#traceElements(words, object, base, {from, to, data: 0}, mask));
  }

  /** One object a span, read in chunks: words [from, to) of it, where its word 0 would be at `base` of `words`. */
  #readLarge(span: number, trace: (words: Uint32Array, base: number, from: number, to: number) => void): void {
    const {spans} = this.#index;
    const total = spans.slotSize[span]! / 8;
    for (let from = 0; from < total; from += LARGE_STEP) {
      const to = Math.min(total, from + LARGE_STEP);
      const start = Math.max(0, from - 1); // an interface's type word may lie just before its data word
      const words = this.#reader.words(spans.start[span]! + start * 8, (to - start) * 8);
      trace(words, -start, from, to);
      this.#edges.resolve(words);
    }
  }

  /** The type's mask, or undefined (and no pointers) when the object has no sound type: the allocator had not initialized it yet. */
  #maskOf(object: ObjectIndex, type: Address, space: number): PointerMask | undefined {
    if (type === 0) return undefined;
    const mask = this.#memory.masks.find(type);
    if (!mask || mask.size > space) {
      this.#warnings.add(
        'object-type',
        `An object's type word ${hex(type)} is no type that fits: it was being allocated, or its memory is damaged.`,
      );
      return undefined;
    }
    this.#headerObject.push(object);
    this.#headerType.push(type);
    return mask;
  }

  /** The pointers among words [from, to) of an object whose word 0 is at `base` in `words`; its elements follow each other from word `data` on. */
  #traceElements(
    words: Uint32Array,
    object: ObjectIndex,
    base: number,
    {from, to, data}: {from: number; to: number; data: number},
    mask: PointerMask,
  ): void {
    const pointers = mask.words;
    if (pointers.length === 0) return;
    const stride = mask.size / 8;
    for (let start = data + Math.max(0, Math.floor((from - data) / stride)) * stride; start < to; start += stride) {
      for (let i = 0; i < pointers.length; i++) {
        const word = start + pointers[i]!;
        if (word >= to) return;
        if (word >= from) this.#edges.add(words, object, base, word);
      }
    }
  }
}
