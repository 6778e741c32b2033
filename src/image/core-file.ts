/**
 * A file → an ELF core of a supported machine with what its notes say, and with the identity of the executable as far as the
 * core itself holds it: the kernel dumps the first page of every mapped ELF file, and Go's linker puts the build ID there.
 * Truth: Linux fs/binfmt_elf.c, gdb's gcore. The memory itself is `memory-image`'s.
 */
import {type ByteSource, MemorySource} from '../base/bytes.js';
import {GoheapError, isGoheapError} from '../base/errors.js';
import {FileSource} from '../base/file-source.js';
import type {Address} from '../base/units.js';
import {WarningLog} from '../base/warnings.js';
import {type BuildIds, readBuildIds} from '../elf/build-id.js';
import {AT, ELF_MAGIC, ELFCLASS64, ELFDATA2LSB, EM, ET, PT} from '../elf/constants.js';
import {type ElfFile, readElf} from '../elf/elf-file.js';
import {readNotes} from '../elf/notes.js';
import {type Arch, type CoreNotes, type MappedFile, readCoreNotes} from './core-notes.js';

export interface CoreFile extends CoreNotes {
  readonly path: string;
  readonly source: ByteSource;
  readonly elf: ElfFile;
  readonly arch: Arch;
  /** The executable's mapping as the kernel recorded it. */
  readonly executableFile?: MappedFile;
  /** The executable's first page as it was in memory, when it was dumped: ELF header, program headers, usually the build IDs. */
  readonly headerPage?: Uint8Array;
  /** What `headerPage` says; empty when it is missing. */
  readonly buildIds: BuildIds;
  close(): void;
}

/** Throws `bad-format` when the file is no core, `unsupported` when it is one of a machine or class that goheap does not read, `io` when it cannot be opened. */
export function openCore(path: string, warnings = new WarningLog()): CoreFile {
  const source = new FileSource(path);
  try {
    return readCore(source, path, warnings, () => source.close());
  } catch (error) {
    source.close();
    throw error;
  }
}

/** The same from any source of bytes. */
export function readCore(source: ByteSource, path: string, warnings: WarningLog, close: () => void = () => {}): CoreFile {
  checkIdentity(source);
  const elf = readElf(source);
  if (elf.type !== ET.CORE) throw notCore(source, elf.type);
  const arch = readArch(source, elf.machine);
  const notes = readCoreNotes(readNotes(elf, warnings), arch, warnings);
  if (notes.threads.length === 0) warnings.add('no-threads', `${path}: the core has no readable note about a thread.`);
  const executableFile = findExecutableFile(notes);
  const headerPage = findHeaderPage(elf, notes, executableFile);
  return {
    ...notes,
    path,
    source,
    elf,
    arch,
    ...(executableFile ? {executableFile} : {}),
    ...(headerPage ? {headerPage} : {}),
    buildIds: headerPage ? readPageIds(path, headerPage) : {},
    close,
  };
}

/** First bytes of files that are given by mistake, or would be readable after unpacking. */
const PACKED: readonly (readonly [magic: number, mask: number, name: string, unpack: string])[] = [
  [0x8b1f, 0xffff, 'gzip', 'gunzip'],
  [0xfd2fb528, 0xffffffff, 'zstd', 'unzstd'],
  [0x184d2204, 0xffffffff, 'lz4', 'unlz4'],
  [0x587a37fd, 0xffffffff, 'xz', 'unxz'],
];

function checkIdentity(source: ByteSource): void {
  const head = source.read(0, Math.min(source.size, 8));
  const magic = head.length < 8 ? 0 : new DataView(head.buffer, head.byteOffset).getUint32(0, true);
  if (magic !== ELF_MAGIC) {
    const packed = PACKED.find(([value, mask]) => (magic & mask) >>> 0 === value);
    if (packed) {
      throw new GoheapError('unsupported', `${source.name}: the file is compressed with ${packed[2]}`, {
        hint: `Unpack it first: ${packed[3]}.`,
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

/** The page with the ELF header: where the file's offset 0 is mapped, else the page of the program headers. */
function findHeaderPage(elf: ElfFile, notes: CoreNotes, executable: MappedFile | undefined): Uint8Array | undefined {
  const first = executable && notes.mappedFiles.find((file) => file.path === executable.path && file.offset === 0);
  const phdr = notes.auxv.get(AT.PHDR);
  for (const start of [first?.start, phdr === undefined ? undefined : Math.floor(phdr / PAGE) * PAGE]) {
    const page = start === undefined ? undefined : findDumped(elf, start, PAGE);
    if (page && new DataView(page.buffer, page.byteOffset).getUint32(0, true) === ELF_MAGIC) return page.slice();
  }
  return undefined;
}

/** The bytes at an address, when one segment of the core holds them all. */
export function findDumped(core: ElfFile, address: Address, length: number): Uint8Array | undefined {
  const segment = core.segments.find((s) => s.type === PT.LOAD && s.address <= address && address + length <= s.address + s.fileSize);
  if (!segment) return undefined;
  const offset = segment.offset + (address - segment.address);
  return offset + length <= core.source.size ? core.source.read(offset, length) : undefined;
}

function readPageIds(path: string, page: Uint8Array): BuildIds {
  try {
    return readBuildIds(readElf(new MemorySource(path, page))); // offsets in the file are offsets in the page
  } catch (error) {
    if (isGoheapError(error)) return {}; // not the header of a 64-bit file, or its tables are elsewhere
    throw error;
  }
}

export type {Arch, MappedFile, Thread} from './core-notes.js';
