/**
 * The files of a dump, opened and checked against each other: the core, its executable if there is one, and the file with the
 * debug information (the executable itself, unless there is another).
 */
import {basename} from 'node:path';
import {GoheapError} from '../base/errors.js';
import type {FileSource} from '../base/file-source.js';
import type {Address, Bytes} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {PF, PT} from '../elf/elf-constants.js';
import {findSection, type Segment} from '../elf/elf-file.js';
import {type CoreFile, type MappedFile, openCore, withProgram} from './core-file.js';
import {openDebugFile} from './debug-file.js';
import {dumpIdentity} from './dump-identity.js';
import {type Executable, openExecutable} from './executable.js';
import {findExecutable} from './find-executable.js';
import {type GoLibrary, openGoLibraries} from './go-libraries.js';
import type {Mapping} from './mappings.js';
import {checkMatch} from './match-executable.js';
import {asNamedByCore} from './named-file.js';

export interface OpenDumpOptions {
  readonly executable?: string | undefined;
  /** The file with the debug information, or a folder to search for it. */
  readonly debugFile?: string | undefined;
  readonly sysroot?: string | undefined;
  /** Of several files of the process that may have a Go runtime each, the one to read. */
  readonly module?: string | undefined;
  readonly forceMismatch?: boolean | undefined;
}
/** A file of the process, and the core as if that file were its program. */
export interface ProgramFile {
  readonly core: CoreFile;
  readonly executable: Executable | undefined;
}
/** Of a heap dump, which does not say what it is of. */
export interface OpenedProgram {
  readonly core: CoreFile;
  readonly executable: Executable;
}
export interface DumpFiles extends ProgramFile {
  /** Why there is no executable: to be thrown when the core alone does not do. */
  readonly withoutExecutable: GoheapError | undefined;
  /** Further modules that the go command built, plugins for example. */
  readonly libraries: readonly GoLibrary[];
  readonly debug: Executable | undefined; // where symbols and DWARF are, if anywhere
  /** Tells this dump from others. */
  readonly identity: string;
  /** What the process had in memory, and which of it is the executable (loaded at `bias`) or another mapped file. */
  addressSpace(bias: Bytes): AddressRanges;
  /** Files that the go command built, the executable first: each may have a runtime of its own, or be a plugin. */
  readonly programs: readonly ProgramFile[];
  /** The same dump with another of `programs` as the one that is read. */
  select(program: ProgramFile): DumpFiles;
  close(): void;
}
export interface AddressRanges {
  readonly ranges: readonly (Range & {readonly reserved: boolean})[]; // reserved: no access, so no memory
  readonly executable: readonly Range[];
  readonly files: readonly (Range & {readonly path: string})[];
  readonly dumped: readonly Mapping[]; // what the core has of accessible memory
}
interface Range {
  readonly start: Address;
  readonly end: Address; // exclusive
}
/** Above lies only the kernel's vsyscall page. */
const MAX_ADDRESS = 2 ** 53;

/** `file`: the core's path, the core as it was unpacked, or what a heap dump tells in place of one, with its program, which is closed with it. Throws as `openCore`, `findExecutable` and `checkMatch` do; nothing stays open then. */
export function openDump(file: string | FileSource | OpenedProgram, options: OpenDumpOptions, warnings: WarningLog): DumpFiles {
  const opened: {close(): void}[] = [];
  const keep = <T extends {close(): void}>(file: T): T => {
    opened.push(file);
    return file;
  };
  const close = () => {
    for (const file of opened.splice(0)) file.close();
  };
  try {
    const isOpen = typeof file === 'object' && 'core' in file;
    const known = isOpen ? keep(file.executable) : undefined;
    const dumped = keep(isOpen ? file.core : openCore(file, warnings));
    const place = findExecutable(dumped, options);
    const libraries = openGoLibraries(dumped, options.sysroot);
    for (const library of libraries) keep(library.executable);
    const opening = options.executable === undefined ? asNamedByCore : <T>(open: () => T) => open();
    const given = known ?? (typeof place === 'string' ? keep(opening(() => openExecutable(place))) : undefined);
    const programs = listPrograms(dumped, given, libraries);
    const chosen = options.module === undefined ? undefined : findProgram(programs, options.module);
    const select = ({core, executable}: ProgramFile): DumpFiles => {
      if (executable && executable === given) opening(() => checkMatch(core, executable, {forceMismatch: options.forceMismatch, warnings}));
      const buildIds = executable?.buildIds ?? core.buildIds;
      const separate = openDebugFile({path: executable?.path ?? core.path, buildIds, executable}, options);
      const debug = separate ? keep(separate) : executable;
      return {
        core,
        executable,
        withoutExecutable: typeof place === 'string' || executable ? undefined : place,
        libraries: libraries.filter((library) => library.core.executableFile !== core.executableFile),
        debug,
        identity: dumpIdentity(dumped),
        addressSpace: (bias) => addressRanges(core, executable, bias),
        programs,
        select,
        close,
      };
    };
    return select(chosen ?? chooseProgram(dumped, given, programs));
  } catch (error) {
    close();
    throw error;
  }
}

/** The executable, or the library that was given as one, if the go command built it, and the libraries that it built. */
function listPrograms(core: CoreFile, given: Executable | undefined, libraries: readonly GoLibrary[]): ProgramFile[] {
  const isGo = (given?.buildIds ?? core.buildIds).go !== undefined || (given && findSection(given.elf, '.gopclntab') !== undefined);
  if (!isGo) return [...libraries];
  const file = given && findLibraryFile(core, given.path);
  const program = {core: file ? withProgram(core, file) : core, executable: given};
  return [program, ...libraries.filter((library) => library.core.executableFile !== program.core.executableFile)];
}

/** The executable, unless it is a program of another language with a Go library in it. */
function chooseProgram(core: CoreFile, given: Executable | undefined, programs: readonly ProgramFile[]): ProgramFile {
  const isKnown = given !== undefined || core.headerPage !== undefined;
  return (isKnown && programs[0]) || {core, executable: given};
}

/** By its path in the process or here, or by its name alone. Throws `usage`. */
function findProgram(programs: readonly ProgramFile[], wanted: string): ProgramFile {
  const found =
    programs.find((program) => pathsOf(program).includes(wanted)) ??
    programs.find((program) => pathsOf(program).some((path) => basename(path) === basename(wanted)));
  if (found) return found;
  const names = programs.map((program) => pathsOf(program)[0]).join(', ');
  throw new GoheapError('usage', `no file of the process with a Go runtime is called ${wanted}`, {
    hint: names === '' ? 'No file of the process is known to be one that the go command built.' : `There are: ${names}.`,
  });
}

function pathsOf({core, executable}: ProgramFile): string[] {
  return [executable?.path, core.executableFile?.path].filter((path) => path !== undefined);
}

/** The mapped library with the file's name. */
function findLibraryFile(core: CoreFile, path: string): MappedFile | undefined {
  if (core.executableFile === undefined || basename(core.executableFile.path) === basename(path)) return undefined;
  return core.mappedFiles.find((file) => file.offset === 0 && basename(file.path) === basename(path));
}

function addressRanges(core: CoreFile, executable: Executable | undefined, bias: Bytes): AddressRanges {
  const segments = core.elf.segments.filter(({type, address, memorySize}) => type === PT.LOAD && address + memorySize <= MAX_ADDRESS);
  const own = (executable?.elf ?? core.program)?.segments.filter(({type}) => type === PT.LOAD);
  const executableRanges = (own ?? []).map(({address, memorySize}) => ({start: address + bias, end: address + bias + memorySize}));
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
    dumped: segments
      .filter((segment) => !isReserved(core, segment))
      .map(({address, offset, fileSize}) => {
        const held = Math.max(0, Math.min(fileSize, core.source.size - offset));
        return {start: address, end: address + held, source: core.source, offset};
      }),
  };
}

/** No access: the kernel dumps such a segment without flags, gdb as a readable one full of zeros – no program maps anonymous memory that it can only read. */
function isReserved(core: CoreFile, {address, flags}: Segment): boolean {
  if (flags === 0) return true;
  return flags === PF.R && !core.mappedFiles.some(({start, end}) => address >= start && address < end);
}
