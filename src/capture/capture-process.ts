/**
 * A process of this machine → a core of it, without a debugger: it is stopped, its memory is read through /proc/PID/mem, and it goes on. A file that is not
 * whole is never left, and the process never stays stopped.
 */
import {closeSync, copyFileSync, existsSync, ftruncateSync, openSync, readFileSync, readSync} from 'node:fs';
import {basename, join} from 'node:path';
import {GoheapError, isGoheapError} from '../base/errors.js';
import {writeAll} from '../base/file-source.js';
import type {Work} from '../base/progress.js';
import type {Bytes} from '../base/units.js';
import {writeWhole} from '../base/write-whole.js';
import {captureByGdb} from './capture-by-gdb.js';
import {type CoreSegment, encodeHead, listSegments} from './core-writer.js';
import {findRefusal} from './find-refusal.js';
import {findProgram, listThreads, populatedRuns, processFolder, readMaps, readStat} from './process-files.js';
import {programBeside} from './program-beside.js';
import {StoppableProcess} from './stopped-process.js';

const PIECE: Bytes = 2 ** 20;
/** Pieces between two looks at whether the process that watches lives. */
const WATCHED_EVERY = 16;

export interface CaptureOptions {
  /** The process goes on after so long in any case; then there is no core. */
  readonly maxPauseMs: number;
  /** Has gdb do it, which stops the process with ptrace for as long as it writes. */
  readonly gdb?: boolean;
  /** Replace a file that is there. */
  readonly force?: boolean;
}
export interface Captured {
  readonly bytes: Bytes; // of memory in the core
  readonly pausedMs: number;
  readonly threads: number;
  readonly running: number; // of them without registers: they ran when they were stopped
  readonly executable: string; // to be given with the core
}

/** Throws `io` when the process cannot be read or the file not be written, `limit` when it took too long, `unsupported` on other systems. */
export async function captureProcess(pid: number, path: string, options: CaptureOptions, work: Work): Promise<Captured> {
  if (process.platform !== 'linux') {
    throw new GoheapError('unsupported', 'processes can be captured on Linux only', {
      hint: 'Let the program write a heap dump: runtime/debug.WriteHeapDump (docs/heap-dumps.md).',
    });
  }
  const folder = processFolder(pid);
  return writeWhole(path, {force: options.force}, work, async (temporary) => {
    const captured = options.gdb ? await captureByGdb(pid, temporary, work.signal) : await readCore(pid, folder, temporary, options);
    return {...captured, executable: await keepProgram(folder, path, work)};
  });
}

async function readCore(pid: number, folder: string, path: string, options: CaptureOptions): Promise<Omit<Captured, 'executable'>> {
  const memory = openMemory(pid, folder);
  const file = openSync(path, 'wx', 0o600);
  try {
    return await writeCore(pid, folder, memory, file, options);
  } catch (error) {
    // The disk's errors name no process; those of /proc do.
    if (isGoheapError(error) || existsSync(folder)) throw error;
    throw new GoheapError('io', `process ${pid}: it has ended meanwhile`, {cause: error});
  } finally {
    closeSync(memory);
    closeSync(file);
  }
}

async function writeCore(
  pid: number,
  folder: string,
  memory: number,
  file: number,
  {maxPauseMs}: CaptureOptions,
): Promise<Omit<Captured, 'executable'>> {
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const commandLine = readFileSync(join(folder, 'cmdline'), 'utf8').replaceAll('\0', ' ').trimEnd();
  const auxv = readFileSync(join(folder, 'auxv'));
  const {name} = readStat(folder);
  const target = await StoppableProcess.prepare(pid, folder);
  try {
    target.stop(); // from here on nothing is awaited
    const [threads, maps] = [listThreads(folder), readMaps(folder)];
    const segments = listSegments(maps);
    const head = encodeHead({arch, pid, name, commandLine, auxv, threads, maps}, segments);
    let pieces = 0;
    const bytes = copyMemory(folder, memory, file, segments, () => {
      if (++pieces % WATCHED_EVERY === 0) target.checkWatched();
      if (target.sinceStoppedMs <= maxPauseMs) return;
      throw new GoheapError(
        'limit',
        `process ${pid}: it stood for ${maxPauseMs} ms and not all of its memory was read: it goes on, and there is no core`,
        {
          hint: 'Allow more with --max-pause MS, or write to a faster disk.',
        },
      );
    });
    target.resume();
    writeAll(file, head, 0);
    const last = segments.at(-1);
    ftruncateSync(file, last ? last.offset + last.size : head.length);
    const running = threads.filter(({place}) => place === undefined).length;
    return {bytes, pausedMs: target.pausedMs, threads: threads.length, running};
  } finally {
    target.close();
  }
}

function copyMemory(folder: string, memory: number, file: number, segments: readonly CoreSegment[], check: () => void): Bytes {
  const buffer = Buffer.allocUnsafe(PIECE);
  const pageMap = openSync(join(folder, 'pagemap'), 'r');
  const entries = Buffer.alloc(8 * 4096);
  const readPageMap = (first: number, count: number) => {
    try {
      return readSync(pageMap, entries, 0, count * 8, first * 8) === count * 8 ? entries : undefined;
    } catch {
      return undefined;
    }
  };
  let copied = 0;
  try {
    for (const {map, size, offset} of segments) {
      for (const run of populatedRuns({start: map.start, end: map.start + size}, readPageMap)) {
        for (let at = run.start; at < run.end; ) {
          check();
          const wanted = Math.min(PIECE, run.end - at);
          const count = readPiece(memory, buffer, wanted, at);
          if (count > 0) writeAll(file, buffer.subarray(0, count), offset + at - map.start);
          copied += count;
          at += count > 0 ? count : wanted; // what cannot be read stays a hole
        }
      }
    }
  } finally {
    closeSync(pageMap);
  }
  return copied;
}

/** 0 where the kernel gives nothing: guard pages, memory of devices. */
function readPiece(memory: number, buffer: Buffer, length: Bytes, at: number): Bytes {
  try {
    return readSync(memory, buffer, 0, length, at);
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'EIO' || code === 'EFAULT') return 0;
    throw error;
  }
}

function openMemory(pid: number, folder: string): number {
  try {
    return openSync(join(folder, 'mem'), 'r');
  } catch (error) {
    const {cause, hint} = findRefusal(folder);
    throw new GoheapError('io', `process ${pid}: its memory may not be read: ${cause}`, {hint, cause: error});
  }
}

/** Where the program's file is; beside the core, as a copy, when what lies at its path is not the file that runs. */
async function keepProgram(folder: string, core: string, work: Work): Promise<string> {
  const {path, isHere} = findProgram(folder);
  if (isHere) return path;
  const copy = programBeside(core, basename(path));
  await writeWhole(copy, {force: true, mode: 0o700}, work, async (temporary) => copyFileSync(join(folder, 'exe'), temporary));
  return copy;
}
