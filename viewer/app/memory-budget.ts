/**
 * The rows of the table memory → the parts that the overview shows: every byte that was dumped in exactly one of them. What was never touched
 * is a part of its own, but for pages in use, which are what MemStats.HeapInuse is, and for files, of which no core tells what was resident.
 */

import type {memory} from '../../src/database/queries/info-queries.js';
import type {RowOf} from '../../src/database/queries/run-query.js';

export interface BudgetPart {
  readonly name: string;
  /** A class of style.css, for its colour. */
  readonly color: string;
  readonly bytes: number;
  readonly what: string;
}

type Color = readonly [color: string, name: string, what: string];

/** Parts of the heap that deserve a row of their own, by `category/part`. */
const OF_HEAP: Readonly<Record<string, Color>> = {
  'heap/live objects': ['live', 'Live objects', 'Reachable from a root, with a type'],
  'heap/unreachable objects': ['dead', 'Unreachable objects', 'Garbage that the collector had not freed yet'],
  'heap/free slots': ['free', 'Free slots', 'Room for objects in pages that hold other objects'],
  'heap/span tails': ['tail', 'Span tails', 'What is left behind the last slot of a span'],
};
const BY_CATEGORY: Readonly<Record<string, Color>> = {
  heap: ['idle', 'Idle heap pages', 'Pages without objects, kept or given back to the system'],
  stacks: ['stacks', 'Stacks', 'Of goroutines and threads, and free ones'],
  runtime: ['runtime', 'Go runtime', 'Structures of the allocator, the collector and the scheduler'],
  globals: ['globals', 'Globals', 'Variables of packages: data and bss'],
  program: ['program', 'Program', 'Code and read-only data of the executable'],
  files: ['files', 'Mapped files', 'Libraries and files'],
  other: ['other', 'Unknown mappings', 'Memory that goheap cannot attribute: C heaps, thread stacks, mmap'],
};
/** Of these parts all bytes count. */
const WHOLE: ReadonlySet<string> = new Set(['live', 'dead', 'free', 'tail', 'program', 'files']);
const UNTOUCHED: Color = ['untouched', 'Never touched', 'Room that no memory stood behind'];
const UNTYPED: Color = ['untyped', 'Live, of unknown type', 'Reachable, but nothing tells their type'];

/** In the order of the table; `reserved` address space, which has no memory behind it, apart. */
export function budgetOf(rows: readonly RowOf<typeof memory>[], untypedBytes: number): {parts: BudgetPart[]; reserved: number} {
  const parts = new Map<string, BudgetPart>();
  const add = ([color, name, what]: Color, bytes: number) => {
    const before = parts.get(color)?.bytes ?? 0;
    if (before + bytes > 0) parts.set(color, {name, color, what, bytes: before + bytes});
  };
  let reserved = 0;
  let untouched = 0;
  for (const {category, part, bytes, touched} of rows) {
    const known = OF_HEAP[`${category}/${part}`] ?? BY_CATEGORY[category ?? ''] ?? (['other', category ?? '', ''] as const);
    if (category === 'reserved') reserved += bytes ?? 0;
    else if (known[0] === 'live') {
      add(known, (bytes ?? 0) - untypedBytes);
      add(UNTYPED, untypedBytes);
    } else {
      const counted = (WHOLE.has(known[0]) ? bytes : touched) ?? 0;
      add(known, counted);
      untouched += (bytes ?? 0) - counted;
    }
  }
  add(UNTOUCHED, untouched);
  return {parts: [...parts.values()], reserved};
}
