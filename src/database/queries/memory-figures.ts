/**
 * The rows of the table memory → the figures that people know from RSS and runtime.MemStats. Any of them can be 0: not known, or none.
 */
import type {memory} from './info-queries.js';
import type {RowOf} from './run-query.js';

export interface MemoryFigures {
  readonly heapAlloc: number; // Bytes, MemStats.HeapAlloc: garbage included
  readonly heapInUse: number; // Bytes, MemStats.HeapInuse: spans that hold objects, their free slots included
  readonly stacks: number; // Bytes, MemStats.StackInuse
  readonly touched: number; // Bytes, RSS without pages of files
  readonly files: number; // Bytes that are mapped of files: resident or not
  readonly sys: number; // Bytes, MemStats.Sys
  readonly untouched: readonly UntouchedMemory[]; // most first: what is not in `touched`, and no file's
}
export interface UntouchedMemory {
  readonly name: string;
  readonly bytes: number;
}

const ALLOCATED: ReadonlySet<string> = new Set(['live objects', 'unreachable objects']);
const IN_USE: ReadonlySet<string> = new Set(['live objects', 'unreachable objects', 'free slots', 'span tails']);
const OF_SYS: ReadonlySet<string> = new Set(['heap', 'stacks', 'runtime']);
/** Reserved for the heap's growth; in no figure of MemStats. */
const ARENA_INDEX = 'arena index';
/** Their pages are resident or not, which no core tells. */
const OF_FILES: ReadonlySet<string> = new Set(['program', 'files']);

export function memoryFigures(rows: readonly RowOf<typeof memory>[]): MemoryFigures {
  const sum = (isIn: (category: string, part: string) => boolean, of: (row: RowOf<typeof memory>) => number) =>
    rows.reduce((bytes, row) => bytes + (isIn(row.category ?? '', row.part ?? '') ? of(row) : 0), 0);
  const size = ({bytes}: RowOf<typeof memory>) => bytes ?? 0;
  return {
    heapAlloc: sum((category, part) => category === 'heap' && ALLOCATED.has(part), size),
    heapInUse: sum((category, part) => category === 'heap' && IN_USE.has(part), size),
    stacks: sum((category) => category === 'stacks', size),
    touched: sum(
      (category) => !OF_FILES.has(category),
      ({touched}) => touched ?? 0,
    ),
    files: sum((category) => OF_FILES.has(category), size),
    sys: sum((category, part) => OF_SYS.has(category) && part !== ARENA_INDEX, size),
    untouched: rows
      .filter(({category, bytes, touched}) => !OF_FILES.has(category ?? '') && (bytes ?? 0) > (touched ?? 0))
      .map(({category, part, bytes, touched}) => ({
        name: category === 'reserved' ? `reserved ${part}` : (part ?? ''),
        bytes: (bytes ?? 0) - (touched ?? 0),
      }))
      .sort((a, b) => b.bytes - a.bytes),
  };
}
