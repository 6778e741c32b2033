/**
 * A section header → the section's bytes, decompressed. Truth: System V gABI "Section compression" (SHF_COMPRESSED) and the
 * older GNU way, `.zdebug_*` sections that begin with "ZLIB" and a big-endian size. The decompression itself is handed in:
 * this folder uses no built-in of Node.
 */
import {Cursor} from '../base/bytes.js';
import {formatError, GoheapError} from '../base/errors.js';
import type {Bytes} from '../base/units.js';
import {ELFCOMPRESS, SHF, SHT} from './elf-constants.js';
import type {ElfFile, Section} from './elf-file.js';

export type CompressionFormat = 'zlib' | 'zstd';
/** Gives exactly `size` bytes. Throws `bad-format` when the data are damaged or of another size, `unsupported` for a format that is not at hand. */
export type Inflate = (data: Uint8Array, size: Bytes, format: CompressionFormat) => Uint8Array;

/** Debug sections of the largest programs have some hundred MiB; one array cannot hold much more than this anyway. */
const MAX_SECTION = 2 ** 32;
/** Debug sections shrink to a fifth or so. What claims to have shrunk further than this is a lie, or made to fill the memory. */
const MAX_RATIO = 100;
/** Small ones may be all zeros. */
const ALWAYS_ALLOWED: Bytes = 2 ** 25;
const CHDR_SIZE = 24;

/** The bytes as the program's tools see them; empty for SHT_NOBITS. Throws `truncated` when the file ends before, `limit` for an absurd claimed size. */
export function readSection(elf: ElfFile, section: Section, inflate?: Inflate): Uint8Array {
  if (section.type === SHT.NOBITS) return new Uint8Array(0);
  if (section.size > MAX_SECTION) throw tooLarge(elf, section, section.size);
  const data = elf.source.read(section.offset, section.size);
  const header = readCompressionHeader(elf, section, data);
  if (!header) return data;
  const packed = data.subarray(header.length);
  const most = Math.min(MAX_SECTION, Math.max(ALWAYS_ALLOWED, packed.length * MAX_RATIO));
  if (header.size > most) throw tooLarge(elf, section, header.size);
  if (!inflate) throw new GoheapError('unsupported', `${elf.source.name}: section ${section.name} is compressed`);
  return inflate(packed, header.size, header.format);
}

interface CompressionHeader {
  readonly format: CompressionFormat;
  readonly size: Bytes; // when unpacked
  readonly length: Bytes; // of the header itself
}

function readCompressionHeader(elf: ElfFile, section: Section, data: Uint8Array): CompressionHeader | undefined {
  const cursor = new Cursor(`${elf.source.name} (section ${section.name})`, data);
  if ((section.flags & SHF.COMPRESSED) !== 0) {
    const type = cursor.u32();
    cursor.skip(4); // ch_reserved
    const size = cursor.u64();
    if (type === ELFCOMPRESS.ZLIB) return {format: 'zlib', size, length: CHDR_SIZE};
    if (type === ELFCOMPRESS.ZSTD) return {format: 'zstd', size, length: CHDR_SIZE};
    throw formatError(
      elf.source.name,
      section.offset,
      `section ${section.name} has compression type ${type}; expected 1 (zlib) or 2 (zstd)`,
    );
  }
  if (!section.name.startsWith('.zdebug_')) return undefined;
  if (cursor.u32() !== 0x42494c5a) throw formatError(elf.source.name, section.offset, `section ${section.name} does not begin with "ZLIB"`);
  let size = 0;
  for (let i = 0; i < 8; i++) size = size * 256 + cursor.u8();
  return {format: 'zlib', size, length: 12};
}

function tooLarge(elf: ElfFile, section: Section, size: Bytes): GoheapError {
  return new GoheapError('limit', `${elf.source.name}: section ${section.name} claims ${size} bytes`, {
    hint: 'The section table is damaged, or the debug information is larger than goheap can hold.',
  });
}
