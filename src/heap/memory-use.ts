/**
 * The dumped address space by use. Every byte of the union of the core's segments and the executable's own is in exactly
 * one row: where uses overlap the more precise one counts. Reserved address space, which has no memory behind it, is a row
 * of its own.
 */
import {Column} from '../base/columns.js';
import type {Address, Bytes} from '../base/units.js';
import type {GoroutineTable, MemoryUse, SpanTable} from '../graph/heap-graph.js';
import type {AddressRanges} from '../image/open-dump.js';
import type {GoRuntime} from '../runtime/go-runtime.js';
import {ARENA_SHIFT} from '../runtime/spans.js';

/** Most precise first. */
const USES = [
  ['heap', 'spans in use'],
  ['stacks', 'goroutine stacks'],
  ['stacks', 'other stacks and runtime buffers'],
  ['reserved', 'address space'],
  ['heap', 'idle pages'],
  ['globals', 'data'],
  ['globals', 'bss'],
  ['globals', 'data and bss without pointers'],
  ['program', 'code'],
  ['program', 'read-only data'],
  ['files', 'mapped files'],
  ['other', 'runtime structures and other memory'],
] as const;
/** The row of a use, by the name of its part. */
const rank = (part: (typeof USES)[number][1]) => USES.findIndex((use) => use[1] === part);
const [SPANS, RESERVED] = [rank('spans in use'), rank('address space')];
/** All dumped memory: with what is reserved, the universe that the rows sum up to. */
const DUMPED = USES.length - 1;

export function measureMemory(go: GoRuntime, spans: SpanTable, goroutines: GoroutineTable, space: AddressRanges): MemoryUse[] {
  const sweep = new Sweep(USES.length);
  addHeap(sweep, spans, goroutines);
  for (const module of go.modules) {
    for (const section of module.sections) sweep.add(rank(section.name), section.start, section.end);
    for (const {start, end} of [module.noptrdata, module.noptrbss]) sweep.add(rank('data and bss without pointers'), start, end);
    sweep.add(rank('code'), module.text, module.etext);
  }
  for (const {start, end} of space.executable) sweep.add(rank('read-only data'), start, end);
  for (const {start, end} of space.files) sweep.add(rank('mapped files'), start, end);
  for (const {start, end, reserved} of space.ranges) sweep.add(reserved ? RESERVED : DUMPED, start, end);
  const bytes = sweep.measure([RESERVED, DUMPED]);
  const rows = USES.map(([category, part], use) => ({category, part, bytes: bytes[use]!}));
  return [...heapRows(spans), ...rows.filter((row, use) => use !== SPANS && row.bytes > 0)];
}

function addHeap(sweep: Sweep, spans: SpanTable, goroutines: GoroutineTable): void {
  const arenas = new Set<number>();
  for (let span = 0; span < spans.count; span++) {
    const [start, end] = [spans.start[span]!, spans.start[span]! + spans.length[span]!];
    sweep.add(spans.state[span] === 1 ? SPANS : rank('other stacks and runtime buffers'), start, end);
    for (let arena = Math.floor(start / 2 ** ARENA_SHIFT); arena * 2 ** ARENA_SHIFT < end; arena++) arenas.add(arena);
  }
  for (const arena of arenas) sweep.add(rank('idle pages'), arena * 2 ** ARENA_SHIFT, (arena + 1) * 2 ** ARENA_SHIFT);
  for (let row = 0; row < goroutines.count; row++) {
    sweep.add(rank('goroutine stacks'), goroutines.stackStart[row]!, goroutines.stackStart[row]! + goroutines.stackBytes[row]!);
  }
}

function heapRows(spans: SpanTable): MemoryUse[] {
  let [objects, free, tails] = [0, 0, 0];
  for (let span = 0; span < spans.count; span++) {
    if (spans.state[span] !== 1) continue;
    objects += spans.allocated[span]! * spans.slotSize[span]!;
    free += (spans.slots[span]! - spans.allocated[span]!) * spans.slotSize[span]!;
    tails += spans.length[span]! - spans.slots[span]! * spans.slotSize[span]!;
  }
  return [
    {category: 'heap', part: 'objects', bytes: objects},
    {category: 'heap', part: 'free slots', bytes: free},
    {category: 'heap', part: 'span tails', bytes: tails},
  ];
}

/** Ranges with a rank; measures how many bytes have each rank as their best. Columns, because a heap can have millions of spans. */
class Sweep {
  readonly #ranks: number;
  readonly #at = new Column(Float64Array);
  readonly #change = new Column(Int32Array); // rank + 1 where a range begins, its negative where one ends

  constructor(ranks: number) {
    this.#ranks = ranks;
  }
  add(rank: number, start: Address, end: Address): void {
    if (end <= start) return;
    this.#at.push(start);
    this.#change.push(rank + 1);
    this.#at.push(end);
    this.#change.push(-rank - 1);
  }
  /** Only where a range of one of these ranks is open. */
  measure(universe: readonly number[]): Bytes[] {
    const at = this.#at.finish();
    const change = this.#change.finish();
    const order = Uint32Array.from({length: at.length}, (_, event) => event).sort((a, b) => at[a]! - at[b]!);
    const open = new Array<number>(this.#ranks).fill(0);
    const bytes = new Array<Bytes>(this.#ranks).fill(0);
    order.forEach((event, i) => {
      open[Math.abs(change[event]!) - 1]! += Math.sign(change[event]!);
      const length = i + 1 < order.length ? at[order[i + 1]!]! - at[event]! : 0;
      if (length > 0 && universe.some((rank) => open[rank]! > 0)) bytes[open.findIndex((count) => count > 0)]! += length;
    });
    return bytes;
  }
}
