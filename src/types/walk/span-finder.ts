/**
 * What pointers say about extents → the spans that must have been there. All objects of a span have slots of one size, so each claim is a vote for
 * the span that its allocation would lie in, and must lie within one slot of the true one. THE RULE:
 *
 * 1. A claim of more than the largest class is a span of its own, from the page on that it begins at.
 * 2. Where the collector keeps marks at the end of pages (Go 1.26), their last byte is the span's class: it counts where most of the page's claims agree.
 * 3. Of the spans that the claims of a page vote for the one counts that explains most bytes, of those in which all claims (but one in twenty) lie within
 *    one slot and to which the collector's pointer bits do not object.
 *
 * Pages that no rule gives a span wait for more claims. Truth: internal/runtime/gc/sizeclasses.go, runtime/mheap.go (initSpan),
 * mgcmark_greenteagc.go (spanInlineMarkBits), Go 1.17 – 1.27.
 */
import {popcount32} from '../../base/bitset.js';
import {Column} from '../../base/columns.js';
import {lowerBound} from '../../base/lower-bound.js';
import type {Address, Bytes, TypeIndex} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import {PAGE} from '../../runtime/memory/arena-table.js';
import {CLASS_PAGES, LARGEST_CLASS, LARGEST_WITHOUT_HEADER, SIZE_CLASSES, slotSizeFor} from '../../runtime/memory/size-classes.js';
import {INLINE_MARK_BYTES, mayHaveInlineMarks, slotsThatFit} from '../../runtime/memory/spans.js';
import {FIRST_SPAN, type HeapPages, NO_SPAN} from './heap-pages.js';
import type {ExtentClaims} from './value-walker.js';

/** One claim in so many may contradict the others: casts in unsafe code. */
const MOST_WRONG = 20;
/** The same where the collector's marks name the span. */
const MOST_WRONG_OF_MARKED = 2;
/** Spans that are looked at for one page. */
const MOST_CANDIDATES = 8;
/** Of a page: one bit a word. */
const BITMAP_BYTES = PAGE / 64;
/** The class of the slots that small objects without pointers share: they begin anywhere in them. */
const TINY = 2;
/** Claims that tell whether the collector keeps its marks in pages. */
const SAMPLE = 4096;

/** One object per span, of which there are far fewer than objects. */
export interface FoundSpan {
  readonly start: Address;
  readonly length: Bytes;
  readonly slotSize: Bytes;
  readonly slots: number;
  readonly scan: number; // as SpanTable's, and so is the next
  readonly header: Bytes;
  readonly inlineMarks: number; // as RuntimeSpans'
  readonly largeType: TypeIndex; // of the elements of a large object
}

interface Candidate {
  readonly start: Address;
  readonly sizeClass: number;
  readonly scan: number;
  votes: number;
}

export interface SpanFormat {
  /** The allocator puts the type in front of larger objects, and the pointer bits of small ones at the end of their spans. */
  readonly headers: boolean;
  /** The collector keeps marks at the end of pages; undefined: it may. */
  readonly inlineMarks: boolean | undefined;
}

export class SpanFinder {
  /** In the order in which they were found. */
  readonly spans: FoundSpan[] = [];
  readonly #image: MemoryImage;
  readonly #pages: HeapPages;
  readonly #format: SpanFormat;
  readonly #known: number; // spans of the runtime, which come first in the numbers of spans
  #inlineMarks: boolean | undefined;

  constructor(image: MemoryImage, pages: HeapPages, format: SpanFormat, known: number) {
    this.#image = image;
    this.#pages = pages;
    this.#format = format;
    this.#known = known;
    this.#inlineMarks = format.inlineMarks;
  }

  /** Makes spans of the claims in pages that have none. */
  find(claims: ExtentClaims): void {
    const order = this.#open(claims);
    this.#inlineMarks ??= this.#seesInlineMarks(claims, order);
    this.#findLarge(claims, order);
    const open = order.filter((row) => this.#spanAt(claims.address.data[row]!) === NO_SPAN);
    const sorted = new SortedClaims(claims, open, this.#format.headers);
    for (let from = 0; from < sorted.count; ) {
      const page = Math.floor(sorted.start[from]! / PAGE);
      const to = lowerBound(sorted.start, (page + 1) * PAGE, from);
      const found = this.#spanAt(page * PAGE) === NO_SPAN ? this.#chooseSmall(sorted, page * PAGE, from, to) : undefined;
      if (found) this.#addSmall(found);
      from = to;
    }
  }

  /** The same of pointers that say nothing about what they lead to: where the collector's marks tell the class, and they lead to slots of it. */
  findNameless(addresses: Column<Float64Array>): void {
    if (!this.#inlineMarks) return;
    const open = addresses.data
      .subarray(0, addresses.length)
      .filter((address) => this.#spanAt(address) === NO_SPAN)
      .sort();
    for (let from = 0; from < open.length; ) {
      const page = open[from]! - (open[from]! % PAGE);
      const to = lowerBound(open, page + PAGE, from);
      const candidate = this.#candidateOfMarks(page);
      if (candidate && this.#marksAreSound(candidate) && this.#leadToSlots(candidate, open.subarray(from, to))) this.#addSmall(candidate);
      from = to;
    }
  }

  #leadToSlots({start, sizeClass, scan}: Candidate, addresses: Float64Array): boolean {
    const slotSize = SIZE_CLASSES[sizeClass]!;
    const end = start + this.#slots(sizeClass, scan) * slotSize;
    return addresses.every((at) => at < end && (at - start) % slotSize === 0);
  }

  /** Slots that the page does not have are neither marked nor to be scanned. */
  #marksAreSound({start, sizeClass, scan}: Candidate): boolean {
    const slots = this.#slots(sizeClass, scan);
    for (const half of [0, INLINE_MARK_BYTES / 2]) {
      const at = start + PAGE - INLINE_MARK_BYTES + half;
      for (let byte = slots >>> 3; byte < INLINE_MARK_BYTES / 2 - 1; byte++) {
        const expected = byte === slots >>> 3 ? (1 << (slots & 7)) - 1 : 0;
        if ((this.#image.u8(at + byte) & ~expected) !== 0) return false;
      }
    }
    return true;
  }

  /** Claims in pages without a span. */
  #open(claims: ExtentClaims): Uint32Array {
    const rows = new Column(Uint32Array);
    for (let row = 0; row < claims.length; row++) if (this.#spanAt(claims.address.data[row]!) === NO_SPAN) rows.push(row);
    return rows.finish();
  }

  /** NaN for what is no page of the heap. */
  #spanAt(address: Address): number {
    const page = this.#pages.find(address);
    return page < 0 ? Number.NaN : this.#pages.span[page]!;
  }

  /** Rule 1. */
  #findLarge({address, size, scan, type}: ExtentClaims, order: Uint32Array): void {
    const isLarge = (row: number) =>
      address.data[row]! % PAGE === 0 && slotSizeFor(size.data[row]!, scan.data[row] === 1, this.#format.headers) > LARGEST_CLASS;
    for (const row of order.filter(isLarge).sort((a, b) => size.data[b]! - size.data[a]!)) {
      const start = address.data[row]!;
      const length = Math.ceil(size.data[row]! / PAGE) * PAGE;
      if (!this.#pages.areFree(start, start + length)) continue;
      this.#add({start, length, slotSize: length, slots: 1, scan: scan.data[row]!, header: 0, inlineMarks: 0, largeType: type.data[row]!});
    }
  }

  /** Rules 2 and 3, for the claims [from, to) of the page. */
  #chooseSmall(claims: SortedClaims, page: Address, from: number, to: number): Candidate | undefined {
    const marked = this.#candidateOfMarks(page);
    if (marked && this.#agrees(marked, claims, this.#marksAreSound(marked) ? MOST_WRONG_OF_MARKED : MOST_WRONG) > 0) return marked;
    const candidates: Candidate[] = [];
    for (let row = from; row < to; row++) this.#vote(candidates, claims, row);
    candidates.sort((a, b) => b.votes - a.votes);
    let [best, most] = [undefined as Candidate | undefined, 0];
    for (const candidate of candidates.slice(0, MOST_CANDIDATES)) {
      if (this.#hasInlineMarks(candidate.sizeClass)) continue; // its class would have been there
      const explained = this.#agrees(candidate, claims);
      if (explained > most) [best, most] = [candidate, explained];
    }
    return best;
  }

  #vote(candidates: Candidate[], claims: SortedClaims, row: number): void {
    const {sizeClass} = claims;
    const number = sizeClass[row]!;
    if (number === 0) return;
    const slotSize = SIZE_CLASSES[number]!;
    const pages = CLASS_PAGES[number]!;
    const at = claims.start[row]! - (number === TINY && claims.scan[row] === 0 ? claims.start[row]! % slotSize : 0);
    const page = at - (at % PAGE);
    for (let back = 0; back < pages; back++) {
      const start = page - back * PAGE;
      const offset = at - start;
      if (offset % slotSize !== 0 || offset + slotSize > pages * PAGE) continue;
      const scan = claims.scan[row]!;
      const known = candidates.find((other) => other.start === start && other.sizeClass === number && other.scan === scan);
      if (known) known.votes++;
      else if (this.#pages.areFree(start, start + pages * PAGE)) candidates.push({start, sizeClass: number, scan, votes: 1});
    }
  }

  /** Bytes that the span would explain; 0 when claims or the collector's bits contradict it. */
  #agrees({start, sizeClass, scan}: Candidate, claims: SortedClaims, mostWrong = MOST_WRONG): number {
    const slotSize = SIZE_CLASSES[sizeClass]!;
    const length = CLASS_PAGES[sizeClass]! * PAGE;
    const end = start + this.#slots(sizeClass, scan) * slotSize;
    let [total, wrong, exact] = [0, 0, 0];
    for (let row = lowerBound(claims.start, start); claims.start[row]! < start + length; row++) {
      total++;
      const at = claims.start[row]!;
      const offset = (at - start) % slotSize;
      if (offset + claims.size[row]! > slotSize || at + claims.size[row]! > end || claims.scan[row]! > scan) wrong++;
      else if (claims.sizeClass[row] === sizeClass && claims.scan[row] === scan && (offset === 0 || (sizeClass === TINY && scan === 0)))
        exact++;
    }
    if (wrong * mostWrong > total || !this.#bitsAgree(start, sizeClass, scan)) return 0;
    return (exact + 1 / PAGE) * slotSize;
  }

  /** Whether the words that types claim for pointers are such for the collector, where it keeps bits in the span. */
  #bitsAgree(start: Address, sizeClass: number, scan: number): boolean {
    if (!this.#format.headers || scan === 0 || SIZE_CLASSES[sizeClass]! > LARGEST_WITHOUT_HEADER || sizeClass === 1) return true;
    const seen = this.#pages.pointers(this.#pages.find(start));
    const place = start + PAGE - BITMAP_BYTES - (this.#hasInlineMarks(sizeClass) ? INLINE_MARK_BYTES : 0);
    if (!seen || !this.#image.isMapped(place, BITMAP_BYTES)) return true;
    let [total, wrong] = [0, 0];
    for (let i = 0; i < seen.length; i++) {
      total += popcount32(seen[i]!);
      wrong += popcount32(seen[i]! & ~this.#image.u32(place + i * 4));
    }
    return wrong * MOST_WRONG <= total;
  }

  #candidateOfMarks(page: Address): Candidate | undefined {
    if (!this.#inlineMarks || !this.#image.isMapped(page + PAGE - 1, 1)) return undefined;
    const spanClass = this.#image.u8(page + PAGE - 1);
    const candidate = {start: page, sizeClass: spanClass >>> 1, scan: 1 - (spanClass & 1), votes: 0};
    return this.#hasInlineMarks(candidate.sizeClass) ? candidate : undefined;
  }
  #hasInlineMarks(sizeClass: number): boolean {
    return this.#inlineMarks === true && mayHaveInlineMarks(SIZE_CLASSES[sizeClass] ?? 0);
  }

  /** Whether the last bytes of pages are the classes that claims expect there; undefined when no claim tells. */
  #seesInlineMarks(claims: ExtentClaims, order: Uint32Array): boolean | undefined {
    let [total, equal] = [0, 0];
    for (let i = 0; i < order.length && total < SAMPLE; i++) {
      const row = order[i]!;
      const [at, size, scan] = [claims.address.data[row]!, claims.size.data[row]!, claims.scan.data[row]!];
      if (size > LARGEST_WITHOUT_HEADER || size < 16) continue;
      const last = at - (at % PAGE) + PAGE - 1;
      if (!this.#image.isMapped(last, 1)) continue;
      total++;
      if (this.#image.u8(last) === classOf(slotSizeFor(size, scan === 1, true)) * 2 + 1 - scan) equal++;
    }
    return total === 0 ? undefined : equal * 2 > total;
  }

  #slots(sizeClass: number, scan: number): number {
    const slotSize = SIZE_CLASSES[sizeClass]!;
    const hasBits = this.#format.headers && scan === 1 && slotSize <= LARGEST_WITHOUT_HEADER;
    return slotsThatFit(CLASS_PAGES[sizeClass]! * PAGE, slotSize, this.#hasInlineMarks(sizeClass), hasBits);
  }

  #addSmall({start, sizeClass, scan}: Candidate): void {
    const slotSize = SIZE_CLASSES[sizeClass]!;
    this.#add({
      start,
      length: CLASS_PAGES[sizeClass]! * PAGE,
      slotSize,
      slots: this.#slots(sizeClass, scan),
      scan,
      header: this.#format.headers && scan === 1 && slotSize > LARGEST_WITHOUT_HEADER ? 8 : 0,
      inlineMarks: this.#hasInlineMarks(sizeClass) ? 1 : 0,
      largeType: 0,
    });
  }

  #add(span: FoundSpan): void {
    this.#pages.assign(span.start, span.start + span.length, FIRST_SPAN + this.#known + this.spans.length);
    this.spans.push(span);
  }
}

/** Claims by the address at which their slots would start. */
class SortedClaims {
  readonly count: number;
  readonly start: Float64Array; // Address, ascending
  readonly size: Float64Array; // Bytes from there on
  readonly scan: Uint8Array;
  readonly sizeClass: Uint8Array; // of the allocation, if the claim is all of it; 0: larger than any

  constructor(claims: ExtentClaims, rows: Uint32Array, headers: boolean) {
    const [address, size, scan] = [claims.address.data, claims.size.data, claims.scan.data];
    const front = (row: number) => (headers && scan[row] === 1 && size[row]! > LARGEST_WITHOUT_HEADER ? 8 : 0);
    const startOf = (row: number): Bytes => address[row]! - front(row);
    const order = rows.slice().sort((a, b) => startOf(a) - startOf(b));
    this.count = rows.length;
    this.start = Float64Array.from(order, startOf);
    this.size = Float64Array.from(order, (row) => size[row]! + front(row));
    this.scan = Uint8Array.from(order, (row) => scan[row]!);
    this.sizeClass = Uint8Array.from(order, (row) => classOf(slotSizeFor(size[row]!, scan[row] === 1, headers)));
  }
}

/** 0 for what is larger than every class. */
function classOf(slotSize: Bytes): number {
  return slotSize > LARGEST_CLASS ? 0 : lowerBound(SIZE_CLASSES, slotSize);
}
