/**
 * A heap dump and its executable → what a core and its executable are to later stages. The dump does not name the program, nor where it was loaded: data and
 * bss of the dump against those of the executable tell, and its types must be where the dump says.
 */
import {GoheapError} from '../base/errors.js';
import type {FileSource} from '../base/file-source.js';
import {type Address, type Bytes, hex} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {AT, ET} from '../elf/elf-constants.js';
import {type ElfFile, findSection} from '../elf/elf-file.js';
import {readSymbols} from '../elf/symbols.js';
import type {CoreFile} from '../image/core-file.js';
import {type Executable, openExecutable} from '../image/executable.js';
import type {OpenDumpOptions} from '../image/open-dump.js';
import {inflate} from '../image/unpack/decompress.js';
import type {UnpackOptions} from '../image/unpack/unpack-core.js';
import {type DumpedHeap, unpackHeapDump} from './unpack-heap-dump.js';

/** A loader slides programs by whole pages. */
const PAGE: Bytes = 4096;
/** Of the types of the dump that lie in the program, so many must have their sizes there. */
const LEAST_EQUAL = 0.8;
/** Of abi.Type: its first word. */
const SIZE_WORD: Bytes = 8;

export interface OpenHeapDump {
  readonly core: CoreFile;
  readonly dumped: DumpedHeap;
}

/** Throws `usage` without an executable, `mismatch` for that of another program, and what `unpackHeapDump` and `openExecutable` throw. Closes the source. */
export async function openHeapDump(
  source: FileSource,
  options: OpenDumpOptions & UnpackOptions,
  warnings: WarningLog,
): Promise<OpenHeapDump> {
  try {
    if (options.executable === undefined) {
      throw new GoheapError('usage', `${source.path}: a heap dump does not say which program it is of`, {
        hint: 'Give the executable of that very build with --exe.',
      });
    }
    const executable = openExecutable(options.executable);
    try {
      const dumped = await unpackHeapDump(source, options, warnings);
      try {
        const slide = findSlide(dumped, executable);
        const problem = findProblem(dumped, executable, slide);
        if (problem !== undefined) refuse(source.path, executable.path, problem, options.forceMismatch === true, warnings);
        return {core: coreOf(source.path, dumped, executable.elf, slide), dumped};
      } catch (error) {
        dumped.memory.close();
        throw error;
      }
    } finally {
      executable.close();
    }
  } finally {
    source.close();
  }
}

function coreOf(path: string, {memory, machine, arch, segments}: DumpedHeap, program: ElfFile, slide: Bytes): CoreFile {
  return {
    path,
    source: memory,
    arch,
    elf: {source: memory, type: ET.CORE, machine, entry: 0, segments, sections: []},
    claimedSize: memory.size,
    threads: [],
    mappedFiles: [],
    auxv: program.type === ET.DYN ? new Map([[AT.ENTRY, program.entry + slide]]) : new Map(),
    buildIds: {},
    close: () => memory.close(),
  };
}

/** What must be added to the program's link-time addresses; 0 where nothing tells. */
function findSlide({data, bss}: DumpedHeap, executable: Executable): Bytes {
  if (executable.elf.type !== ET.DYN) return 0;
  const symbols = readSymbols(executable.elf, inflate);
  const places = [
    [data, symbols.get('runtime.data')?.address ?? findSection(executable.elf, '.data')?.address],
    [bss, symbols.get('runtime.bss')?.address ?? findSection(executable.elf, '.bss')?.address],
  ] as const;
  const slides = places.flatMap(([dumped, linked]) => (linked === undefined || Number.isNaN(dumped) ? [] : [dumped - linked]));
  return slides.find((slide) => slide >= 0 && slide % PAGE === 0) ?? 0;
}

/** What shows that the executable is another program's; undefined when nothing does. */
function findProblem({types, data, machine}: DumpedHeap, {elf}: Executable, slide: Bytes): string | undefined {
  if (elf.machine !== machine) return `it is for machine ${elf.machine}, the dump for ${machine}`;
  if (!Number.isNaN(data) && !elf.segments.some(({address, memorySize}) => data - slide >= address && data - slide < address + memorySize))
    return `it has no data at ${hex(data)}`;
  let [known, equal] = [0, 0];
  for (const {address, size} of types) {
    const word = findWord(elf, address - slide);
    if (word === undefined) continue; // made while the program ran
    known++;
    if (word === size) equal++;
  }
  return equal < known * LEAST_EQUAL ? `of ${known} types that the dump names, ${equal} are where it says` : undefined;
}

/** In the file; undefined where it has no bytes. */
function findWord({segments, source}: ElfFile, address: Address): number | undefined {
  const segment = segments.find((one) => address >= one.address && address + SIZE_WORD <= one.address + one.fileSize);
  const offset = segment === undefined ? Number.NaN : segment.offset + address - segment.address;
  if (!(offset + SIZE_WORD <= source.size)) return undefined;
  const bytes = source.read(offset, SIZE_WORD);
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
}

function refuse(dump: string, executable: string, problem: string, forced: boolean, warnings: WarningLog): void {
  const message = `${executable} is not the program that ${dump} was dumped from: ${problem}`;
  if (forced) {
    warnings.add('executable-mismatch', `${message}. It is used by request: types and names may be wrong.`);
    return;
  }
  throw new GoheapError('mismatch', message, {
    hint: 'Give the executable of that very build with --exe; --force-mismatch uses this one, with types that may be wrong.',
  });
}
