/**
 * Objects in the order of a dump → the spans that they lie in. A dump does not tell where spans begin, but a slot's address and size do: all slots
 * of a class follow each other from the start of a run of pages, and no class has two runs that the same address fits. The collector's pointer
 * bits are those of the dump's lists of fields.
 *
 * From Go 1.22 on the runtime dumps slots behind a span's last one, too: they are its pointer bits and marks, taken for objects, and are dropped here.
 * Truth: runtime/heapdump.go (dumpobjs), runtime/mheap.go (initSpan), Go 1.7 – 1.27.
 */
import {popcount32} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import {indexOfSorted, lowerBound} from '../base/lower-bound.js';
import type {Address, Bytes} from '../base/units.js';
import {PAGE} from '../runtime/memory/arena-table.js';
import type {HeapBits} from '../runtime/memory/heap-bitmap.js';
import {LARGEST_CLASS, LARGEST_WITHOUT_HEADER} from '../runtime/memory/size-classes.js';
import {mayHaveInlineMarks, type RuntimeSpans, SPAN_STATE, slotsThatFit} from '../runtime/memory/spans.js';
import type {DumpFormat} from './dump-dialect.js';
import type {DumpStream} from './dump-stream.js';
import {type ObjectDecoder, SPAN} from './object-decoder.js';

/** Heap bytes behind 32 bits. */
const BITS_STEP: Bytes = 256;
/** More address bits than user space has. */
const ADDRESS_LIMIT = 2 ** 48;

const NONE = new Uint32Array(0);

/** Of an object. */
export interface DumpedPlace {
  isFirst: boolean; // of its span
  spanStart: Address;
  spanEnd: Address; // exclusive
}

export class DumpedSpans {
  readonly #format: DumpFormat;
  readonly #columns = {
    start: new Column(Float64Array),
    length: new Column(Float64Array),
    slotSize: new Column(Float64Array),
    slots: new Column(Uint32Array),
    allocated: new Column(Uint32Array),
    scan: new Column(Uint8Array),
    firstWord: new Column(Uint32Array),
    firstBits: new Column(Uint32Array),
  };
  readonly #allocatedWord = new Column(Uint32Array);
  readonly #bits = new Column(Uint32Array);
  readonly place: DumpedPlace = {isFirst: false, spanStart: 0, spanEnd: 0};
  /** Has the span of the last object: its numbers, and the bits of small objects. */
  readonly #decoder: ObjectDecoder;
  readonly #span: Float64Array;
  #word = 0; // of the span, where the last object begins
  #largeBits = NONE; // of a span of one large object

  constructor(format: DumpFormat, decoder: ObjectDecoder) {
    this.#format = format;
    this.#decoder = decoder;
    this.#span = decoder.span;
  }

  /** Notes an object, and fills `place`. False where no allocator puts one of that size. */
  add(address: Address, size: Bytes): boolean {
    const {place} = this;
    const span = this.#span;
    const gap = address - span[SPAN.behind]!;
    place.isFirst = !(size === span[SPAN.size] && gap >= 0 && address + size <= span[SPAN.end]! && gap % size === 0);
    if (place.isFirst) {
      this.endSpan();
      if (!this.#beginSpan(address, size)) return false;
      place.spanStart = span[SPAN.start]!;
      place.spanEnd = span[SPAN.end]!;
    }
    const offset = address - span[SPAN.start]!;
    const slot = offset / size;
    this.#decoder.slots[slot >>> 5]! |= 1 << (slot & 31);
    this.#word = offset / 8;
    span[SPAN.behind] = address + size;
    return true;
  }

  /** The last object has pointers where the list says that comes now. */
  readFields(stream: DumpStream): void {
    const size = this.#span[SPAN.size]!;
    const first = this.#word;
    const bits = size > LARGEST_CLASS ? this.#largeBits : this.#decoder.bits;
    for (let offset = stream.field(); offset >= 0; offset = stream.field()) {
      this.#span[SPAN.hasFields] = 1;
      if (offset >= size) continue;
      const word = first + Math.floor(offset / 8);
      bits[word >>> 5]! |= 1 << (word & 31);
    }
  }

  #beginSpan(address: Address, size: Bytes): boolean {
    if (!(size > 0 && size % 8 === 0 && address % 8 === 0 && address + size < ADDRESS_LIMIT)) return false;
    const page = address - (address % PAGE);
    let start = page;
    let length = 0;
    if (size > LARGEST_CLASS) {
      if (address !== page) return false;
      length = Math.ceil(size / PAGE) * PAGE;
      this.#largeBits = new Uint32Array(bitNumbers(length));
    } else {
      const {sizes, pages: classPages} = this.#format.classes;
      const sizeClass = indexOfSorted(sizes, size);
      if (sizeClass < 0) return false;
      length = classPages[sizeClass]! * PAGE;
      while (start > page - length && (address - start) % size !== 0) start -= PAGE;
      if (start === page - length || address + size > start + length) return false;
    }
    this.#span.set([start, start + length, size, start, 0]);
    return true;
  }

  /** What comes is no object of it. */
  endSpan(): void {
    const [start, end, size, , hasFields] = this.#span as unknown as [Address, Address, Bytes, Address, number];
    if (size === 0) return;
    const slots = this.#capacity(end - start, size, hasFields === 1);
    const columns = this.#columns;
    const words = (slots + 31) >>> 5;
    const own = this.#decoder.slots.subarray(0, words);
    if ((slots & 31) !== 0) own[words - 1]! &= (1 << (slots & 31)) - 1;
    let allocated = 0;
    for (const word of own) allocated += popcount32(word);
    columns.start.push(start);
    columns.length.push(end - start);
    columns.slotSize.push(size);
    columns.slots.push(slots);
    columns.allocated.push(allocated);
    columns.scan.push(hasFields);
    columns.firstWord.push(this.#allocatedWord.length);
    columns.firstBits.push(this.#bits.length);
    this.#allocatedWord.append(own);
    this.#bits.append(size > LARGEST_CLASS ? this.#largeBits : this.#decoder.bits.subarray(0, bitNumbers(end - start)));
    this.#largeBits = NONE;
    this.#decoder.slots.fill(0); // more than the span has: see above
    if (size <= LARGEST_CLASS) this.#decoder.bits.fill(0, 0, bitNumbers(end - start));
    this.#span[SPAN.size] = 0;
  }

  #capacity(length: Bytes, size: Bytes, hasFields: boolean): number {
    if (size > LARGEST_CLASS) return 1;
    const {headers, inlineMarks} = this.#format;
    const hasBits = headers && hasFields && size <= LARGEST_WITHOUT_HEADER;
    return slotsThatFit(length, size, inlineMarks && mayHaveInlineMarks(size), hasBits);
  }

  /** The spans by address; of those that overlap, which only damage makes, the first one counts, and the number of others is `overlapping`. */
  finish(): {spans: RuntimeSpans; overlapping: number} {
    this.endSpan();
    const {start, length, slotSize, slots, allocated, scan, firstWord, firstBits} = this.#columns;
    const sorted = Array.from({length: start.length}, (_, row) => row).sort((a, b) => start.data[a]! - start.data[b]! || a - b);
    let behind = 0;
    const order = sorted.filter((row) => {
      if (start.data[row]! < behind) return false;
      behind = start.data[row]! + length.data[row]!;
      return true;
    });
    const count = order.length;
    const pick = <T extends Float64Array | Uint32Array | Uint8Array>({data}: Column<T>): T => {
      const result = data.slice(0, count);
      for (let row = 0; row < count; row++) result[row] = data[order[row]!]!;
      return result as T;
    };
    const [starts, lengths, sizes, ofScan, slotCounts] = [pick(start), pick(length), pick(slotSize), pick(scan), pick(slots)];
    const words = new Uint32Array(count + 1);
    for (let row = 0; row < count; row++) words[row + 1] = words[row]! + ((slotCounts[row]! + 31) >>> 5);
    const allocatedWord = new Uint32Array(words[count]!);
    for (let row = 0; row < count; row++) {
      const from = firstWord.data[order[row]!]!;
      allocatedWord.set(this.#allocatedWord.data.subarray(from, from + words[row + 1]! - words[row]!), words[row]);
    }
    const {headers, inlineMarks} = this.#format;
    const hasHeader = (row: number) => headers && ofScan[row] === 1 && sizes[row]! > LARGEST_WITHOUT_HEADER && sizes[row]! <= LARGEST_CLASS;
    const zeros = () => new Float64Array(count);
    return {
      spans: {
        table: {
          count,
          start: starts,
          length: lengths,
          slotSize: sizes,
          state: new Uint8Array(count).fill(SPAN_STATE.inUse),
          slots: slotCounts,
          allocated: pick(allocated),
          tail: lengths.map((bytes, row) => bytes - slotCounts[row]! * sizes[row]!),
          scan: ofScan,
          header: ofScan.map((_, row) => (hasHeader(row) ? 8 : 0)),
          evidence: new Uint8Array(count),
        },
        mspan: zeros(),
        largeType: zeros(),
        specials: zeros(),
        inlineMarks: ofScan.map((_, row) => (inlineMarks && mayHaveInlineMarks(sizes[row]!) ? 1 : 0)),
        heapBitmap: new DumpedBits(starts, lengths, pick(firstBits), this.#bits.finish(), headers),
        firstWord: words,
        allocatedWord,
        lostBits: new Uint8Array(count),
        isWhole: true,
      },
      overlapping: sorted.length - count,
    };
  }
}

/** Of 32 bits: readers may look one number beyond. */
function bitNumbers(length: Bytes): number {
  return Math.ceil(length / BITS_STEP / 2) * 2 + 1;
}

/** The lists of fields, as the collector's bits. */
class DumpedBits implements HeapBits {
  readonly missing = 0;
  readonly fillsLarge: boolean;
  readonly #start: Float64Array; // per span
  readonly #length: Float64Array;
  readonly #first: Uint32Array;
  readonly #bits: Uint32Array;

  constructor(start: Float64Array, length: Float64Array, first: Uint32Array, bits: Uint32Array, fillsLarge: boolean) {
    this.fillsLarge = fillsLarge;
    this.#start = start;
    this.#length = length;
    this.#first = first;
    this.#bits = bits;
  }

  has(page: Address): boolean {
    return this.#spanAt(page) >= 0;
  }

  read(start: Address, length: Bytes): Uint32Array {
    const span = this.#spanAt(start);
    const from = this.#first[span]! + (start - this.#start[span]!) / BITS_STEP;
    return this.#bits.subarray(from, from + Math.ceil(length / BITS_STEP));
  }

  #spanAt(address: Address): number {
    const span = lowerBound(this.#start, address + 1) - 1;
    return span >= 0 && address < this.#start[span]! + this.#length[span]! ? span : -1;
  }
}
