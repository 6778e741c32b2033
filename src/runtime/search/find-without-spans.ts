/**
 * runtime.mheap_ in a dump that lacks the records of its spans: its page allocator has a summary of the whole address space at each of five levels,
 * slices whose capacities no other variables have.
 * Truth: runtime/mpagealloc.go, mpagealloc_64bit.go (summaryLevels, levelBits, sysInit), Go 1.17 – 1.27.
 */
import type {Address} from '../../base/units.js';
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
