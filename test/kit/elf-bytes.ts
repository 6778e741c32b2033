/**
 * Segments and sections → the bytes of an ELF64 file, for the tests of `elf` and `image`. Written from the gABI, apart from
 * the reader. Tests of damaged files change single fields of the result.
 */
import {align, assemble, bytes, cString, type Field, label, position, text, u8, u16, u32, u64, type Value, zeros} from './assemble.js';

export interface SegmentSpec {
  readonly type: number;
  readonly flags?: number;
  readonly address?: Value;
  readonly data?: Uint8Array;
  /** When other than the data's. */
  readonly fileSize?: number;
  readonly memorySize?: number;
  readonly align?: number;
  /** The data are those of the whole file from this offset on, instead of `data`. */
  readonly offset?: number;
}
export interface SectionSpec {
  readonly name: string;
  readonly type?: number;
  readonly flags?: number;
  readonly address?: number;
  readonly data?: Uint8Array;
  readonly size?: number;
  readonly link?: number;
}
export interface ElfSpec {
  readonly type?: number;
  readonly machine?: number;
  readonly entry?: number;
  readonly segments?: readonly SegmentSpec[];
  readonly sections?: readonly SectionSpec[];
  /** e_phnum of PN_XNUM: the count goes to section 0. */
  readonly manySegments?: boolean;
}

export const CORE = 4;
export const EXEC = 2;
export const DYN = 3;
export const AMD64 = 62;

export function elfBytes(spec: ElfSpec): Uint8Array {
  const segments = spec.segments ?? [];
  const sections = spec.sections ? [...spec.sections, {name: '.shstrtab', type: 3}] : [];
  const hasTable = sections.length > 0 || spec.manySegments === true;
  return assemble(
    u32(0x464c457f), // EI_MAG
    u8(2), // EI_CLASS: 64 bit
    u8(1), // EI_DATA: little endian
    u8(1), // EI_VERSION
    zeros(9),
    u16(spec.type ?? EXEC), // e_type
    u16(spec.machine ?? AMD64), // e_machine
    u32(1), // e_version
    u64(spec.entry ?? 0), // e_entry
    u64(segments.length > 0 ? 64 : 0), // e_phoff
    u64(hasTable ? position('sections') : 0), // e_shoff
    u32(0), // e_flags
    u16(64), // e_ehsize
    u16(56), // e_phentsize
    u16(spec.manySegments ? 0xffff : segments.length), // e_phnum
    u16(64), // e_shentsize
    u16(hasTable ? sections.length + 1 : 0), // e_shnum
    u16(sections.length), // e_shstrndx: the last
    segments.flatMap(segmentHeader),
    segments.flatMap((segment, i) => [label(`segment ${i}`), bytes(segment.data ?? [])]),
    sections.flatMap((section, i) => [
      label(`section ${i}`),
      ...(section.name === '.shstrtab' ? names(sections) : [bytes(section.data ?? [])]),
    ]),
    align(8),
    label('sections'),
    hasTable ? sectionHeader({name: '', size: spec.manySegments ? 1 : 0}, 0, 0, spec.manySegments ? segments.length : 0) : [], // the kernel counts the one section here too
    sections.flatMap((section, i) => sectionHeader(section, position(`section ${i}`), nameOffset(sections, i), 0)),
  );
}

function segmentHeader(segment: SegmentSpec, i: number): Field[] {
  const size = segment.fileSize ?? segment.data?.length ?? 0;
  return [
    u32(segment.type), // p_type
    u32(segment.flags ?? 4), // p_flags
    u64(segment.offset ?? position(`segment ${i}`)), // p_offset
    u64(segment.address ?? 0), // p_vaddr
    u64(0), // p_paddr
    u64(size), // p_filesz
    u64(segment.memorySize ?? size), // p_memsz
    u64(segment.align ?? 4096), // p_align
  ];
}

function sectionHeader(section: SectionSpec, offset: Value, name: number, info: number): Field[] {
  const nameTableSize = section.name === '.shstrtab' ? 1000 : undefined;
  return [
    u32(name), // sh_name
    u32(section.name === '' ? 0 : (section.type ?? 1)), // sh_type
    u64(section.flags ?? 0), // sh_flags
    u64(section.address ?? 0), // sh_addr
    u64(offset), // sh_offset
    u64(section.size ?? section.data?.length ?? nameTableSize ?? 0), // sh_size
    u32(section.link ?? 0), // sh_link
    u32(info), // sh_info
    u64(1), // sh_addralign
    u64(0), // sh_entsize
  ];
}

/** The string table has a fixed size, so that its header needs no label. */
function names(sections: readonly SectionSpec[]): Field[] {
  const table = assemble(u8(0), ...sections.map(({name}) => cString(name)));
  return [bytes(table), zeros(1000 - table.length)];
}

function nameOffset(sections: readonly SectionSpec[], index: number): number {
  return 1 + sections.slice(0, index).reduce((sum, {name}) => sum + name.length + 1, 0);
}

/** One note, padded to 4 bytes. */
export function noteBytes(owner: string, type: number, data: Uint8Array): Uint8Array {
  return assemble(
    u32(owner.length + 1), // n_namesz
    u32(data.length), // n_descsz
    u32(type), // n_type
    text(`${owner}\0`),
    align(4),
    bytes(data),
    align(4),
  );
}

export function concatenate(...parts: readonly Uint8Array[]): Uint8Array {
  return assemble(parts.map((part) => bytes(part)));
}
