/**
 * What a heap dump tells of itself, in place of what is read from the runtime's own memory of a core: `meta`, and the warnings.
 */
import {WarningLog} from '../base/warnings.js';
import type {DumpedRecords} from './dump-records.js';

/** What every heap dump lacks: said once, in words of its own. */
const LACKED: ReadonlySet<string> = new Set([
  'data-from-executable',
  'executable-unverified',
  'memory-accounts',
  'queues',
  'timers',
  'clock',
]);

export function dumpWarnings(warnings: WarningLog): WarningLog {
  const told = new WarningLog();
  told.add(
    'heap-dump',
    "A heap dump lacks registers, stack objects, cleanups, weak handles and the runtime's own memory outside of the heap: what only these tell is not known.",
  );
  for (const {code, message, count} of warnings.list()) if (!LACKED.has(code)) told.add(code, message, count);
  return told;
}

/** `read`: what was made of the same keys as of a core's. What lies in variables that no heap dump has is not known. */
export function dumpMetadata(
  {threads: _threads, gc_percent: _percent, memory_limit: _limit, ...read}: Readonly<Record<string, string | number>>,
  {statistics}: DumpedRecords,
): Record<string, string | number> {
  const [next, cycles] = [statistics.get('NextGC'), statistics.get('NumGC')];
  return {
    ...read,
    source: 'heap-dump',
    ...(next === undefined ? {} : {next_gc: next}),
    ...(cycles === undefined ? {} : {gc_cycles: cycles}),
  };
}
