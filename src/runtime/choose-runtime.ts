/**
 * The Go runtimes of a process that has several files which the go command built → the one whose heap is read: what is given, else the executable's own,
 * else that of the library with most heap. What else there is becomes a warning and a line of `meta`.
 */
import {formatBytes} from '../base/format-bytes.js';
import type {WarningLog} from '../base/warnings.js';
import {createMemoryImage} from '../image/memory-image.js';
import type {DumpFiles, OpenDumpOptions, ProgramFile} from '../image/open-dump.js';
import {findLiveRuntimes, type LiveRuntime} from './live-runtimes.js';
import {openRuntime} from './open-runtime.js';

/** The runtimes of a process that has several files which the go command built; else nobody asks. */
export function listRuntimes({programs, select}: DumpFiles, goVersion: string | undefined): LiveRuntime<ProgramFile>[] {
  if (programs.length < 2) return [];
  return findLiveRuntimes(programs, {
    open(program, warnings) {
      const files = select(program);
      return openRuntime(files, createMemoryImage(files.core, files.executable, warnings, files.libraries), warnings, goVersion).go;
    },
    contains: ({core}, address) =>
      core.mappedFiles.some(({path, start, end}) => path === core.executableFile?.path && address >= start && address < end),
  });
}

/** The executable's own before those of its libraries, of these the one with most heap; says what else there is. */
export function chooseRuntime(
  dump: DumpFiles,
  runtimes: readonly LiveRuntime<ProgramFile>[],
  {module, executable}: OpenDumpOptions,
  warnings: WarningLog,
): DumpFiles {
  if (runtimes.length < 2) return dump;
  const isGiven = ({program}: LiveRuntime<ProgramFile>) => executable !== undefined && program.executable?.path === executable;
  const isOwn = ({program}: LiveRuntime<ProgramFile>) => program.core.auxv.size > 0; // a core as a library's has none
  const most = runtimes.find(isGiven) ?? runtimes.find(isOwn) ?? runtimes.reduce((best, other) => (other.heap > best.heap ? other : best));
  const files = module === undefined ? dump.select(most.program) : dump;
  const others = runtimes.filter(({program}) => program.core !== files.core);
  warnings.add(
    'other-runtimes',
    `The process has ${runtimes.length} Go runtimes with a heap each: ${namesOf(files)} is read, ${others.map(({program}) => namesOf(program)).join(', ')} not; --module FILE chooses.`,
    others.length,
  );
  return files;
}

function namesOf({core, executable}: ProgramFile): string {
  return core.executableFile?.path ?? executable?.path ?? core.path;
}

export function describeRuntimes(runtimes: readonly LiveRuntime<ProgramFile>[]): Record<string, string> {
  if (runtimes.length < 2) return {};
  return {go_runtimes: runtimes.map(({program, heap}) => `${namesOf(program)} (${formatBytes(heap)})`).join(', ')};
}
