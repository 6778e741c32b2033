/**
 * /proc of a process on this machine → what it consists of. Truth: proc(5), Linux fs/proc/task_mmu.c, fs/proc/base.c.
 */
import {readdirSync, readFileSync, readlinkSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {GoheapError} from '../base/errors.js';
import type {Address, Bytes} from '../base/units.js';

/** A line of /proc/PID/maps. */
export interface ProcessMap {
  readonly start: Address;
  readonly end: Address; // exclusive
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
  readonly shared: boolean;
  readonly offset: Bytes; // in the file
  readonly inode: number; // 0: of no file
  readonly path: string; // as the kernel writes it; '' for anonymous memory
}
export interface ProcessThread {
  readonly tid: number;
  readonly state: string; // R, S, T, …
  /** Where it is in user code; undefined when it ran just then. */
  readonly place: {readonly sp: Address; readonly pc: Address} | undefined;
}

/** Where the files are. Throws `io` when there is no such process. */
export function processFolder(pid: number): string {
  const folder = `/proc/${pid}`;
  if (statSync(folder, {throwIfNoEntry: false})?.isDirectory()) return folder;
  throw new GoheapError('io', `process ${pid}: there is none on this machine`, {hint: 'See ps, or pgrep NAME.'});
}

export function readMaps(folder: string): ProcessMap[] {
  return readFileSync(join(folder, 'maps'), 'utf8').split('\n').filter(Boolean).map(parseMap);
}

function parseMap(line: string): ProcessMap {
  const [, start, end, rights, offset, inode, path] = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) \S+ (\d+) *(.*)$/.exec(line)!;
  return {
    start: Number.parseInt(start!, 16),
    end: Number.parseInt(end!, 16),
    readable: rights![0] === 'r',
    writable: rights![1] === 'w',
    executable: rights![2] === 'x',
    shared: rights![3] === 's',
    offset: Number.parseInt(offset!, 16),
    inode: Number(inode),
    path: path!,
  };
}

export function listThreads(folder: string): ProcessThread[] {
  const threads = readdirSync(join(folder, 'task')).map((name) => readThread(join(folder, 'task', name), Number(name)));
  return threads.filter((thread) => thread !== undefined);
}

/** Undefined of one that has ended. */
function readThread(folder: string, tid: number): ProcessThread | undefined {
  try {
    const numbers = readFileSync(join(folder, 'syscall'), 'utf8').trim().split(' ');
    const [sp, pc] = numbers.slice(-2).map(Number) as [number, number];
    return {tid, state: readStat(folder).state, place: numbers.length >= 3 ? {sp, pc} : undefined};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
    throw error;
  }
}

/** Of a process or thread. `started`: in ticks since the machine was; with the pid it names a process for ever. */
export function readStat(folder: string): {readonly state: string; readonly name: string; readonly started: string} {
  const text = readFileSync(join(folder, 'stat'), 'utf8');
  const end = text.lastIndexOf(')'); // names may have any characters
  const fields = text.slice(end + 2).split(' ');
  return {state: fields[0]!, name: text.slice(text.indexOf('(') + 1, end), started: fields[19]!};
}

/** Where the kernel has memory for a map, or has swapped it out: runs of pages. All of it where it does not tell. */
export function* populatedRuns(
  {start, end}: Pick<ProcessMap, 'start' | 'end'>,
  readPageMap: (first: number, count: number) => Uint8Array | undefined,
): Generator<{start: Address; end: Address}> {
  let run: {start: Address; end: Address} | undefined;
  for (let at = start; at < end; at += PAGES_AT_ONCE * KERNEL_PAGE) {
    const count = Math.min(PAGES_AT_ONCE, (end - at) / KERNEL_PAGE);
    const entries = readPageMap(at / KERNEL_PAGE, count);
    for (let page = 0; page < count; page++) {
      const isThere = entries === undefined || (entries[page * 8 + 7]! & PRESENT_OR_SWAPPED) !== 0;
      const address = at + page * KERNEL_PAGE;
      if (isThere && run) run.end = address + KERNEL_PAGE;
      else if (isThere) run = {start: address, end: address + KERNEL_PAGE};
      else if (run) {
        yield run;
        run = undefined;
      }
    }
  }
  if (run) yield run;
}

export const KERNEL_PAGE: Bytes = 4096;
const PAGES_AT_ONCE = 4096;
/** Bits 63 and 62 of an entry of pagemap. */
const PRESENT_OR_SWAPPED = 0xc0;

/** The executable, and whether the path that the maps name is that file here: it may have been replaced, or lie in another mount namespace. */
export function findProgram(folder: string): {readonly path: string; readonly isHere: boolean} {
  const path = readlinkSync(join(folder, 'exe'));
  const [running, named] = [statSync(join(folder, 'exe')), statSync(path, {throwIfNoEntry: false})];
  return {path: path.replace(/ \(deleted\)$/, ''), isHere: named !== undefined && named.ino === running.ino && named.dev === running.dev};
}
