/**
 * A file → an executable with its identity and its debug sections. Truth: System V gABI; Go's linker writes sections
 * compressed (SHF_COMPRESSED since 1.19, `.zdebug_*` before).
 */
import {GoheapError} from '../base/errors.js';
import {FileSource} from '../base/file-source.js';
import {type BuildIds, readBuildIds} from '../elf/build-id.js';
import {EM, ET, SHT} from '../elf/elf-constants.js';
import {type ElfFile, findSection, readElf} from '../elf/elf-file.js';
import type {ForeignFile} from '../elf/foreign-file.js';
import {readMachO} from '../elf/macho-file.js';
import {readPe} from '../elf/pe-file.js';
import {type Relocations, readElfRelocations} from '../elf/relocations.js';
import {readSection} from '../elf/section-data.js';
import {type ElfSymbol, readSymbols} from '../elf/symbols.js';
import {inflate} from './unpack/decompress.js';

export interface Executable {
  readonly path: string;
  readonly source: FileSource;
  readonly elf: ElfFile;
  readonly buildIds: BuildIds;
  /** The system that it is for, by the format of the file. */
  readonly goos: 'linux' | ForeignFile['goos'];
  /** Every named, defined symbol; empty when the file is stripped. */
  symbols(): Map<string, ElfSymbol>;
  /** Words that hold addresses, which a loader moves with the program. */
  relocations(): Relocations;
  /** A section unpacked, `.debug_info` also from `.zdebug_info`; undefined when there is none. Each call reads it anew. */
  section(name: string): Uint8Array | undefined;
  close(): void;
}

/** The file has debug information of its own. */
export function hasDwarf({elf}: Pick<Executable, 'elf'>): boolean {
  return [findSection(elf, '.debug_info'), findSection(elf, '.zdebug_info')].some((section) => section && section.type !== SHT.NOBITS);
}

/** Throws `bad-format` when the file is no executable, `unsupported` when it is for another machine, `io` when it cannot be opened. */
export function openExecutable(path: string): Executable {
  const source = new FileSource(path, 64);
  try {
    const foreign = readPe(source) ?? readMachO(source);
    const elf = foreign?.elf ?? readElf(source);
    checkType(path, elf);
    return {
      path,
      source,
      elf,
      buildIds: foreign ? {} : readBuildIds(elf),
      goos: foreign?.goos ?? 'linux',
      symbols: foreign?.symbols ?? (() => readSymbols(elf, inflate)),
      relocations: foreign?.relocations ?? (() => readElfRelocations(elf)),
      section: (name) => {
        const section = findSection(elf, name) ?? findSection(elf, name.replace(/^\.debug_/, '.zdebug_'));
        return section && readSection(elf, section, inflate);
      },
      close: () => source.close(),
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

/** Linkers write a dozen. What is done for each segment is done for all segments of the core. */
const MOST_SEGMENTS = 1024;

function checkType(path: string, elf: ElfFile): void {
  if (elf.segments.length > MOST_SEGMENTS)
    throw new GoheapError(
      'bad-format',
      `${path}: ${elf.segments.length} program headers; expected at most ${MOST_SEGMENTS} of an executable`,
    );
  if (elf.type === ET.CORE) {
    throw new GoheapError('bad-format', `${path}: this is a core, not an executable`, {
      hint: 'Give the core first, and the executable with --exe.',
    });
  }
  if (elf.type !== ET.EXEC && elf.type !== ET.DYN)
    throw new GoheapError('bad-format', `${path}: ELF type ${elf.type}; expected an executable`);
  if (elf.machine !== EM.X86_64 && elf.machine !== EM.AARCH64) {
    throw new GoheapError(
      'unsupported',
      `${path}: machine ${elf.machine}; goheap reads programs of linux/amd64 (62) and linux/arm64 (183)`,
    );
  }
}
