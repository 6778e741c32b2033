/**
 * An executable of Windows (PE32+) → the tables of an ELF file. Truth: Microsoft's "PE Format"; Go's linker writes debug sections as
 * .debug_* or .zdebug_*, with their names in the string table behind the COFF symbols (cmd/link/internal/ld/pe.go).
 */
import {type ByteSource, untilNul, viewOf, wordAt} from '../base/bytes.js';
import {formatError, GoheapError} from '../base/errors.js';
import type {Address, Bytes} from '../base/units.js';
import {EM, ET, PF, PT, SHT} from './elf-constants.js';
import type {ElfFile, Section, Segment} from './elf-file.js';
import type {ForeignFile} from './foreign-file.js';
import {offsetOf, type Relocations, sortedRelocations} from './relocations.js';
import {SymbolNames} from './symbol-names.js';
import type {ElfSymbol} from './symbols.js';

const DOS_MAGIC = 0x5a4d; // MZ
const NEW_HEADER: Bytes = 0x3c; // where the PE header is
const PE_MAGIC = 0x4550;
const COFF_SIZE: Bytes = 24; // with the magic
const PE32_PLUS = 0x20b;
const MACHINES: ReadonlyMap<number, number> = new Map([
  [0x8664, EM.X86_64],
  [0xaa64, EM.AARCH64],
]);
const SECTION_SIZE: Bytes = 40;
const SYMBOL_SIZE: Bytes = 18;
const MOST_SECTIONS = 96; // Windows loads no more
/** Of sections: not loaded; may be executed; may be written to. */
const [DISCARDABLE, EXECUTE, WRITE] = [0x02000000, 0x20000000, 0x80000000];
/** DllCharacteristics: the loader may move it. */
const DYNAMIC_BASE = 0x40;
/** The sixth data directory: words that hold addresses. */
const RELOCATION_DIRECTORY = 5;
const DIR64 = 10;
const WORD: Bytes = 8;

interface Coff {
  readonly base: Address;
  readonly sections: readonly Section[];
  readonly symbolOffset: Bytes;
  readonly symbolCount: number;
  readonly names: SymbolNames;
}

/** Undefined of what does not begin as such a file. Throws `bad-format`, `truncated`, and `unsupported` for programs of other machines. */
export function readPe(source: ByteSource): ForeignFile | undefined {
  if (source.size < 0x40 || viewOf(source.read(0, 2)).getUint16(0, true) !== DOS_MAGIC) return undefined;
  const at = viewOf(source.read(NEW_HEADER, 4)).getUint32(0, true);
  const head = viewOf(source.read(at, COFF_SIZE));
  if (head.getUint32(0, true) !== PE_MAGIC) throw formatError(source.name, at, 'an MZ file that is no Windows program');
  const machine = MACHINES.get(head.getUint16(4, true));
  const [sectionCount, symbolOffset, symbolCount] = [head.getUint16(6, true), head.getUint32(12, true), head.getUint32(16, true)];
  const optionalSize = head.getUint16(20, true);
  if (sectionCount > MOST_SECTIONS) throw formatError(source.name, at, `${sectionCount} sections; expected at most ${MOST_SECTIONS}`);
  const optional = viewOf(source.read(at + COFF_SIZE, optionalSize).slice());
  if (machine === undefined || optionalSize < 112 || optional.getUint16(0, true) !== PE32_PLUS) {
    throw new GoheapError('unsupported', `${source.name}: a Windows program of another machine than amd64 and arm64`);
  }
  const base = wordAt(optional, 24);
  const namesAt = symbolOffset + symbolCount * SYMBOL_SIZE;
  const coff = {base, symbolOffset, symbolCount, names: new SymbolNames(source, readStrings(source, namesAt), namesAt)};
  const rows = viewOf(source.read(at + COFF_SIZE + optionalSize, sectionCount * SECTION_SIZE).slice());
  const [sections, segments]: [Section[], Segment[]] = [[], []];
  for (let row = 0; row < sectionCount; row++) addSection(rows, row * SECTION_SIZE, coff, sections, segments);
  const isMovable = (optional.getUint16(70, true) & DYNAMIC_BASE) !== 0;
  const entry = base + optional.getUint32(16, true);
  const directory = 112 + RELOCATION_DIRECTORY * 8;
  const table =
    optionalSize >= directory + 8
      ? {start: base + optional.getUint32(directory, true), size: optional.getUint32(directory + 4, true)}
      : undefined;
  return {
    elf: {source, type: isMovable ? ET.DYN : ET.EXEC, machine, entry, segments, sections},
    goos: 'windows',
    symbols: () => readCoffSymbols(source, {...coff, sections}),
    relocations: () => readBaseRelocations(source, {segments, sections}, base, table),
  };
}

/** Behind the symbols: its size, which counts itself, then names. */
function readStrings(source: ByteSource, at: Bytes): Uint8Array {
  if (at === 0 || at + 4 > source.size) return new Uint8Array(0);
  const size = viewOf(source.read(at, 4)).getUint32(0, true);
  return at + size <= source.size ? source.read(at, size).slice() : new Uint8Array(0);
}

function addSection(view: DataView, at: Bytes, {base, names}: Omit<Coff, 'sections'>, sections: Section[], segments: Segment[]): void {
  const raw = new Uint8Array(view.buffer, view.byteOffset + at, 8);
  const [memorySize, start, fileSize, offset] = [8, 12, 16, 20].map((field) => view.getUint32(at + field, true)) as [
    number,
    number,
    number,
    number,
  ];
  const characteristics = view.getUint32(at + 36, true);
  const address = base + start;
  const size = memorySize > 0 ? Math.min(memorySize, fileSize) : fileSize; // the file has whole blocks
  sections.push({
    name: nameOf(raw, names),
    type: fileSize === 0 ? SHT.NOBITS : SHT.PROGBITS,
    flags: 0,
    address,
    offset,
    size,
    link: 0,
    info: 0,
    entrySize: 0,
  });
  if ((characteristics & DISCARDABLE) !== 0) return;
  const flags = PF.R | ((characteristics & WRITE) !== 0 ? PF.W : 0) | ((characteristics & EXECUTE) !== 0 ? PF.X : 0);
  segments.push({type: PT.LOAD, flags, offset, address, fileSize: size, memorySize: Math.max(memorySize, size), align: 4096});
}

/** Eight bytes, or a slash and where in the string table a longer name is. */
function nameOf(raw: Uint8Array, names: SymbolNames): string {
  const name = untilNul(raw);
  const long = /^\/(\d+)$/.exec(name);
  return long ? names.at(Number(long[1])) : name;
}

function readCoffSymbols(source: ByteSource, {sections, symbolOffset, symbolCount, names}: Coff): Map<string, ElfSymbol> {
  const symbols = new Map<string, ElfSymbol>();
  if (symbolOffset === 0) return symbols;
  const table = source.read(symbolOffset, symbolCount * SYMBOL_SIZE);
  const view = viewOf(table);
  for (let at = 0; at + SYMBOL_SIZE <= table.length; at += SYMBOL_SIZE * (1 + table[at + 17]!)) {
    const section = sections[view.getInt16(at + 12, true) - 1];
    if (!section) continue;
    const isLong = view.getUint32(at, true) === 0;
    const name = isLong ? names.at(view.getUint32(at + 4, true)) : untilNul(table.subarray(at, at + 8));
    if (name !== '' && !symbols.has(name)) symbols.set(name, {address: section.address + view.getUint32(at + 8, true), size: 0});
  }
  return symbols;
}

/** Blocks of a page each: its address, the block's size, then offsets of 12 bits below a kind of 4. */
function readBaseRelocations(
  source: ByteSource,
  {segments, sections}: Pick<ElfFile, 'segments' | 'sections'>,
  base: Address,
  table: {readonly start: Address; readonly size: Bytes} | undefined,
): Relocations {
  const [offsets, values]: [number[], number[]] = [[], []];
  const words = source.size / WORD;
  const section = table && sections.find(({address, size}) => table.start >= address && table.start < address + size); // it is not loaded
  if (!section) return sortedRelocations(offsets, values);
  const view = viewOf(source.read(section.offset + table.start - section.address, Math.min(table.size, section.size)).slice());
  for (let at = 0; at + 8 <= view.byteLength; ) {
    const [page, size] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    if (size < 8) break;
    for (let entry = at + 8; entry + 2 <= Math.min(at + size, view.byteLength); entry += 2) {
      const word = view.getUint16(entry, true);
      const offset = word >>> 12 === DIR64 ? offsetOf(segments, base + page + (word & 0xfff)) : undefined;
      if (offset === undefined || offset + WORD > source.size) continue;
      if (offsets.length >= words) throw formatError(source.name, section.offset, 'its relocations name more addresses than it has words');
      offsets.push(offset);
      values.push(wordAt(viewOf(source.read(offset, WORD)), 0));
    }
    at += size;
  }
  return sortedRelocations(offsets, values);
}
