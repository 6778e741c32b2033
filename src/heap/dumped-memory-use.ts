/**
 * The address space by use, of a heap dump: what lies in spans and segments as it was dumped, everything else by the dump's MemStats. What was resident
 * nobody says: all counts that the runtime had not given back.
 */
import type {Bytes} from '../base/units.js';
import {ALL_OBJECTS, type GoroutineTable, type MemoryUse, type SpanTable} from '../graph/heap-graph.js';
import {sumSpans} from '../graph/sum-spans.js';
import type {GoRuntime} from '../runtime/go-runtime.js';

/** What is not in use of it is what the second less the first says. */
const RUNTIME: readonly (readonly [part: string, ofAll: string, inUse?: string])[] = [
  ['span structs', 'MSpanInuse'],
  ['free span structs', 'MSpanSys', 'MSpanInuse'],
  ['caches of Ps', 'MCacheInuse'],
  ['free caches of Ps', 'MCacheSys', 'MCacheInuse'],
  ['profiling buckets', 'BuckHashSys'],
  ['mark and allocation bits', 'GCSys'],
  ['persistent allocations', 'OtherSys'],
];

/** `statistics`: runtime.MemStats; what it lacks has no row. */
export function measureDumpedMemory(
  {modules}: Pick<GoRuntime, 'modules'>,
  {spans, goroutines}: {readonly spans: SpanTable; readonly goroutines: GoroutineTable},
  statistics: ReadonlyMap<string, number>,
): MemoryUse[] {
  const of = (name: string | undefined) => (name === undefined ? 0 : (statistics.get(name) ?? 0));
  const stacks = goroutines.stackBytes.reduce((sum, bytes) => sum + bytes, 0);
  const rows: MemoryUse[] = [];
  const add = (category: string, part: string, bytes: Bytes, touched = bytes) => {
    if (bytes > 0) rows.push({category, part, bytes, touched});
  };
  const {objectBytes, slotBytes, pageBytes} = sumSpans(spans);
  add('heap', ALL_OBJECTS, objectBytes);
  add('heap', 'free slots', slotBytes - objectBytes + Math.max(0, of('HeapInuse') - pageBytes)); // spans without any object are not dumped
  add('heap', 'span tails', pageBytes - slotBytes);
  add('heap', 'idle pages', of('HeapIdle') - of('HeapReleased'));
  add('heap', 'released pages', of('HeapReleased'), 0);
  add('stacks', 'goroutine stacks', stacks);
  add('stacks', 'free stacks', of('StackInuse') - stacks);
  add('stacks', 'thread stacks', of('StackSys') - of('StackInuse'));
  for (const [part, all, inUse] of RUNTIME) add('runtime', part, of(all) - of(inUse));
  for (const module of modules) {
    for (const {name, start, end} of module.sections) add('globals', name, end - start);
    for (const {start, end} of [module.noptrdata, module.noptrbss]) add('globals', 'data and bss without pointers', end - start, 0); // not dumped
    add('program', 'code', module.etext - module.text);
  }
  return rows;
}
