/**
 * runtime.mheap_.allspans → the span table, which slots are allocated, and where each span's pointer bits are.
 * Truth: runtime/mheap.go, mbitmap.go (isFree, heapBitsInSpan), mgcmark_greenteagc.go of Go 1.17 – 1.27.
 * Slot i is allocated when i < freeindex or allocBits[i]: also in spans that are not swept yet, where the garbage of the
 * last cycle still counts as allocated (it is kept and shown as unreachable).
 */
import {popcount32} from '../../base/bitset.js';
import {Column} from '../../base/columns.js';
import {GoheapError, isGoheapError} from '../../base/errors.js';
import {type Address, type Bytes, hex} from '../../base/units.js';
import type {SpanTable} from '../../graph/heap-graph.js';
import type {GoRuntime} from '../go-runtime.js';
import {ARENA_PAGES, ArenaTable, heapField, PAGE} from './arena-table.js';
import {findHeapBitmap, type HeapBits} from './heap-bitmap.js';
import {listSpans} from './list-spans.js';
import {LARGEST_CLASS, LARGEST_WITHOUT_HEADER} from './size-classes.js';

/** The span table and what only the reading stages need. Columns by the same rows. */
export interface RuntimeSpans {
  readonly table: SpanTable;
  readonly mspan: Float64Array; // Address of the runtime.mspan; 0: the dump lacks it
  readonly largeType: Float64Array; // Address of the type of a large object's elements; 0 = none
  readonly specials: Float64Array; // Address of the first special; 0 = none
  readonly inlineMarks: Uint8Array; // 1: the last INLINE_MARK_BYTES of the span hold the collector's mark bits
  readonly heapBitmap: HeapBits | undefined; // where the pointer bits of objects without a header are: in Go 1.21 and older, and of heap dumps
  readonly firstWord: Uint32Array; // per span, plus one: row of its first word in allocatedWord
  readonly allocatedWord: Uint32Array; // 32 slots a word, bit = slot is allocated
  readonly lostBits: Uint8Array; // 1: the dump lacks the span's allocation bits, slots behind its free index are taken as free
  readonly isWhole: boolean; // the dump has the structs, the allocation bits and the pointer bits of all spans
}

/** What the collector keeps at the end of some spans: its marks of their objects, since Go 1.25. */
export const INLINE_MARK_BYTES = 128;

/** One bit a word: of a span's bytes one in so many holds the pointer bits of small objects, since Go 1.22. */
const BITMAP_SHARE = 64;

/** Slots of a span of small objects: what the collector's marks and pointer bits at its end leave. */
export function slotsThatFit(length: Bytes, slotSize: Bytes, hasMarks: boolean, hasBits: boolean): number {
  const room = length - (hasMarks ? INLINE_MARK_BYTES : 0) - (hasBits ? length / BITMAP_SHARE : 0);
  return Math.floor(room / slotSize);
}

/** The runtime's mspan.state, by the names the runtime gives it without their prefix `mSpan`. */
export const SPAN_STATE = {dead: 0, inUse: 1, manual: 2} as const;

/** A span of several objects: the most pages that any size has, the most objects (a page of one-word ones). */
const MOST_CLASS_PAGES = 64;
const MAX_SLOTS = PAGE / 8;
/** User space has 48 address bits on arm64, 47 on amd64. */
const ADDRESS_LIMIT = 2 ** 48;

export function readSpans(go: GoRuntime): RuntimeSpans {
  const {mspans, isWhole} = listSpans(go);
  const rows = new MspanReader(go).readAll(mspans);
  const order = sortedByStart(rows.start.finish());
  const spans = buildTable(go, rows, order);
  const {table, heapBitmap, lostBits} = spans;
  const hasPointerBits = !heapBitmap || table.scan.every((scan, row) => scan === 0 || heapBitmap.has(table.start[row]!));
  return {...spans, isWhole: isWhole && rows.unreadable === 0 && !lostBits.includes(1) && hasPointerBits};
}

type Rows = ReturnType<MspanReader['readAll']>;

/** Reads mspan structs into columns; keeps the offsets at hand. */
class MspanReader {
  readonly #go: GoRuntime;
  readonly #offset: Readonly<
    Record<
      | 'startAddr'
      | 'npages'
      | 'freeindex'
      | 'nelems'
      | 'allocBits'
      | 'gcmarkBits'
      | 'allocCount'
      | 'spanclass'
      | 'state'
      | 'elemsize'
      | 'specials'
      | 'sweepgen',
      number
    >
  >;
  readonly #largeType: number | undefined; // Go 1.21 and older: none
  readonly #slots: (at: Address) => number;
  readonly #freeIndex: (at: Address) => number;

  constructor(go: GoRuntime) {
    this.#go = go;
    const mspan = go.layouts.get('runtime.mspan');
    const of = (field: string) => mspan.offsetOf(field);
    this.#offset = {
      startAddr: of('startAddr'),
      npages: of('npages'),
      freeindex: of('freeindex'),
      nelems: of('nelems'),
      allocBits: of('allocBits'),
      gcmarkBits: of('gcmarkBits'),
      allocCount: of('allocCount'),
      spanclass: of('spanclass'),
      state: of('state'),
      elemsize: of('elemsize'),
      specials: of('specials'),
      sweepgen: of('sweepgen'),
    };
    this.#largeType = mspan.findOffset('largeType');
    // Go 1.22 made these narrower.
    const number = (field: string, offset: number) =>
      mspan.sizeOf(field) === 2 ? (at: Address) => go.image.u16(at + offset) : (at: Address) => go.image.word(at + offset);
    this.#slots = number('nelems', this.#offset.nelems);
    this.#freeIndex = number('freeindex', this.#offset.freeindex);
  }

  newRows() {
    const float = () => new Column(Float64Array);
    return {
      mspan: float(),
      start: float(),
      pages: float(),
      slotSize: float(),
      allocBits: float(),
      largeType: float(),
      specials: float(),
      slots: new Column(Uint32Array),
      freeIndex: new Column(Uint32Array),
      allocCount: new Column(Uint32Array),
      state: new Column(Uint8Array),
      spanClass: new Column(Uint8Array),
      sweptBits: float(), // mark bits of a span that is just being swept; 0 = it is not
      swept: new Column(Uint8Array),
    };
  }

  /** With how many could not be read. */
  readAll(mspans: Float64Array) {
    const rows = this.newRows();
    let unreadable = 0;
    const {image, warnings} = this.#go;
    const heapSweepgen = image.u32(heapField(this.#go, 'sweepgen'));
    for (const at of mspans) {
      try {
        if (image.u8(at + this.#offset.state) !== SPAN_STATE.dead) this.#read(rows, at, heapSweepgen);
      } catch (error) {
        if (!isGoheapError(error)) throw error;
        unreadable++;
        warnings.add('span-unreadable', `The span struct at ${hex(at)} cannot be read (${error.message}): its objects are missing.`);
      }
    }
    return {...rows, unreadable};
  }

  #read(rows: ReturnType<MspanReader['newRows']>, at: Address, heapSweepgen: number): void {
    const {image} = this.#go;
    const offset = this.#offset;
    const inUse = image.u8(at + offset.state) === SPAN_STATE.inUse;
    const start = image.word(at + offset.startAddr);
    const pages = image.word(at + offset.npages);
    if (start % PAGE !== 0 || start + pages * PAGE > ADDRESS_LIMIT)
      throw new GoheapError('bad-format', `it claims ${pages} pages from ${hex(start)} on`);
    const slotSize = inUse ? image.word(at + offset.elemsize) : 0;
    const slots = inUse ? this.#slots(at) : 0;
    const isSized = !inUse || (slotSize > 0 && slotSize % 8 === 0);
    const isSmall = slots <= 1 || (slotSize <= LARGEST_CLASS && pages <= MOST_CLASS_PAGES && slots <= MAX_SLOTS);
    if (!isSized || !isSmall || slots * slotSize > pages * PAGE || pages * PAGE > image.size)
      throw new GoheapError('bad-format', `${slots} objects of ${slotSize} bytes in ${pages} pages`);
    rows.mspan.push(at);
    rows.start.push(start);
    rows.pages.push(pages);
    rows.state.push(image.u8(at + offset.state));
    rows.slotSize.push(slotSize);
    rows.slots.push(slots);
    rows.freeIndex.push(inUse ? Math.min(slots, this.#freeIndex(at)) : 0);
    rows.allocCount.push(inUse ? image.u16(at + offset.allocCount) : 0);
    rows.allocBits.push(inUse ? image.word(at + offset.allocBits) : 0);
    rows.largeType.push(inUse && this.#largeType !== undefined ? image.word(at + this.#largeType) : 0);
    rows.specials.push(inUse ? image.word(at + offset.specials) : 0);
    rows.spanClass.push(image.u8(at + offset.spanclass));
    const generation = (image.u32(at + offset.sweepgen) - heapSweepgen) | 0;
    rows.swept.push(generation === 0 || generation === 3 ? 1 : 0);
    rows.sweptBits.push(inUse && generation === -1 ? image.word(at + offset.gcmarkBits) : 0);
  }
}

function buildTable(go: GoRuntime, rows: Rows, order: Uint32Array): Omit<RuntimeSpans, 'isWhole'> {
  const count = order.length;
  const pick = <T extends Float64Array | Uint32Array | Uint8Array>(source: T, create: new (length: number) => T): T => {
    const result = new create(count);
    for (let row = 0; row < count; row++) result[row] = source[order[row]!]!;
    return result;
  };
  const start = pick(rows.start.data, Float64Array);
  const length = pick(rows.pages.data, Float64Array).map((pages) => pages * PAGE);
  const slotSize = pick(rows.slotSize.data, Float64Array);
  const slots = pick(rows.slots.data, Uint32Array);
  const spanClass = pick(rows.spanClass.data, Uint8Array);
  const state = pick(rows.state.data, Uint8Array);
  const allocated = new Uint32Array(count);
  const bits = readAllocated(go, rows, order, slots, allocated);
  const scan = new Uint8Array(count);
  const header = new Uint8Array(count);
  const tail = new Float64Array(count);
  const heapBitmap = findHeapBitmap(go);
  const smallHeaderLimit = go.constant('internal/runtime/gc.MinSizeForMallocHeader', 'runtime.minSizeForMallocHeader') ?? 512;
  for (let row = 0; row < count; row++) {
    const inUse = state[row] === SPAN_STATE.inUse;
    scan[row] = inUse && (spanClass[row]! & 1) === 0 ? 1 : 0;
    header[row] = !heapBitmap && scan[row] === 1 && slotSize[row]! > smallHeaderLimit && spanClass[row]! >>> 1 !== 0 ? 8 : 0;
    tail[row] = inUse ? Math.max(0, length[row]! - slots[row]! * slotSize[row]!) : 0;
  }
  return {
    table: {count, start, length, slotSize, state, slots, allocated, tail, scan, header, evidence: new Uint8Array(count)},
    mspan: pick(rows.mspan.data, Float64Array),
    largeType: pick(rows.largeType.data, Float64Array),
    specials: pick(rows.specials.data, Float64Array),
    inlineMarks: readInlineMarks(go, {start, length, state, slotSize}, spanClass),
    heapBitmap,
    ...bits,
  };
}

/** Allocation bits of all spans, 32 a word; fills `allocated` with the number of objects and compares it with the runtime's own. */
function readAllocated(go: GoRuntime, rows: Rows, order: Uint32Array, slots: Uint32Array, allocated: Uint32Array) {
  const firstWord = new Uint32Array(order.length + 1);
  for (let row = 0; row < order.length; row++) firstWord[row + 1] = firstWord[row]! + ((slots[row]! + 31) >>> 5);
  const allocatedWord = new Uint32Array(firstWord[order.length]!);
  const lostBits = new Uint8Array(order.length);
  for (let row = 0; row < order.length; row++) {
    if (slots[row] === 0) continue;
    const from = order[row]!;
    const words = allocatedWord.subarray(firstWord[row]!, firstWord[row + 1]!);
    const isFilled = fillFromBits(go, words, rows.allocBits.data[from]!, slots[row]!);
    lostBits[row] = isFilled ? 0 : 1;
    fillFromBits(go, words, rows.sweptBits.data[from]!, slots[row]!); // sweeping resets the free index before these bits count
    const freeIndex = rows.freeIndex.data[from]!;
    words.fill(0xffffffff, 0, freeIndex >>> 5);
    if ((freeIndex & 31) !== 0) words[freeIndex >>> 5]! |= (1 << (freeIndex & 31)) - 1;
    let count = 0;
    for (let word = 0; word < words.length; word++) count += popcount32(words[word]!);
    allocated[row] = count;
    if (rows.swept.data[from] === 1 && count !== rows.allocCount.data[from]!) {
      const where = `The span at ${hex(rows.start.data[from]!)} has ${count} allocated slots by its bits`;
      go.warnings.add(
        'allocation-count',
        `${where}, ${rows.allocCount.data[from]} by its counter: it was being changed when the dump was taken.`,
      );
    }
  }
  return {firstWord, allocatedWord, lostBits};
}

/** False when the dump lacks them. */
function fillFromBits(go: GoRuntime, words: Uint32Array, address: Address, slots: number): boolean {
  if (address === 0) return true;
  const bytes = go.image.find(address, (slots + 7) >>> 3);
  if (!bytes) {
    go.warnings.add(
      'allocation-bits',
      `Allocation bits at ${hex(address)} are not in the dump: slots behind the free index are taken as free.`,
    );
    return false;
  }
  for (let index = 0; index < bytes.length; index++) words[index >>> 2]! |= bytes[index]! << ((index & 3) * 8);
  if ((slots & 31) !== 0) words[words.length - 1]! &= (1 << (slots & 31)) - 1;
  return true;
}

/**
 * Which spans keep mark bits at their end: heapArena has a bit per page for it since Go 1.25. Where the dump lacks it, the last byte of such a span
 * tells: it is its class.
 */
function readInlineMarks(
  go: GoRuntime,
  {start, length, state, slotSize}: Pick<SpanTable, 'start' | 'length' | 'state' | 'slotSize'>,
  spanClass: Uint8Array,
): Uint8Array {
  const result = new Uint8Array(start.length);
  const field = go.layouts.get('runtime.heapArena').findOffset('pageUseSpanInlineMarkBits');
  if (field === undefined) return result;
  const {image} = go;
  const arenas = new ArenaTable(go);
  for (let row = 0; row < start.length; row++) {
    if (state[row] !== SPAN_STATE.inUse) continue;
    const arena = arenas.find(start[row]!);
    const page = Math.floor(start[row]! / PAGE) % ARENA_PAGES;
    const at = arena + field + (page >>> 3);
    const last = start[row]! + length[row]! - 1;
    if (arena !== 0 && image.isMapped(at, 1)) result[row] = (image.u8(at) >>> (page & 7)) & 1;
    else if (mayHaveInlineMarks(slotSize[row]!) && image.isMapped(last, 1)) result[row] = image.u8(last) === spanClass[row] ? 1 : 0;
  }
  return result;
}

/** Whether spans of such slots have marks at their end where the collector uses them at all. */
export function mayHaveInlineMarks(slotSize: Bytes): boolean {
  return slotSize >= 16 && slotSize <= LARGEST_WITHOUT_HEADER;
}

/** Spans in ascending address order; of two at one address (a struct that is being reused) the later one in the list counts. */
function sortedByStart(start: Float64Array): Uint32Array {
  const order = new Uint32Array(start.length);
  for (let row = 0; row < order.length; row++) order[row] = row;
  order.sort((a, b) => start[a]! - start[b]! || a - b);
  return order.filter((row, position) => position + 1 === order.length || start[order[position + 1]!] !== start[row]);
}
