/**
 * The dumped address space by use. Every byte of the union of the core's segments and the executable's own is in exactly
 * one row: where uses overlap the more precise one counts. Reserved address space, which has no memory behind it, is a row
 * of its own. docs/memory.md says which rows are which of runtime.MemStats.
 */
import {Column} from '../base/columns.js';
import type {Bytes} from '../base/units.js';
import {ALL_OBJECTS, type GoroutineTable, type MemoryUse, type ObjectTable, type SpanTable} from '../graph/heap-graph.js';
import {spanAt} from '../graph/objects.js';
import {untouchedBytes} from '../graph/untouched.js';
import type {AddressRanges} from '../image/open-dump.js';
import type {PageRuns} from '../image/touched-pages.js';
import type {GoRuntime} from '../runtime/go-runtime.js';
import type {Machine} from '../runtime/goroutines/machines.js';
import {ARENA_BYTES} from '../runtime/memory/arena-table.js';
import type {LargeVariable} from '../runtime/memory/large-variables.js';
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
  ['other', 'thread stacks'],
  ['other', 'other mappings'],
];
const RANKS = new Map(USES.map(([, part], use) => [part, use]));
/** The row of a use, by the name of its part. */
const rankOf = (part: string) => RANKS.get(part)!;
const [SPANS, IDLE, RESERVED] = [rankOf('spans in use'), rankOf('idle pages'), rankOf('address space')];
/** Each large variable is a use of its own, in front of the sections. */
const VARIABLES = rankOf('data');
const UNTOLD = "Part of the runtime's own memory is not told apart";
const LIBRARY = /\.so(\.[0-9.]+)?$/;

export interface MemoryOwners {
  readonly spans: SpanTable;
  readonly goroutines: GoroutineTable;
  readonly objects: Pick<ObjectTable, 'firstObject' | 'slot'>;
  readonly machines: readonly Machine[];
  readonly variables: readonly LargeVariable[];
}

/** The rows, `heap` first. Objects are one row here: which of them are garbage only the analyses know. */
export function measureMemory(go: GoRuntime, source: MemoryOwners, space: AddressRanges, touched: PageRuns): MemoryUse[] {
  const {variables} = source;
  const uses = USES.toSpliced(VARIABLES, 0, ...variables.map(({name}) => ['globals', name] as const));
  const rank = (part: string) => rankOf(part) + (rankOf(part) < VARIABLES ? 0 : variables.length);
  const sweep = new RangeSweep(uses.length);
  const pages = unlessUnreadable(go, () => readPageAllocator(go));
  addSpans(sweep, go, source.spans);
  addIdle(sweep, source.spans, pages);
  addStacks(sweep, source, rank);
  for (const {use, start, end} of readRuntimeRanges(go)) sweep.add(rank(use), start, end);
  for (const {start, end} of pages?.tables ?? []) sweep.add(rank('page allocator'), start, end);
  variables.forEach(({start, end}, i) => void sweep.add(VARIABLES + i, start, end));
  for (const module of go.modules) {
    for (const section of module.sections) sweep.add(rank(section.name), section.start, section.end);
    for (const {start, end} of [module.noptrdata, module.noptrbss]) sweep.add(rank('data and bss without pointers'), start, end);
    sweep.add(rank('code'), module.text, module.etext);
  }
  for (const {start, end} of space.executable) sweep.add(rank('read-only data'), start, end);
  for (const {start, end, path} of space.files) sweep.add(rank(LIBRARY.test(path) ? 'libraries' : 'mapped files'), start, end);
  const all = uses.length - 1; // with what is reserved, the universe that the rows sum up to
  for (const {start, end, reserved} of space.ranges) sweep.add(reserved ? RESERVED : all, start, end);
  const {bytes, counted} = sweep.measure([RESERVED, all], (start, end) => touched.bytesIn(start, end));
  const rows = uses.map(([category, part], use) => ({category, part, bytes: bytes[use]!, touched: counted[use]!}));
  const other = rows.filter((_, use) => use !== SPANS && use !== IDLE);
  return [...heapRows(source, touched), ...idleRows(bytes[IDLE]!, counted[IDLE]!, pages), ...other].filter((row) => row.bytes > 0);
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
    const other = buffers?.has(start) ? rankOf('work buffers of the collector') : rankOf('free stacks');
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
function addStacks(sweep: RangeSweep, {goroutines, machines, spans}: MemoryOwners, rank: (part: string) => number): void {
  for (let row = 0; row < goroutines.count; row++) {
    const start = goroutines.stackStart[row]!;
    sweep.add(rank('goroutine stacks'), start, start + goroutines.stackBytes[row]!);
  }
  for (const {g0, signal} of machines) {
    for (const {lo, hi} of signal ? [g0, signal] : [g0]) {
      const span = spanAt(spans, lo);
      if (span === undefined) sweep.add(rank('thread stacks'), lo, hi);
      else if (spans.state[span] === SPAN_STATE.manual) sweep.add(rank('system stacks'), lo, hi);
    }
  }
}

function heapRows({spans, objects: table}: MemoryOwners, pages: PageRuns): MemoryUse[] {
  let [objects, free, tails] = [0, 0, 0];
  let [touched, touchedTails] = [0, 0];
  const untouched = new Column(Float64Array);
  for (let span = 0; span < spans.count; span++) {
    if (spans.state[span] !== SPAN_STATE.inUse) continue;
    objects += spans.allocated[span]! * spans.slotSize[span]!;
    free += (spans.slots[span]! - spans.allocated[span]!) * spans.slotSize[span]!;
    const tail = spans.length[span]! - spans.slots[span]! * spans.slotSize[span]!;
    tails += tail;
    const start = spans.start[span]!;
    const end = start + spans.length[span]!;
    const inSpan = pages.bytesIn(start, end);
    touched += inSpan;
    touchedTails += inSpan === end - start ? tail : pages.bytesIn(end - tail, end);
    if (inSpan < end - start) for (const address of pages.gaps(start, end)) untouched.push(address);
  }
  const ranges = untouched.finish();
  const touchedObjects = objects - untouchedBytes({spans, objects: table}, ranges);
  return [
    {category: 'heap', part: ALL_OBJECTS, bytes: objects, touched: touchedObjects, untouched: ranges},
    {category: 'heap', part: 'free slots', bytes: free, touched: touched - touchedObjects - touchedTails},
    {category: 'heap', part: 'span tails', bytes: tails, touched: touchedTails},
  ];
}

/** MemStats.HeapIdle is both. Which pages were released is not known by page here: what is touched counts as not released as far as that goes. */
function idleRows(idle: Bytes, touched: Bytes, pages: PageAllocator | undefined): MemoryUse[] {
  const released = Math.min(idle, pages?.released ?? 0);
  const kept = Math.min(idle - released, touched);
  return [
    {category: 'heap', part: 'idle pages', bytes: idle - released, touched: kept},
    {category: 'heap', part: 'released pages', bytes: released, touched: touched - kept},
  ];
}
