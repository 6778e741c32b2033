/**
 * runtime.mheap_, by the agreement of its two views of the heap: the list of all spans, and the arenas' page → span tables.
 * Then the layouts of spans and arenas, by what must hold of every span.
 * Truth: runtime/mheap.go (mheap, heapArena, mspan, initSpan), arenaIndex, Go 1.17 – 1.27.
 */
import type {Address} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import {ARENA_PAGES, findArena, PAGE} from '../memory/arena-table.js';
import {SPAN_STATE} from '../memory/spans.js';
import {type FoundSlice, isAddress, MOST_WRONG, sample} from './find-slices.js';
import type {LayoutGuess} from './layout-guess.js';

const HEAP = 'runtime.mheap';
const SPAN = 'runtime.mspan';
const ARENA = 'runtime.heapArena';
/** Spans of the list that are looked at. */
export const MOST_SPANS = 256;
/** The smallest program has a dozen spans; most entries of the list may be spans that were freed. */
const FEWEST_SPANS = 4;
/** When none of so many fits, no others are looked at. */
const ENOUGH = 32;

/** Spans that both views know, when the slice is mheap_.allspans; 0 otherwise. */
export function weighHeap(image: MemoryImage, layouts: LayoutGuess, allspans: FoundSlice): number {
  const heap = allspans.at - layouts.offset(HEAP, 'allspans');
  const spans = image.isMapped(heap, layouts.structs.get(HEAP)!.size) ? knownSpans(image, layouts, heap, allspans) : [];
  return spans.length >= FEWEST_SPANS ? spans.length : 0;
}

/** Spans in use that were swept in a cycle that the heap's own count allows; 0 when most were not. */
export function weighSweeping(image: MemoryImage, layouts: LayoutGuess, heap: Address, spans: readonly Address[]): number {
  const sweepgen = image.u32(heap + layouts.offset(HEAP, 'sweepgen'));
  const inUse = spans.filter((span) => image.u8(span + layouts.offset(SPAN, 'state')) === SPAN_STATE.inUse);
  const near = inUse.filter((span) => {
    const distance = (image.u32(span + layouts.offset(SPAN, 'sweepgen')) - sweepgen) | 0;
    return distance >= -2 && distance <= 3;
  });
  return sweepgen % 2 === 0 && near.length * 2 > inUse.length ? near.length : 0;
}

/** Of a sample of the list: spans that the arenas' tables know, too. None when the list holds other things than addresses. */
export function knownSpans(image: MemoryImage, layouts: LayoutGuess, heap: Address, allspans: FoundSlice): Address[] {
  const arenas = image.word(heap + layouts.offset(HEAP, 'arenas'));
  if (arenas === 0 || arenas % 8 !== 0 || !image.isMapped(arenas, 8)) return [];
  const size = layouts.structs.get(SPAN)!.size;
  const known: Address[] = [];
  let [count, wrong] = [0, 0];
  for (const span of sample(image, allspans, MOST_SPANS)) {
    count++;
    if (!isAddress(span)) wrong++;
    else if (image.isMapped(span, size) && isInArena(image, layouts, arenas, span)) known.push(span);
    if (wrong > count / MOST_WRONG || (count > ENOUGH && known.length === 0)) return [];
  }
  return known;
}

function isInArena(image: MemoryImage, layouts: LayoutGuess, arenas: Address, span: Address): boolean {
  const start = image.word(span + layouts.offset(SPAN, 'startAddr'));
  if (!isAddress(start) || start % PAGE !== 0) return false;
  const arena = findArena(image, arenas, start);
  const entry = arena + layouts.offset(ARENA, 'spans') + (Math.floor(start / PAGE) % ARENA_PAGES) * 8;
  return arena !== 0 && image.isMapped(entry, 8) && image.word(entry) === span;
}

/** Spans of which everything fits together; 0 when too few of them do (one may be under construction). */
export function weighSpans(image: MemoryImage, layouts: LayoutGuess, spans: readonly Address[]): number {
  const live = spans.filter((span) => image.u8(span + layouts.offset(SPAN, 'state')) !== SPAN_STATE.dead);
  const sound = live.filter((span) => isSoundSpan(image, layouts, span));
  return sound.length > 0 && sound.length >= live.length * 0.9 ? sound.length : 0;
}

function isSoundSpan(image: MemoryImage, layouts: LayoutGuess, span: Address): boolean {
  const read = (field: string): number => {
    const [offset, size] = [layouts.offset(SPAN, field), layouts.get(SPAN).sizeOf(field)];
    if (size === 8) return image.word(span + offset);
    return size === 4 ? image.u32(span + offset) : size === 2 ? image.u16(span + offset) : image.u8(span + offset);
  };
  const state = read('state');
  const length = read('npages') * PAGE;
  if (state === SPAN_STATE.manual) return length > 0 && read('limit') - read('startAddr') === length;
  const [size, slots, spanClass] = [read('elemsize'), read('nelems'), read('spanclass')];
  if (state !== SPAN_STATE.inUse || length === 0 || size === 0 || size % 8 !== 0) return false;
  if (read('freeindex') > slots || read('allocCount') !== countAllocated(image, read('allocBits'), read('freeindex'), slots)) return false;
  if (spanClass >>> 1 === 0) return slots === 1 && read('divMul') === 0;
  // Behind the slots are less than one more, pointer bits (1/64 of the span) and mark bits; Go 1.22 counts those within the limit.
  const [used, limit] = [slots * size, read('limit') - read('startAddr')];
  const isFull = length - used < size + length / 64 + 128;
  return isFull && used <= limit && limit <= length && read('divMul') === Math.floor(0xffffffff / size) + 1;
}

/** Slots before the free index, and behind it those with a bit. Undefined when the dump lacks the bits. */
function countAllocated(image: MemoryImage, bits: Address, freeIndex: number, slots: number): number | undefined {
  const bytes = image.find(bits, (slots + 7) >>> 3);
  if (!bytes) return undefined;
  let count = Math.min(freeIndex, slots);
  for (let slot = freeIndex; slot < slots; slot++) count += (bytes[slot >>> 3]! >>> (slot & 7)) & 1;
  return count;
}

/** Spans in use whose first page the arenas mark as in use; 0 when one is not. */
export function weighArenas(image: MemoryImage, layouts: LayoutGuess, heap: Address, spans: readonly Address[]): number {
  const arenas = image.word(heap + layouts.offset(HEAP, 'arenas'));
  const inUse = spans.filter((span) => image.u8(span + layouts.offset(SPAN, 'state')) === SPAN_STATE.inUse);
  const marked = inUse.filter((span) => {
    const start = image.word(span + layouts.offset(SPAN, 'startAddr'));
    const page = Math.floor(start / PAGE) % ARENA_PAGES;
    const bits = image.u8(findArena(image, arenas, start) + layouts.offset(ARENA, 'pageInUse') + (page >>> 3));
    return ((bits >>> (page & 7)) & 1) === 1;
  });
  return marked.length >= inUse.length * 0.9 ? marked.length : 0;
}
