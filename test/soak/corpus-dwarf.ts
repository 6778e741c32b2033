/**
 * The debug sections of an executable → what may be done to them. A section that is to be changed is unpacked and written anew behind the file's
 * end, so that changes reach what compression hides. Written from DWARF 5 chapter 7 and the gABI's "Section compression".
 */
import {readFileSync} from 'node:fs';
import {constants, deflateSync, inflateSync} from 'node:zlib';
import {openDwarf} from '../../src/dwarf/dwarf.js';
import {type Change, type Kind, numberAt, numberBytes, otherNumber, type Patch, pick, type Random} from './corpus.js';

interface DebugSection {
  readonly name: string;
  readonly header: number; // offset of the section header
  readonly offset: number;
  readonly size: number;
  readonly packed: boolean;
  readonly data: Uint8Array; // unpacked
}
const SHF_COMPRESSED = 0x800;
const CHDR_SIZE = 24;
const BOMB = deflateSync(Buffer.alloc(2 ** 28), {level: constants.Z_BEST_COMPRESSION});

export function dwarfKinds(executable: string): Kind[] {
  const file = readFileSync(executable);
  const sections = readDebugSections(file);
  const named = (name: string) => sections.find((section) => section.name === name)!;
  const [info, abbreviations] = [named('.debug_info'), named('.debug_abbrev')];
  const units = unitOffsets(info.data);
  const types = [...openDwarf((name) => sections.find((section) => section.name === name)?.data)!.runtimeTypes.values()].sort(
    (a, b) => a - b,
  );
  const rewrite = (section: DebugSection, what: string, edit: (data: Uint8Array) => void): Change => {
    const data = Uint8Array.from(section.data);
    edit(data);
    return {what, patches: replaceSection(executable, file, section, data)};
  };
  return [
    {name: 'compressed sections', change: (random) => changeCompression(random, executable, file, pick(random, sections))},
    {
      name: 'DWARF units',
      change: (random) => {
        const at = pick(random, units);
        const [name, offset, size] = pick(random, unitFields(info.data, at));
        const value = otherNumber(random, numberAt(info.data, at + offset, size), size);
        return rewrite(info, `${name} of the unit at ${at}: ${value}`, (data) => data.set(numberBytes(value, size), at + offset));
      },
    },
    {name: 'DWARF abbreviations', change: (random) => rewrite(abbreviations, ...edits(random, abbreviations.data.length, 1 + random(4)))},
    {name: 'references to DWARF types', isAsked: true, change: (random) => rewrite(info, ...redirect(random, info.data, types))},
    {name: 'DWARF entries', change: (random) => rewrite(info, ...edits(random, info.data.length, 1 + random(200)))},
    {
      name: 'other debug sections',
      change: (random) => {
        const section = pick(
          random,
          sections.filter(({data}) => data.length > 0),
        );
        return rewrite(section, ...edits(random, section.data.length, 1 + random(20)));
      },
    },
  ];
}

/** What refers to one type refers to another instead: any, or that in which the reference stands, which then contains itself. */
function redirect(random: Random, info: Uint8Array, types: readonly number[]): [what: string, edit: (data: Uint8Array) => void] {
  const places: number[] = [];
  let from = 0;
  for (let tries = 0; places.length === 0 && tries < 1000; tries++) {
    from = pick(random, types);
    const bytes = Buffer.from(numberBytes(BigInt(from), 4));
    const data = Buffer.from(info.buffer, info.byteOffset, info.length);
    for (let at = data.indexOf(bytes); at >= 0; at = data.indexOf(bytes, at + 1)) places.push(at);
  }
  const other = pick(random, types);
  const isInside = random(3) > 0;
  const around = (at: number) => types.findLast((type) => type < at) ?? other;
  return [
    `references to ${from} lead to ${isInside ? 'where they are' : other}`,
    (data) => {
      for (const at of places) data.set(numberBytes(BigInt(isInside ? around(at) : other), 4), at);
    },
  ];
}

/** Bytes in `count` places. */
function edits(random: Random, length: number, count: number): [what: string, edit: (data: Uint8Array) => void] {
  const places = Array.from({length: count}, () => [random(length), pick(random, [0, 1, 0x7f, 0x80, 0xff, random(256)])] as const);
  return [
    `bytes at ${places.slice(0, 5).map(([at]) => at)}`,
    (data) => {
      for (const [at, byte] of places) data[at] = byte;
    },
  ];
}

function readDebugSections(file: Buffer): DebugSection[] {
  const [table, count, names] = [Number(file.readBigUInt64LE(40)), file.readUInt16LE(60), file.readUInt16LE(62)];
  const strings = Number(file.readBigUInt64LE(table + names * 64 + 24));
  const found: DebugSection[] = [];
  for (let i = 0; i < count; i++) {
    const header = table + i * 64;
    const start = strings + file.readUInt32LE(header);
    const name = file.toString('latin1', start, file.indexOf(0, start));
    if (!name.startsWith('.debug_')) continue;
    const [offset, size] = [24, 32].map((at) => Number(file.readBigUInt64LE(header + at))) as [number, number];
    const packed = (file.readUInt32LE(header + 8) & SHF_COMPRESSED) !== 0;
    const stored = file.subarray(offset, offset + size);
    found.push({name, header, offset, size, packed, data: packed ? inflateSync(stored.subarray(CHDR_SIZE)) : stored});
  }
  return found;
}

/** 32-bit DWARF, as Go's linker writes it. */
function unitOffsets(info: Uint8Array): number[] {
  const units: number[] = [];
  for (let at = 0; at + 4 < info.length; at += 4 + Number(numberAt(info, at, 4))) units.push(at);
  return units;
}

function unitFields(info: Uint8Array, at: number): (readonly [name: string, offset: number, size: number])[] {
  const isNew = numberAt(info, at + 4, 2) >= 5n;
  const rest = isNew
    ? ([
        ['unit_type', 6, 1],
        ['address_size', 7, 1],
        ['debug_abbrev_offset', 8, 4],
      ] as const)
    : ([
        ['debug_abbrev_offset', 6, 4],
        ['address_size', 10, 1],
      ] as const);
  return [['unit_length', 0, 4], ['version', 4, 2], ...rest];
}

/** The section's new bytes behind the end of the file, where its header then says they are. */
function replaceSection(executable: string, file: Buffer, section: DebugSection, stored: Uint8Array, isPacked = false): Patch[] {
  const flags = file.readBigUInt64LE(section.header + 8) & ~BigInt(SHF_COMPRESSED);
  const header = [
    isPacked ? flags | BigInt(SHF_COMPRESSED) : flags,
    file.readBigUInt64LE(section.header + 16),
    BigInt(file.length),
    BigInt(stored.length),
  ];
  return [
    {file: executable, offset: file.length, bytes: stored},
    {file: executable, offset: section.header + 8, bytes: Buffer.concat(header.map((word) => numberBytes(word, 8)))},
  ];
}

/** A wrong header, damaged data, or data that become far larger than they claim or than a section can be. */
function changeCompression(random: Random, executable: string, file: Buffer, section: DebugSection): Change {
  const head = (type: bigint, size: bigint) =>
    Buffer.concat([numberBytes(type, 4), numberBytes(0n, 4), numberBytes(size, 8), numberBytes(1n, 8)]);
  const {length} = section.data;
  const packed = deflateSync(section.data, {level: 1});
  const choices: readonly (readonly [what: string, make: () => Uint8Array])[] = [
    ['a size that is a lie', () => Buffer.concat([head(1n, otherNumber(random, BigInt(length), 8)), packed])],
    ['another type', () => Buffer.concat([head(otherNumber(random, 1n, 4), BigInt(length)), packed])],
    ['zlib data that are zstd by the header', () => Buffer.concat([head(2n, BigInt(length)), packed])],
    ['256 MiB of zeros', () => Buffer.concat([head(1n, 2n ** 28n), BOMB])],
    ['256 MiB of zeros that claim less', () => Buffer.concat([head(1n, BigInt(length)), BOMB])],
    [
      'damaged data',
      () => Buffer.concat([head(1n, BigInt(length)), packed.map((byte, i) => (i === random(packed.length) ? random(256) : byte))]),
    ],
    ['data cut short', () => Buffer.concat([head(1n, BigInt(length)), packed.subarray(0, random(packed.length))])],
    ['no data', () => Buffer.alloc(random(CHDR_SIZE + 8))],
  ];
  const [what, make] = pick(random, choices);
  return {what: `${section.name}: ${what}`, patches: replaceSection(executable, file, section, make(), true)};
}
