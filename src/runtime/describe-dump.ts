/**
 * Program, build and dump → the `meta` keys (formats/sqlite/README.md) that describe where a graph came from.
 */
import type {WarningLog} from '../base/warnings.js';
import type {DumpFiles} from '../image/open-dump.js';
import {processIdentity} from '../image/process-identity.js';
import {readBuildInfo} from './build-info.js';
import type {GoRuntime} from './go-runtime.js';
import {readCollectorSettings} from './memory/collector-settings.js';
import {sizeClassesOf} from './memory/size-classes.js';
import {type RuntimeClock, readStartTime, wallTime} from './runtime-clock.js';

/** Warnings that say that part of the dump could not be read: counts are then "at least". */
export const INCOMPLETE: readonly string[] = [
  'core-truncated',
  'data-from-executable',
  'notes-cut',
  'notes-damaged',
  'no-threads',
  'unpacking-ended',
  'spans-missing',
  'heap-missing',
  'globals-missing',
  'span-unreadable',
  'allocation-bits',
  'goroutines-missing',
  'goroutine-unreadable',
  'stack-missing',
  'threads-missing',
  'special-unreadable',
  'queues',
];

/** What is known before the heap is read. */
export function describeProgram(go: GoRuntime, {core, executable}: DumpFiles): Record<string, string | number | undefined> {
  const info = readBuildInfo(go);
  return {
    go_version: go.goVersion,
    goos: executable?.goos ?? 'linux',
    goarch: core.arch,
    executable: executable?.path,
    module: info?.path,
    module_version: info?.version,
    vcs_revision: info?.settings['vcs.revision'],
    vcs_time: info?.settings['vcs.time'],
    pid: core.pid,
    threads: core.threads.length,
  };
}

export function describeDump(go: GoRuntime, files: DumpFiles, clock: RuntimeClock, warnings: WarningLog): Record<string, string | number> {
  const {core, executable} = files;
  const ids = executable?.buildIds ?? core.buildIds;
  const collector = readCollectorSettings(go);
  const known: Record<string, string | number | undefined> = {
    source: 'core',
    ...describeProgram(go, files),
    build_id: ids.go ?? ids.gnu,
    process_identity: processIdentity(core, go.image, readStartTime(go)),
    signal: core.signal,
    command_line: core.commandLine,
    dumped_at: core.capture?.time ?? wallTime(clock, clock.latest),
    dumped_before: core.capture?.time ? undefined : wallTime(clock, clock.deadline),
    capture_version: core.capture?.version,
    trigger: core.capture?.trigger,
    labels: core.capture?.labels,
    cgroup_limit: core.capture?.cgroupLimit,
    dump_path: core.path,
    dump_identity: files.identity,
    gc_percent: collector.percent,
    memory_limit: collector.limit,
    next_gc: collector.nextCycle,
    gc_cycles: clock.collections.count || undefined,
    slot_sizes: sizeClassesOf(go.minor).sizes.subarray(1).join(' '),
    dwarf: go.dwarf ? 'full' : 'none',
    runtime_names: go.names.source,
    lost_variables: go.names.lost.length > 0 ? go.names.lost.join(', ') : undefined,
    complete: warnings.list().some(({code}) => INCOMPLETE.includes(code)) ? 0 : 1,
  };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, string | number] => entry[1] !== undefined));
}
