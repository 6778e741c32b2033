/**
 * A heap dump and its executable → what a core and its executable are to later stages. The dump does not name the program, nor where it was loaded: data and
 * bss of the dump against those of the executable tell, and its types must be where the dump says.
 */
import {viewOf, wordAt} from '../base/bytes.js';
import {GoheapError} from '../base/errors.js';
import type {FileSource} from '../base/file-source.js';
import type {Work} from '../base/progress.js';
import {type Bytes, hex} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {AT, ET} from '../elf/elf-constants.js';
import {type ElfFile, findSection, type Segment} from '../elf/elf-file.js';
import {offsetOf} from '../elf/relocations.js';
import type {CoreFile} from '../image/core-file.js';
import {type Executable, openExecutable} from '../image/executable.js';
import type {OpenDumpOptions, OpenedProgram} from '../image/open-dump.js';
import {type DumpedHeap, readHeapDump} from './read-heap-dump.js';

/** A loader slides programs by whole pages. */
const PAGE: Bytes = 4096;
/** Of the types of the dump that lie in the program, so many must have their sizes there. */
const LEAST_EQUAL = 0.8;
/** abi.Type begins with its size. */
const WORD: Bytes = 8;
/** As many types show that a slide is not the right one. */
const SAMPLE = 20;

export interface OpenHeapDump extends OpenedProgram {
  readonly dumped: DumpedHeap;
}

/**
 * Throws `usage` without an executable, `mismatch` for that of another program, and what `readHeapDump` and `openExecutable` throw. The source is closed
 * then, or with the core.
 */
export async function openHeapDump(source: FileSource, options: OpenDumpOptions & Work, warnings: WarningLog): Promise<OpenHeapDump> {
  const opened: {close(): void}[] = [source];
  try {
    if (options.executable === undefined) {
      throw new GoheapError('usage', `${source.path}: a heap dump does not say which program it is of`, {
        hint: 'Give the executable of that very build with --exe.',
      });
    }
    const executable = openExecutable(options.executable);
    opened.push(executable);
    const dumped = await readHeapDump(source, executable, options, warnings);
    const slide = findSlide(dumped, executable);
    const problem = findProblem(dumped, executable, slide);
    if (problem !== undefined) refuse(source.path, executable.path, problem, options.forceMismatch === true, warnings);
    return {core: coreOf(source.path, dumped, executable.elf, slide), executable, dumped};
  } catch (error) {
    for (const file of opened) file.close();
    throw error;
  }
}

function coreOf(path: string, {memory, machine, arch, segments, parts}: DumpedHeap, program: ElfFile, slide: Bytes): CoreFile {
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
    isHeapDump: true,
    parts,
    close: () => memory.close(),
  };
}

/**
 * What must be added to the program's link-time addresses: where its data and bss lie in the dump tells, or, where no symbol and no section names these,
 * where its types do. 0 where nothing tells.
 */
function findSlide(dumped: DumpedHeap, executable: Executable): Bytes {
  const {elf} = executable;
  if (elf.type !== ET.DYN) return 0;
  const symbols = executable.symbols();
  const places = [
    [dumped.data, symbols.get('runtime.data')?.address ?? findSection(elf, '.data')?.address],
    [dumped.bss, symbols.get('runtime.bss')?.address ?? findSection(elf, '.bss')?.address],
  ] as const;
  const told = places.flatMap(([place, linked]) => (linked === undefined || Number.isNaN(place) ? [] : [place - linked]));
  const isRight = (slide: Bytes) => slide >= 0 && slide % PAGE === 0 && shareOfTypes(dumped, elf, slide) >= LEAST_EQUAL;
  for (const slide of told.some(isRight) ? told : slidesOfTypes(dumped, elf)) if (isRight(slide)) return slide;
  return 0;
}

/** Those that put the first type somewhere into what the program only reads. */
function* slidesOfTypes({types}: DumpedHeap, {segments}: ElfFile): Generator<Bytes> {
  const [first] = types;
  if (!first) return;
  for (const {address, fileSize} of segments) {
    const from = Math.max(0, Math.ceil((first.address - address - fileSize) / PAGE) * PAGE);
    for (let slide = from; slide <= first.address - address; slide += PAGE) yield slide;
  }
}

/** What shows that the executable is another program's; undefined when nothing does. */
function findProblem(dumped: DumpedHeap, {elf}: Executable, slide: Bytes): string | undefined {
  const {types, data, machine} = dumped;
  if (elf.machine !== machine) return `it is for machine ${elf.machine}, the dump for ${machine}`;
  const isIn = ({address, memorySize}: Segment) => data - slide >= address && data - slide < address + memorySize;
  if (!Number.isNaN(data) && !elf.segments.some(isIn)) return `it has no data at ${hex(data)}`;
  const share = shareOfTypes(dumped, elf, slide);
  return share < LEAST_EQUAL ? `of ${types.length} types that the dump names, ${Math.round(share * 100)} % are where it says` : undefined;
}

/** Of the dump's types that would lie in the program's file, how many have their size there; 1 where none would. */
function shareOfTypes({types}: DumpedHeap, elf: ElfFile, slide: Bytes): number {
  let [known, equal] = [0, 0];
  for (const {address, size} of types) {
    const offset = offsetOf(elf.segments, address - slide);
    if (offset === undefined || offset + WORD > elf.source.size) continue; // made while the program ran
    known++;
    if (wordAt(viewOf(elf.source.read(offset, WORD)), 0) === size) equal++;
    if (known === SAMPLE && equal < known * LEAST_EQUAL) break;
  }
  return known === 0 ? 1 : equal / known;
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
