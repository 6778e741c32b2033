/**
 * The files of a dump, opened and checked against each other: the core, its executable, and the file with the debug
 * information (the executable itself, unless another one is given).
 */
import {GoheapError} from '../base/errors.js';
import {FileSource} from '../base/file-source.js';
import type {Address, Bytes} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {PF, PT} from '../elf/constants.js';
import type {Segment} from '../elf/elf-file.js';
import {type CoreFile, openCore} from './core-file.js';
import {type Executable, openExecutable} from './executable.js';
import {findExecutable} from './find-executable.js';
import {checkMatch} from './match-executable.js';

export interface OpenDumpOptions {
  readonly executable?: string | undefined;
  readonly debugFile?: string | undefined;
  readonly sysroot?: string | undefined;
  readonly forceMismatch?: boolean | undefined;
}
export interface DumpFiles {
  readonly core: CoreFile;
  readonly executable: Executable;
  readonly debug: Executable; // where symbols and DWARF are
  readonly modifiedMs: number; // of the core's file: when the dump was taken, unless it was copied since
  /** Tells this dump from others cheaply: its size, its time and its program. */
  readonly identity: string;
  /** What the process had in memory, and which of it is the executable (loaded at `bias`) or another mapped file. */
  addressSpace(bias: Bytes): AddressRanges;
  close(): void;
}
export interface AddressRanges {
  readonly ranges: readonly (Range & {readonly reserved: boolean})[]; // reserved: no access, so no memory
  readonly executable: readonly Range[];
  readonly files: readonly (Range & {readonly path: string})[];
}
interface Range {
  readonly start: Address;
  readonly end: Address; // exclusive
}
/** Above lies only the kernel's vsyscall page. */
const MAX_ADDRESS = 2 ** 53;

/** Throws as `openCore`, `findExecutable` and `checkMatch` do; nothing stays open then. */
export function openDump(path: string, options: OpenDumpOptions, warnings: WarningLog): DumpFiles {
  const opened: {close(): void}[] = [];
  const keep = <T extends {close(): void}>(file: T): T => {
    opened.push(file);
    return file;
  };
  const close = () => {
    for (const file of opened.splice(0)) file.close();
  };
  try {
    const core = keep(openCore(path, warnings));
    const executable = keep(openExecutable(findExecutable(core, options)));
    checkMatch(core, executable, {forceMismatch: options.forceMismatch, warnings});
    const debug = options.debugFile === undefined ? executable : keep(openExecutable(options.debugFile));
    checkDebugFile(executable, debug, options.forceMismatch ?? false);
    const modifiedMs = core.source instanceof FileSource ? core.source.modifiedMs : 0;
    const identity = [core.source.size, modifiedMs, executable.buildIds.go ?? executable.buildIds.gnu ?? ''].join(':');
    return {core, executable, debug, modifiedMs, identity, addressSpace: (bias) => addressRanges(core, executable, bias), close};
  } catch (error) {
    close();
    throw error;
  }
}

function checkDebugFile(executable: Executable, debug: Executable, force: boolean): void {
  const [a, b] = [executable.buildIds, debug.buildIds];
  const differs =
    (a.go !== undefined && b.go !== undefined && a.go !== b.go) || (a.gnu !== undefined && b.gnu !== undefined && a.gnu !== b.gnu);
  if (!differs || force) return;
  throw new GoheapError(
    'mismatch',
    `${debug.path} is not the debug information of ${executable.path}: build ID ${b.go ?? b.gnu}, expected ${a.go ?? a.gnu}`,
    {
      hint: 'Give the debug file of the same build, or --force-mismatch to use it all the same.',
    },
  );
}

function addressRanges(core: CoreFile, executable: Executable, bias: Bytes): AddressRanges {
  const segments = core.elf.segments.filter(({type, address, memorySize}) => type === PT.LOAD && address + memorySize <= MAX_ADDRESS);
  const own = executable.elf.segments.filter(({type}) => type === PT.LOAD);
  const executableRanges = own.map(({address, memorySize}) => ({start: address + bias, end: address + bias + memorySize}));
  return {
    ranges: [
      ...segments.map((segment) => ({
        start: segment.address,
        end: segment.address + segment.memorySize,
        reserved: isReserved(core, segment),
      })),
      ...executableRanges.map((range) => ({...range, reserved: false})),
    ],
    executable: executableRanges,
    files: core.mappedFiles.filter(({path}) => path !== core.executableFile?.path),
  };
}

/** No access: the kernel dumps such a segment without flags, gdb as a readable one full of zeros – no program maps anonymous memory that it can only read. */
function isReserved(core: CoreFile, {address, flags}: Segment): boolean {
  if (flags === 0) return true;
  return flags === PF.R && !core.mappedFiles.some(({start, end}) => address >= start && address < end);
}
