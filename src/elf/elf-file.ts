/**
 * Bytes → the tables of an ELF64 little-endian file: header, program headers, section headers.
 * Truth: System V gABI, chapters "Object Files" and "Program Loading". Only what lies in the file is read; what a table
 * says about bytes elsewhere (offsets, sizes) may be untrue in a file that was cut, so readers of those bytes check again.
 */
import {type ByteSource, Cursor, decodeText, nameAt} from '../base/bytes.js';
import {formatError} from '../base/errors.js';
import {type Address, type Bytes, hex} from '../base/units.js';
import {ELF_MAGIC, ELFCLASS64, ELFDATA2LSB, PN_XNUM, SHN_UNDEF, SHN_XINDEX} from './elf-constants.js';

/** A program header. */
export interface Segment {
  readonly type: number; // PT
  readonly flags: number; // PF, or'ed
  readonly offset: Bytes;
  readonly address: Address; // p_vaddr, link-time; rounded above 2**53
  readonly fileSize: Bytes;
  readonly memorySize: Bytes;
  readonly align: Bytes;
}

/** A section header. */
export interface Section {
  readonly name: string;
  readonly type: number; // SHT
  readonly flags: number; // SHF, or'ed
  readonly address: Address;
  readonly offset: Bytes;
  readonly size: Bytes;
  readonly link: number;
  readonly info: number;
  readonly entrySize: Bytes;
}

export interface ElfFile {
  readonly source: ByteSource;
  readonly type: number; // ET
  readonly machine: number; // EM
  readonly entry: Address;
  /** In the order of the file, which need not be the order of addresses. */
  readonly segments: readonly Segment[];
  /** Empty when the file has no section table (cores) or lacks a part of it. */
  readonly sections: readonly Section[];
}

const HEADER_SIZE = 64;
const SEGMENT_SIZE = 56;
const SECTION_SIZE = 64;
/** More than any process has mappings and any file sections: a larger count is damage. */
const MAX_ENTRIES = 2 ** 20;
/** Of the names of sections together. */
const MAX_NAMES: Bytes = 2 ** 26;

/** Throws `bad-format` when the source is not a 64-bit little-endian ELF file, `truncated` when it ends within its program headers. */
export function readElf(source: ByteSource): ElfFile {
  const header = readHeader(source);
  const first = readFirstSection(source, header);
  const segmentCount = header.segmentCount === PN_XNUM ? (first?.info ?? countSegments(source, header)) : header.segmentCount;
  return {
    source,
    type: header.type,
    machine: header.machine,
    entry: header.entry,
    segments: readSegments(source, header, segmentCount),
    sections: first ? readSections(source, header, first) : [],
  };
}

export function findSection(elf: ElfFile, name: string): Section | undefined {
  return elf.sections.find((section) => section.name === name);
}

interface Header {
  readonly type: number;
  readonly machine: number;
  readonly entry: Address;
  readonly segmentOffset: Bytes;
  readonly sectionOffset: Bytes;
  readonly segmentCount: number;
  readonly sectionCount: number;
  readonly nameSection: number;
}

function readHeader(source: ByteSource): Header {
  if (source.size < HEADER_SIZE) throw notElf(source, `${source.size} bytes, less than an ELF header`);
  const cursor = new Cursor(source.name, source.read(0, HEADER_SIZE));
  const magic = cursor.u32();
  if (magic !== ELF_MAGIC) throw notElf(source, `the file begins with ${hex(magic)}; expected ${hex(ELF_MAGIC)}, ELF's magic number`);
  const elfClass = cursor.u8();
  if (elfClass !== ELFCLASS64) throw notElf(source, `ELF class ${elfClass}; expected ${ELFCLASS64}, a 64-bit file`);
  const order = cursor.u8();
  if (order !== ELFDATA2LSB) throw notElf(source, `ELF data encoding ${order}; expected ${ELFDATA2LSB}, little endian`);
  cursor.position = 16; // behind e_ident
  const type = cursor.u16();
  const machine = cursor.u16();
  cursor.skip(4); // e_version
  const entry = cursor.u64();
  const segmentOffset = cursor.u64();
  const sectionOffset = cursor.u64();
  cursor.skip(6); // e_flags, e_ehsize
  const segmentSize = cursor.u16();
  const segmentCount = cursor.u16();
  const sectionSize = cursor.u16();
  const sectionCount = cursor.u16();
  const nameSection = cursor.u16();
  if (segmentCount > 0 && segmentSize !== SEGMENT_SIZE)
    throw formatError(source.name, 54, `e_phentsize is ${segmentSize}; expected ${SEGMENT_SIZE}`);
  if (sectionOffset > 0 && sectionCount > 0 && sectionSize !== SECTION_SIZE) {
    throw formatError(source.name, 58, `e_shentsize is ${sectionSize}; expected ${SECTION_SIZE}`);
  }
  return {type, machine, entry, segmentOffset, sectionOffset, segmentCount, sectionCount, nameSection};
}

function notElf(source: ByteSource, problem: string) {
  return formatError(source.name, 0, problem, 'goheap reads 64-bit little-endian ELF files, as Linux writes them on amd64 and arm64.');
}

type RawSection = Omit<Section, 'name'> & {readonly nameOffset: number};

/** Section 0 holds the counts that do not fit into the header. Undefined when there is none in the file. */
function readFirstSection(source: ByteSource, header: Header): RawSection | undefined {
  if (header.sectionOffset === 0 || header.sectionOffset + SECTION_SIZE > source.size) return undefined;
  return readSectionHeader(new Cursor(source.name, source.read(header.sectionOffset, SECTION_SIZE)));
}

/** Without section 0, which the kernel writes last, so that a cut takes it first: what the first segment holds follows the table. */
function countSegments(source: ByteSource, {segmentOffset}: Header): number {
  const cursor = new Cursor(source.name, source.read(segmentOffset, SEGMENT_SIZE));
  cursor.skip(8); // p_type, p_flags
  return Math.max(PN_XNUM, Math.floor((cursor.u64() - segmentOffset) / SEGMENT_SIZE));
}

function readSegments(source: ByteSource, header: Header, count: number): Segment[] {
  if (count > MAX_ENTRIES) throw formatError(source.name, 56, `${count} program headers; expected at most ${MAX_ENTRIES}`);
  const data = source.read(header.segmentOffset, count * SEGMENT_SIZE); // throws before anything is allocated when they are not there
  const cursor = new Cursor(source.name, data);
  const segments: Segment[] = [];
  for (let i = 0; i < count; i++) {
    const type = cursor.u32();
    const flags = cursor.u32();
    const offset = cursor.u64();
    const address = cursor.u64();
    cursor.skip(8); // p_paddr
    segments.push({type, flags, offset, address, fileSize: cursor.u64(), memorySize: cursor.u64(), align: cursor.u64()});
  }
  return segments;
}

function readSections(source: ByteSource, header: Header, first: RawSection): Section[] {
  const count = header.sectionCount === 0 ? first.size : header.sectionCount;
  if (count > MAX_ENTRIES || header.sectionOffset + count * SECTION_SIZE > source.size) return [];
  const cursor = new Cursor(source.name, source.read(header.sectionOffset, count * SECTION_SIZE));
  const raw: RawSection[] = [];
  for (let i = 0; i < count; i++) raw.push(readSectionHeader(cursor));
  const namesIndex = header.nameSection === SHN_XINDEX ? first.link : header.nameSection;
  const names = raw[namesIndex];
  if (namesIndex === SHN_UNDEF || !names || names.offset + names.size > source.size) return [];
  if (names.size > MAX_NAMES) return [];
  const strings = source.read(names.offset, names.size);
  return raw.map(({nameOffset, ...section}) => ({name: decodeText(nameAt(strings, nameOffset) ?? NO_BYTES), ...section}));
}

const NO_BYTES = new Uint8Array(0);

function readSectionHeader(cursor: Cursor): RawSection {
  const nameOffset = cursor.u32();
  const type = cursor.u32();
  const flags = cursor.u64();
  const address = cursor.u64();
  const offset = cursor.u64();
  const size = cursor.u64();
  const link = cursor.u32();
  const info = cursor.u32();
  cursor.skip(8); // sh_addralign
  return {nameOffset, type, flags, address, offset, size, link, info, entrySize: cursor.u64()};
}
