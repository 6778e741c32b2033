/**
 * runtime.mheap_ in a dump that lacks the records of its spans: its page allocator has a summary of the whole address space at each of five levels,
 * slices whose capacities no other variables have.
 * Truth: runtime/mpagealloc.go, mpagealloc_64bit.go (summaryLevels, levelBits, sysInit), Go 1.17 – 1.27.
 */
import type {Address} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import {findArena} from '../memory/arena-table.js';
import {MOST_SPANS} from './find-heap.js';
import {readSlice, sample} from './find-slices.js';
import type {LayoutGuess} from './layout-guess.js';
import type {Words} from './read-range.js';

/** Entries of each level, of 48 address bits: the first divides them into 2^14 parts, each other one every part into 8. */
const CAPACITIES = [14, 17, 20, 23, 26].map((bits) => 2 ** bits);
/** Words of a slice's header. */
const HEADER = 3;

/** Undefined when nothing looks like it, or several things do. */
export function findHeapBySummaries(layouts: LayoutGuess, variables: readonly Words[]): Address | undefined {
  const offset = layouts.offset('runtime.mheap', 'pages') + layouts.offset('runtime.pageAlloc', 'summary');
  const found: Address[] = [];
  for (const {start, values} of variables) {
    const isLevel = (capacity: number, at: number) => values[at + 2] === capacity && values[at]! > 0 && values[at + 1]! <= capacity;
    for (let i = 0; i + CAPACITIES.length * HEADER <= values.length; i++)
      if (CAPACITIES.every((capacity, level) => isLevel(capacity, i + level * HEADER))) found.push(start + i * 8 - offset);
  }
  return found.length === 1 ? found[0] : undefined;
}

/** Whether a heap's list of spans and the tables of its arenas are in the dump, and what they lead to. */
export function hasAllSpans(image: MemoryImage, layouts: LayoutGuess, heap: Address): boolean {
  const spans = readSlice(image, heap + layouts.offset('runtime.mheap', 'allspans'));
  if (!image.isMapped(spans.address, spans.length * 8)) return false;
  const arenas = image.word(heap + layouts.offset('runtime.mheap', 'arenas'));
  const size = layouts.structs.get('runtime.mspan')!.size;
  for (const span of sample(image, spans, MOST_SPANS)) {
    if (!image.isMapped(span, size)) return false;
    const start = image.word(span + layouts.offset('runtime.mspan', 'startAddr'));
    const arena = findArena(image, arenas, start);
    if (arena !== 0 && !image.isMapped(arena, layouts.structs.get('runtime.heapArena')!.size)) return false;
  }
  return true;
}
