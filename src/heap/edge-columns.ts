/**
 * Pointer words → edges. Words are collected in batches and resolved in three short loops, each with one look-up that leads anywhere, so
 * that those of many words overlap: this runs for every pointer of the heap. The look-up is `findTarget` in 32-bit arithmetic.
 */

import {popcount32} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import {GoheapError} from '../base/errors.js';
import {NONE, type ObjectIndex} from '../base/units.js';
import {ARENA_PAGES, ARENA_SHIFT, PAGE} from '../runtime/memory/arena-table.js';
import type {TypeWords} from '../runtime/types/type-words.js';
import type {ObjectIndexTable} from './find-objects.js';
import type {TracedEdges} from './traced-edges.js';

const BATCH = 1 << 15;
/** Rows left free in front of both columns of all edges: those of root nodes, which are found later, come first. */
export const ROOM_FOR_ROOTS = 1 << 20;
const PAGE_SHIFT = Math.log2(PAGE);
/** Numbers per span in the packed table: low half of the start, slot size, first word, slots, header. */
const RECORD = 8;
const WIDE = 0xffffffff; // a slot of 4 GiB or more
/** Beside the number of a slot's bit: the pointer does not lead to the start of the slot's data, as far as 32 bits tell. */
const INTERIOR = 32;
/** More pointers to free slots than these are not worth counting: something is wrong by then. */
export const MAX_DANGLING = 1 << 22;
/** User space has at most 48 address bits: the high half of an address has 16. */
const MAX_HIGH = 0xffff;

/** Some of the objects, and columns to be written over, in which their edges are until the next run is begun. */
export interface ObjectRun {
  readonly from: ObjectIndex;
  readonly to: ObjectIndex; // exclusive
  readonly scratch: EdgeScratch;
}
export interface EdgeScratch {
  readonly slot: Column<Uint32Array>;
  readonly target: Column<Uint32Array>;
}

/** Rows have 32 bits; of these numbers some are left to bit sets, which round up, and to the edges of roots. */
const MOST_EDGES = 2 ** 32 - 2 ** 22;

/** Throws `limit` where there are more edges than rows can be numbered. */
export function checkEdgeCount(count: number): void {
  if (count > MOST_EDGES) throw new GoheapError('limit', `the heap has more than ${MOST_EDGES} pointers`);
}

export class EdgeColumns {
  readonly #index: ObjectIndexTable;
  readonly #typeWords: TypeWords;
  readonly #span: Uint32Array;
  readonly #pendingAt = new Uint32Array(BATCH); // position of the word in the memory at hand
  readonly #pendingSlot = new Uint32Array(BATCH);
  readonly #pendingOwner = new Uint32Array(BATCH);
  readonly #pendingSpan = new Uint32Array(BATCH); // row of the span that the word leads into
  readonly #pendingRank = new Uint32Array(BATCH); // of its slot: row in the index's `rank`; NONE = beyond the last slot
  readonly #pendingBit = new Uint8Array(BATCH); // its bit there, and INTERIOR
  #pending = 0;
  readonly #room: number; // rows before the first edge
  readonly #firstObject: ObjectIndex;
  readonly #first: Uint32Array; // per object from #firstObject on, plus one
  #begun: ObjectIndex; // the first edges of those before are known
  readonly #slot: Column<Uint32Array>;
  readonly #target: Column<Uint32Array>;
  readonly #interiorEdge = new Column(Uint32Array);
  readonly #interiorOffset = new Column(Float64Array);
  readonly #interfaceEdge = new Column(Uint32Array);
  readonly #interfaceType = new Column(Float64Array);
  /** Objects with a pointer into a heap span that hits no allocated slot: a row a pointer. */
  readonly #danglingOwner = new Column(Uint32Array);

  /** `span`: what `packSpans` makes of the index. Without `part`, for all objects, in memory that threads can share. */
  constructor(index: ObjectIndexTable, span: Uint32Array, typeWords: TypeWords, part?: ObjectRun) {
    const {from, to} = part ?? {from: 0, to: index.count};
    this.#index = index;
    this.#typeWords = typeWords;
    this.#span = span;
    this.#room = part ? 0 : ROOM_FOR_ROOTS;
    this.#firstObject = from;
    this.#begun = from;
    this.#first = new Uint32Array(to - from + 1);
    // The usual two pointers an object never make the columns grow.
    const create = () => new Column(Uint32Array, ROOM_FOR_ROOTS + 2 * index.count + BATCH, {shared: true});
    this.#slot = part?.scratch.slot ?? create();
    this.#target = part?.scratch.target ?? create();
    this.#slot.length = this.#room;
    this.#target.length = this.#room;
  }

  /** Word `slot` of `owner`, whose word 0 is at `base` in `words`, is a pointer. Owners must ascend, and slots per owner. */
  add(words: Uint32Array, owner: number, base: number, slot: number): void {
    const at = (base + slot) * 2;
    if (words[at] === 0 && words[at + 1] === 0) return;
    const row = this.#pending++;
    this.#pendingAt[row] = at;
    this.#pendingSlot[row] = slot;
    this.#pendingOwner[row] = owner;
    if (row === BATCH - 1) this.resolve(words);
  }

  /** Turns the collected words into edges; must be called before `words` changes. */
  resolve(words: Uint32Array): void {
    this.#findSpans(words);
    this.#findSlots(words);
    this.#addEdges(words);
    this.#pending = 0;
  }

  /** Page table: of the words that lead into no span nothing is left. */
  #findSpans(words: Uint32Array): void {
    const {arena, page} = this.#index;
    const [pendingAt, pendingSlot, pendingOwner, pendingSpan] = [this.#pendingAt, this.#pendingSlot, this.#pendingOwner, this.#pendingSpan];
    const count = this.#pending;
    let kept = 0;
    for (let row = 0; row < count; row++) {
      const at = pendingAt[row]!;
      const low = words[at]!;
      const high = words[at + 1]!;
      if (high > MAX_HIGH) continue;
      const block = arena[(high << (32 - ARENA_SHIFT)) | (low >>> ARENA_SHIFT)]!;
      if (block === 0) continue;
      const found = page[(block - 1) * ARENA_PAGES + ((low >>> PAGE_SHIFT) & (ARENA_PAGES - 1))]!;
      if (found === 0) continue;
      pendingAt[kept] = at;
      pendingSlot[kept] = pendingSlot[row]!;
      pendingOwner[kept] = pendingOwner[row]!;
      pendingSpan[kept++] = found - 1;
    }
    this.#pending = kept;
  }

  #findSlots(words: Uint32Array): void {
    const [pendingAt, pendingSpan, pendingRank, pendingBit] = [this.#pendingAt, this.#pendingSpan, this.#pendingRank, this.#pendingBit];
    const span = this.#span;
    const count = this.#pending;
    for (let row = 0; row < count; row++) {
      const record = pendingSpan[row]! * RECORD;
      const offset = (words[pendingAt[row]!]! - span[record]!) >>> 0;
      const slotSize = span[record + 1]!;
      const slot = slotSize === WIDE ? 0 : (offset / slotSize) >>> 0;
      const isStart = slotSize !== WIDE && offset - slot * slotSize === span[record + 4]!;
      pendingRank[row] = slot < span[record + 3]! ? (span[record + 2]! + (slot >>> 5)) * 2 : NONE;
      pendingBit[row] = (slot & 31) | (isStart ? 0 : INTERIOR);
    }
  }

  #addEdges(words: Uint32Array): void {
    const [pendingAt, pendingSlot, pendingOwner] = [this.#pendingAt, this.#pendingSlot, this.#pendingOwner];
    const [pendingRank, pendingBit] = [this.#pendingRank, this.#pendingBit];
    const count = this.#pending;
    checkEdgeCount(this.#slot.length + count);
    this.#slot.reserve(count);
    this.#target.reserve(count);
    const [slots, targets, first] = [this.#slot.data, this.#target.data, this.#first];
    const {rank} = this.#index;
    const {highs} = this.#typeWords;
    let edge = this.#slot.length;
    let begun = this.#begun;
    const firstObject = this.#firstObject;
    const room = this.#room;
    for (let row = 0; row < count; row++) {
      const at = pendingRank[row]!;
      const bit = pendingBit[row]!;
      const bits = at === NONE ? 0 : rank[at]!;
      if (((bits >>> (bit & 31)) & 1) === 0) {
        if (this.#danglingOwner.length < MAX_DANGLING) this.#danglingOwner.push(pendingOwner[row]!);
        continue;
      }
      const owner = pendingOwner[row]!;
      for (; begun <= owner; begun++) first[begun - firstObject] = edge - room;
      slots[edge] = pendingSlot[row]!;
      targets[edge] = rank[at + 1]! + popcount32(bits & ((1 << (bit & 31)) - 1));
      const word = pendingAt[row]!;
      if (bit >= INTERIOR) this.#addInterior(edge, this.#pendingSpan[row]!, words[word + 1]! * 4294967296 + words[word]!);
      if (pendingSlot[row] !== 0 && highs[words[word - 1]! & MAX_HIGH] !== 0) {
        this.#addInterface(edge, words[word - 2]!, words[word - 1]!);
      }
      edge++;
    }
    this.#slot.length = edge;
    this.#target.length = edge;
    this.#begun = begun;
  }

  finish(): Omit<TracedEdges, 'bitmaps' | 'headerObject' | 'headerType'> {
    const end = this.#slot.length;
    this.#first.fill(end - this.#room, this.#begun - this.#firstObject);
    return {
      first: this.#first,
      slot: this.#slot.data.subarray(this.#room, end),
      target: this.#target.data.subarray(this.#room, end),
      interiorEdge: this.#interiorEdge.finish(),
      interiorOffset: this.#interiorOffset.finish(),
      interfaceEdge: this.#interfaceEdge.finish(),
      interfaceType: this.#interfaceType.finish(),
      danglingOwner: this.#danglingOwner.finish(),
    };
  }

  #addInterior(edge: number, span: number, address: number): void {
    const {start, slotSize, slots, header} = this.#index.spans;
    const into = address - start[span]!;
    const offset = slots[span] === 1 ? into : into % slotSize[span]!;
    if (offset === header[span]) return; // in a slot of 4 GiB or more, where 32-bit arithmetic cannot tell
    this.#interiorEdge.push(edge - this.#room);
    this.#interiorOffset.push(offset);
  }

  #addInterface(edge: number, low: number, high: number): void {
    const type = this.#typeWords.typeOf(low, high);
    if (type === 0) return;
    this.#interfaceEdge.push(edge - this.#room);
    this.#interfaceType.push(type);
  }
}

/** What the loop needs of a span, in half a cache line. */
export function packSpans({spans, firstWord}: ObjectIndexTable): Uint32Array {
  const packed = new Uint32Array(spans.count * RECORD);
  for (let span = 0; span < spans.count; span++) {
    const record = span * RECORD;
    packed[record] = spans.start[span]! % 4294967296;
    packed[record + 1] = Math.min(spans.slotSize[span]!, WIDE);
    packed[record + 2] = firstWord[span]!;
    packed[record + 3] = spans.slots[span]!;
    packed[record + 4] = spans.header[span]!;
  }
  return packed;
}
