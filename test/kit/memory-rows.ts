/**
 * Rows of `memory` → the fields of runtime.MemStats that they make up (docs/memory.md), to compare them with what the runtime counted.
 */
import type {MemoryUse} from '../../src/graph/heap-graph.js';

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

/** The fields that differ by more than 1 % and more than 16 KiB: `field: found, expected`. */
export function differingFields(found: Readonly<Record<string, number>>, expected: Readonly<Record<string, number>>): string[] {
  return Object.keys(found)
    .filter((field) => expected[field] !== undefined)
    .filter((field) => Math.abs(found[field]! - expected[field]!) > Math.max(16 * 1024, expected[field]! / 100))
    .map((field) => `${field}: ${found[field]}, expected ${expected[field]}`);
}
