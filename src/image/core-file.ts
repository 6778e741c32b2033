/**
 * A file → an ELF core of a supported machine with what its notes say, and with the identity of the executable as far as the
 * core itself holds it: the kernel dumps the first page of every mapped ELF file, and Go's linker puts the build ID there.
 * Truth: Linux fs/binfmt_elf.c, gdb's gcore. The memory itself is `memory-image`'s.
 */
import {type ByteSource, decodeText, MemorySource} from '../base/bytes.js';
import {formatError, GoheapError, isGoheapError} from '../base/errors.js';
import {FileSource} from '../base/file-source.js';
import type {Address, Bytes} from '../base/units.js';
import {WarningLog} from '../base/warnings.js';
import {type BuildIds, readBuildIds} from '../elf/build-id.js';
import {AT, ELF_MAGIC, ELFCLASS64, ELFDATA2LSB, EM, ET, PT} from '../elf/elf-constants.js';
import {type ElfFile, readElf, type Segment} from '../elf/elf-file.js';
import {readNotes} from '../elf/notes.js';
import {type Arch, type CoreNotes, type MappedFile, readCoreNotes} from './core-notes.js';

export interface CoreFile extends CoreNotes {
  readonly path: string;
  readonly source: ByteSource;
  readonly elf: ElfFile;
  readonly arch: Arch;
  /** How long the file must be to hold all that it says it holds. */
  readonly claimedSize: Bytes;
  /** The executable's mapping as the kernel recorded it. */
  readonly executableFile?: MappedFile;
  /** The executable's first page as it was in memory, when it was dumped: ELF header, program headers, usually the build IDs. */
  readonly headerPage?: Uint8Array;
  /** Where it was mapped. */
  readonly headerAddress?: Address;
  /** What `headerPage` says of the program: its header and program headers, and its identity; undefined and empty when it is missing. */
  readonly program?: ElfFile;
  readonly buildIds: BuildIds;
  /** What the program has in its file alone, initial data for example, is taken from there: a heap dump lacks it. */
  readonly isHeapDump?: boolean;
  /** Of a heap dump: its memory in the order of the file, which its identity goes by. */
  readonly parts?: () => readonly MemoryPart[];
  close(): void;
}

/** Bytes of `source`. */
export type MemoryPart = Pick<Segment, 'offset' | 'fileSize'>;

/** Of a path, or of a file that is open (and closed when this fails). Throws `bad-format` when the file is no core, `unsupported` when it is one of a machine or class that goheap does not read, `io` when it cannot be opened. */
export function openCore(file: string | FileSource, warnings = new WarningLog()): CoreFile {
  const source = typeof file === 'string' ? new FileSource(file) : file;
  try {
    return readCore(source, source.path, warnings, () => source.close());
  } catch (error) {
    source.close();
    throw error;
  }
}

/** The same from any source of bytes. */
export function readCore(source: ByteSource, path: string, warnings: WarningLog, close: () => void = () => {}): CoreFile {
  const arch = checkIsCore(source);
  const elf = readElf(source);
  checkOverlap(elf);
  const notes = readCoreNotes(readNotes(elf, warnings), arch, warnings);
  if (notes.threads.length === 0) warnings.add('no-threads', `${path}: the core has no readable note about a thread.`);
  const executableFile = findExecutableFile(notes);
  const page = findHeaderPage(elf, notes, executableFile);
  return {
    ...notes,
    path,
    source,
    elf,
    arch,
    claimedSize: claimedSize(elf),
    ...(executableFile ? {executableFile} : {}),
    ...(page ? readProgram(path, page) : {buildIds: {}}),
    close,
  };
}

/** How long a file must be to hold all that its program headers say it holds. */
export function claimedSize({segments}: ElfFile): Bytes {
  return segments.reduce((size, {offset, fileSize}) => Math.max(size, offset + fileSize), 0);
}

/** More bytes in segments than the file has can only be damage, or a trap: each byte would be read again and again. Some are forgiven. */
const MOST_TIMES = 4;
const ELF_PROGRAM_HEADERS: Bytes = 32; // where e_phoff is

function checkOverlap({source, segments}: ElfFile): void {
  const held = segments.reduce((sum, {offset, fileSize}) => sum + Math.max(0, Math.min(fileSize, source.size - offset)), 0);
  if (held <= MOST_TIMES * source.size) return;
  throw formatError(source.name, ELF_PROGRAM_HEADERS, `the program headers name ${held} bytes of a file of ${source.size}: they overlap`);
}

/** The machine, when these are the first bytes of a core that goheap reads; throws as `openCore`. */
export function checkIsCore(source: ByteSource): Arch {
  checkIdentity(source);
  const head = source.read(16, 4); // e_type, e_machine
  const view = new DataView(head.buffer, head.byteOffset);
  const type = view.getUint16(0, true);
  if (type !== ET.CORE) throw notCore(source, type);
  return readArch(source, view.getUint16(2, true));
}

function checkIdentity(source: ByteSource): void {
  const head = source.read(0, Math.min(source.size, 8));
  const magic = head.length < 8 ? 0 : new DataView(head.buffer, head.byteOffset).getUint32(0, true);
  if (magic !== ELF_MAGIC) {
    const archive = findArchive(source);
    if (archive) {
      throw new GoheapError('bad-format', `${source.name}: this is a ${archive.name} archive; expected a core dump`, {
        hint: `Unpack it first: ${archive.unpack}.`,
      });
    }
    const what = source.size === 0 ? 'the file is empty' : 'not an ELF file';
    throw new GoheapError('bad-format', `${source.name}: ${what}; expected a core dump`, {
      hint: 'Give the core that the kernel wrote (GOTRACEBACK=crash and ulimit -c unlimited), or one of gdb: gcore PID.',
    });
  }
  if (head[4] !== ELFCLASS64 || head[5] !== ELFDATA2LSB) {
    throw new GoheapError(
      'unsupported',
      `${source.name}: an ELF file of a 32-bit or big-endian machine; goheap reads cores of linux/amd64 and linux/arm64`,
    );
  }
}

/** What people put a core and its executable into. */
const ARCHIVES = [
  {name: 'tar', at: 257, magic: 'ustar', unpack: 'tar xf'},
  {name: 'zip', at: 0, magic: 'PK\x03\x04', unpack: 'unzip'},
];

function findArchive(source: ByteSource): (typeof ARCHIVES)[number] | undefined {
  return ARCHIVES.find(({at, magic}) => at + magic.length <= source.size && decodeText(source.read(at, magic.length)) === magic);
}

function notCore(source: ByteSource, type: number): GoheapError {
  const executable = type === ET.EXEC || type === ET.DYN;
  const what = executable ? 'this is an executable, not a core' : `ELF type ${type}; expected ${ET.CORE}, a core`;
  return new GoheapError('bad-format', `${source.name}: ${what}`, {
    hint: executable ? 'Give the core first, and the executable with --exe.' : 'Give the core dump of a Go program.',
  });
}

function readArch(source: ByteSource, machine: number): Arch {
  if (machine === EM.X86_64) return 'amd64';
  if (machine === EM.AARCH64) return 'arm64';
  throw new GoheapError('unsupported', `${source.name}: machine ${machine}; goheap reads cores of linux/amd64 (62) and linux/arm64 (183)`);
}

/** The entry that contains the program's entry point, or its program headers. An explicit `ld.so ./program` leads to ld.so. */
function findExecutableFile({mappedFiles, auxv}: CoreNotes): MappedFile | undefined {
  for (const key of [AT.ENTRY, AT.PHDR]) {
    const address = auxv.get(key);
    const found = address === undefined ? undefined : mappedFiles.find((file) => file.start <= address && address < file.end);
    if (found) return found;
  }
  return undefined;
}

const PAGE = 4096;

interface HeaderPage {
  readonly address: Address;
  readonly bytes: Uint8Array;
}

/**
 * The page with the ELF header: where the file's offset 0 is mapped, else the page of the program headers. A core that was cut
 * may have lost the notes that tell: then it is the page that carries a Go build ID.
 */
function findHeaderPage(elf: ElfFile, notes: CoreNotes, executable: MappedFile | undefined): HeaderPage | undefined {
  const first = executable && notes.mappedFiles.find((file) => file.path === executable.path && file.offset === 0);
  const phdr = notes.auxv.get(AT.PHDR);
  for (const start of [first?.start, phdr === undefined ? undefined : Math.floor(phdr / PAGE) * PAGE]) {
    const page = start === undefined ? undefined : readHeaderPage(elf, start);
    if (page) return page;
  }
  if (first || phdr !== undefined) return undefined;
  for (const {type, address, offset, fileSize} of elf.segments) {
    if (type !== PT.LOAD || fileSize < PAGE || offset + PAGE > elf.source.size) continue;
    const page = headerPage(address, elf.source.read(offset, PAGE));
    if (page && readProgram(elf.source.name, page).buildIds.go !== undefined) return page;
  }
  return undefined;
}

function readHeaderPage(elf: ElfFile, address: Address): HeaderPage | undefined {
  const bytes = findDumped(elf, address, PAGE);
  return bytes && headerPage(address, bytes);
}

function headerPage(address: Address, bytes: Uint8Array): HeaderPage | undefined {
  const isHeader = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) === ELF_MAGIC;
  return isHeader ? {address, bytes: bytes.slice()} : undefined;
}

/** The core as if `file`, which is mapped from its start, were the program: the auxiliary vector tells about another one. */
export function withProgram(core: CoreFile, file: MappedFile): CoreFile {
  const {headerPage: _page, headerAddress: _address, program: _program, ...rest} = core;
  const page = readHeaderPage(core.elf, file.start);
  return {...rest, auxv: new Map(), executableFile: file, ...(page ? readProgram(core.path, page) : {buildIds: {}})};
}

/** The bytes at an address, when one segment of the core holds them all. */
export function findDumped(core: ElfFile, address: Address, length: number): Uint8Array | undefined {
  const segment = core.segments.find((s) => s.type === PT.LOAD && s.address <= address && address + length <= s.address + s.fileSize);
  if (!segment) return undefined;
  const offset = segment.offset + (address - segment.address);
  return offset + length <= core.source.size ? core.source.read(offset, length) : undefined;
}

function readProgram(path: string, {address, bytes}: HeaderPage): Pick<CoreFile, 'headerPage' | 'headerAddress' | 'program' | 'buildIds'> {
  const page = {headerPage: bytes, headerAddress: address};
  try {
    const program = readElf(new MemorySource(path, bytes)); // offsets in the file are offsets in the page
    return {...page, program, buildIds: readBuildIds(program)};
  } catch (error) {
    if (isGoheapError(error)) return {...page, buildIds: {}}; // not the header of a 64-bit file, or its tables are elsewhere
    throw error;
  }
}

export type {Arch, MappedFile, Thread} from './core-notes.js';
