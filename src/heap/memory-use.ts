/**
 * The dumped address space by use. Every byte of the union of the core's segments and the executable's own is in exactly
 * one row: where uses overlap the more precise one counts. Reserved address space, which has no memory behind it, is a row
 * of its own. docs/memory.md says which rows are which of runtime.MemStats.
 */
import type {Bytes} from '../base/units.js';
import {ALL_OBJECTS, type GoroutineTable, type MemoryUse, type SpanTable} from '../graph/heap-graph.js';
import {spanAt} from '../graph/objects.js';
import type {AddressRanges} from '../image/open-dump.js';
import type {GoRuntime} from '../runtime/go-runtime.js';
import type {Machine} from '../runtime/goroutines/machines.js';
import {ARENA_BYTES} from '../runtime/memory/arena-table.js';
import {RUNTIME_USES, readRuntimeRanges, readWorkBufferSpans} from '../runtime/memory/memory-accounts.js';
import {type PageAllocator, readPageAllocator} from '../runtime/memory/page-allocator.js';
import {SPAN_STATE} from '../runtime/memory/spans.js';
import {RangeSweep} from './range-sweep.js';

/** Most precise first. The row of spans in use is given as three, that of idle pages as two. */
const USES: readonly (readonly [category: string, part: string])[] = [
  ['heap', 'spans in use'],
  ['stacks', 'goroutine stacks'],
  ['stacks', 'system stacks'],
  ['runtime', 'work buffers of the collector'],
  ['stacks', 'free stacks'],
  ['reserved', 'address space'],
  ['heap', 'idle pages'],
  ...RUNTIME_USES.map((use) => ['runtime', use] as const),
  ['globals', 'data'],
  ['globals', 'bss'],
  ['globals', 'data and bss without pointers'],
  ['program', 'code'],
  ['program', 'read-only data'],
  ['files', 'libraries'],
  ['files', 'mapped files'],
  ['other', 'other mappings'],
];
const RANKS = new Map(USES.map(([, part], use) => [part, use]));
/** The row of a use, by the name of its part. */
const rank = (part: string) => RANKS.get(part)!;
const [SPANS, IDLE, RESERVED] = [rank('spans in use'), rank('idle pages'), rank('address space')];
/** All dumped memory: with what is reserved, the universe that the rows sum up to. */
const DUMPED = USES.length - 1;
const UNTOLD = "Part of the runtime's own memory is not told apart";
const LIBRARY = /\.so(\.[0-9.]+)?$/;

export interface MemoryOwners {
  readonly spans: SpanTable;
  readonly goroutines: GoroutineTable;
  readonly machines: readonly Machine[];
}

/** The rows, `heap` first. Objects are one row here: which of them are garbage only the analyses know. */
export function measureMemory(go: GoRuntime, source: MemoryOwners, space: AddressRanges): MemoryUse[] {
  const sweep = new RangeSweep(USES.length);
  const pages = unlessUnreadable(go, () => readPageAllocator(go));
  addSpans(sweep, go, source.spans);
  addIdle(sweep, source.spans, pages);
  addStacks(sweep, source);
  for (const {use, start, end} of readRuntimeRanges(go)) sweep.add(rank(use), start, end);
  for (const {start, end} of pages?.tables ?? []) sweep.add(rank('page allocator'), start, end);
  for (const module of go.modules) {
    for (const section of module.sections) sweep.add(rank(section.name), section.start, section.end);
    for (const {start, end} of [module.noptrdata, module.noptrbss]) sweep.add(rank('data and bss without pointers'), start, end);
    sweep.add(rank('code'), module.text, module.etext);
  }
  for (const {start, end} of space.executable) sweep.add(rank('read-only data'), start, end);
  for (const {start, end, path} of space.files) sweep.add(rank(LIBRARY.test(path) ? 'libraries' : 'mapped files'), start, end);
  for (const {start, end, reserved} of space.ranges) sweep.add(reserved ? RESERVED : DUMPED, start, end);
  const bytes = sweep.measure([RESERVED, DUMPED]);
  const rows = USES.map(([category, part], use) => ({category, part, bytes: bytes[use]!}));
  const other = rows.filter((_, use) => use !== SPANS && use !== IDLE);
  return [...heapRows(source.spans), ...idleRows(bytes[IDLE]!, pages), ...other].filter((row) => row.bytes > 0);
}

/** Undefined, with a warning, where a structure is not in the dump. */
function unlessUnreadable<T>({warnings}: GoRuntime, read: () => T): T | undefined {
  return warnings.attempt<T | undefined>('memory-accounts', UNTOLD, undefined, read);
}

/** Runs of pages: objects, stacks, and the collector's work buffers. */
function addSpans(sweep: RangeSweep, go: GoRuntime, spans: SpanTable): void {
  const buffers = unlessUnreadable(go, () => readWorkBufferSpans(go));
  for (let span = 0; span < spans.count; span++) {
    const start = spans.start[span]!;
    const other = buffers?.has(start) ? rank('work buffers of the collector') : rank('free stacks');
    sweep.add(spans.state[span] === SPAN_STATE.inUse ? SPANS : other, start, start + spans.length[span]!);
  }
}

/** What the heap has grown into; where that is not known, its whole arenas. */
function addIdle(sweep: RangeSweep, spans: SpanTable, pages: PageAllocator | undefined): void {
  if (pages) {
    for (const {start, end} of pages.grown) sweep.add(IDLE, start, end);
    return;
  }
  const arenas = new Set<number>();
  for (let span = 0; span < spans.count; span++) {
    const end = spans.start[span]! + spans.length[span]!;
    for (let arena = Math.floor(spans.start[span]! / ARENA_BYTES); arena * ARENA_BYTES < end; arena++) arenas.add(arena);
  }
  for (const arena of arenas) sweep.add(IDLE, arena * ARENA_BYTES, (arena + 1) * ARENA_BYTES);
}

/** System stacks that the operating system gave are no memory of Go. */
function addStacks(sweep: RangeSweep, {goroutines, machines, spans}: MemoryOwners): void {
  for (let row = 0; row < goroutines.count; row++) {
    const start = goroutines.stackStart[row]!;
    sweep.add(rank('goroutine stacks'), start, start + goroutines.stackBytes[row]!);
  }
  for (const {g0, signal} of machines) {
    for (const {lo, hi} of signal ? [g0, signal] : [g0]) {
      const span = spanAt(spans, lo);
      if (span !== undefined && spans.state[span] === SPAN_STATE.manual) sweep.add(rank('system stacks'), lo, hi);
    }
  }
}

function heapRows(spans: SpanTable): MemoryUse[] {
  let [objects, free, tails] = [0, 0, 0];
  for (let span = 0; span < spans.count; span++) {
    if (spans.state[span] !== SPAN_STATE.inUse) continue;
    objects += spans.allocated[span]! * spans.slotSize[span]!;
    free += (spans.slots[span]! - spans.allocated[span]!) * spans.slotSize[span]!;
    tails += spans.length[span]! - spans.slots[span]! * spans.slotSize[span]!;
  }
  return [
    {category: 'heap', part: ALL_OBJECTS, bytes: objects},
    {category: 'heap', part: 'free slots', bytes: free},
    {category: 'heap', part: 'span tails', bytes: tails},
  ];
}

/** MemStats.HeapIdle is both. */
function idleRows(idle: Bytes, pages: PageAllocator | undefined): MemoryUse[] {
  const released = Math.min(idle, pages?.released ?? 0);
  return [
    {category: 'heap', part: 'idle pages', bytes: idle - released},
    {category: 'heap', part: 'released pages', bytes: released},
  ];
}
