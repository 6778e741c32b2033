/**
 * Rows of `memory` against what the runtime counted: they make up the fields of runtime.MemStats (docs/memory.md).
 */
import {expect} from 'vitest';
import type {MemoryUse} from '../../src/graph/heap-graph.js';
import type {AddressRanges} from '../../src/image/open-dump.js';

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  HeapInuse: ['objects', 'live objects', 'unreachable objects', 'free slots', 'span tails'],
  HeapIdle: ['idle pages', 'released pages'],
  HeapReleased: ['released pages'],
  StackInuse: ['goroutine stacks', 'system stacks', 'free stacks'],
  MSpanInuse: ['span structs'],
  MSpanSys: ['span structs', 'free span structs'],
  MCacheInuse: ['caches of Ps'],
  MCacheSys: ['caches of Ps', 'free caches of Ps'],
  BuckHashSys: ['profiling buckets', 'pointer masks of globals'],
  GCSys: [
    'mark and allocation bits',
    'arena tables',
    'page allocator',
    'sets of spans',
    'queues of the collector',
    'work buffers of the collector',
  ],
  OtherSys: ['persistent allocations'],
};

/** By the names of runtime.MemStats. */
export function memoryByField(rows: readonly MemoryUse[]): Record<string, number> {
  const sum = (parts: readonly string[]) => rows.filter(({part}) => parts.includes(part)).reduce((bytes, row) => bytes + row.bytes, 0);
  return Object.fromEntries(Object.entries(FIELDS).map(([field, parts]) => [field, sum(parts)]));
}

/** Gaps that alignment leaves between what the runtime's chunks were cut into are in another row than the runtime counts them. */
const GAPS = 512;
/** The runtime allocates small stacks, and work buffers, in spans of this size. */
const SPAN = 32 * 1024;
/** What goroutines and threads that came and went since MemStats can have made of them. */
const SPANS_SINCE = 4;

/** The rows are what the runtime had counted at the moment of the dump: to the byte, but for a few gaps. */
export function expectCounters(rows: readonly MemoryUse[], counters: Readonly<Record<string, number>>): void {
  expect(differences(memoryByField(rows), counters, () => GAPS)).toEqual([]);
}

/**
 * The rows are what the program had read of MemStats, each within 1 % or 16 KiB, but for what went on since: stacks of threads that were
 * made or ended take pages from idle ones and give them back, as do the collector's work buffers, and the scavenger releases idle pages.
 * What these have together has not changed. Returns the fields that were compared.
 */
export function expectMemStats(rows: readonly MemoryUse[], memstats: Readonly<Record<string, number>>): string[] {
  const found = memoryByField(rows);
  const {HeapIdle, HeapReleased, StackInuse, ...settled} = found;
  expect(differences(settled, memstats, (expected) => Math.max(16 * 1024, expected / 100))).toEqual([]);
  const shared = ['HeapInuse', 'HeapIdle', 'StackInuse', 'GCSys'];
  const sum = (of: Readonly<Record<string, number>>) => ({[shared.join(' + ')]: shared.reduce((bytes, field) => bytes + of[field]!, 0)});
  expect(differences(sum(found), sum(memstats), () => 16 * 1024)).toEqual([]);
  expect(differences({HeapIdle: HeapIdle!, StackInuse: StackInuse!}, memstats, () => SPANS_SINCE * SPAN)).toEqual([]);
  expect(HeapReleased).toBeLessThanOrEqual(HeapIdle!);
  expect(HeapReleased).toBeGreaterThanOrEqual(memstats.HeapReleased! - SPANS_SINCE * SPAN);
  return Object.keys(found).filter((field) => memstats[field] !== undefined);
}

/** `field: found, expected` of those that both have and that differ by more than is allowed. */
function differences(
  found: Readonly<Record<string, number>>,
  expected: Readonly<Record<string, number>>,
  allowed: (expected: number) => number,
): string[] {
  return Object.keys(found)
    .filter((field) => expected[field] !== undefined && Math.abs(found[field]! - expected[field]!) > allowed(expected[field]!))
    .map((field) => `${field}: ${found[field]}, expected ${expected[field]}`);
}

/** The rows sum up to the union of the ranges: all that was dumped, and the executable's own segments. */
export function expectUnion(rows: readonly MemoryUse[], {ranges}: Pick<AddressRanges, 'ranges'>): void {
  let [union, behind] = [0, 0];
  for (const {start, end} of ranges.toSorted((a, b) => a.start - b.start)) {
    union += Math.max(0, end - Math.max(start, behind));
    behind = Math.max(behind, end);
  }
  expect(rows.reduce((sum, {bytes}) => sum + bytes, 0)).toBe(union);
}
