/**
 * An executable of macOS (Mach-O, 64 bits) → the tables of an ELF file. Truth: Apple's <mach-o/loader.h>, <mach-o/nlist.h>; Go's linker writes
 * debug sections as __debug_* or __zdebug_* of a segment __DWARF, and names with an underscore in front (cmd/link/internal/ld/macho.go).
 */
import {type ByteSource, untilNul, viewOf, wordAt} from '../base/bytes.js';
import {formatError, GoheapError} from '../base/errors.js';
import type {Address, Bytes} from '../base/units.js';
import {EM, ET, PF, PT, SHT} from './elf-constants.js';
import type {Section, Segment} from './elf-file.js';
import type {ForeignFile} from './foreign-file.js';
import {type MachOTables, readRebases} from './macho-rebases.js';
import {SymbolNames} from './symbol-names.js';
import type {ElfSymbol} from './symbols.js';

const MAGIC = 0xfeedfacf;
const HEADER_SIZE: Bytes = 32;
const MACHINES: ReadonlyMap<number, number> = new Map([
  [0x01000007, EM.X86_64],
  [0x0100000c, EM.AARCH64],
]);
const EXECUTABLE = 2;
const PIE = 0x200000;
const MOST_COMMANDS = 10_000;
const LC = {symbols: 0x2, segment: 0x19, rebases: 0x22, rebasesOnly: 0x80000022, fixups: 0x80000034} as const;
const SECTION_SIZE: Bytes = 80;
const SECTIONS_AT: Bytes = 72; // in their segment's command
const SYMBOL_SIZE: Bytes = 16;
/** Not in memory. */
const NOT_LOADED: ReadonlySet<string> = new Set(['__DWARF', '__LINKEDIT', '__PAGEZERO']);
const ZERO_FILL = 1;

/** Undefined of what does not begin as such a file. Throws `bad-format`, `truncated`, and `unsupported` for other machines. */
export function readMachO(source: ByteSource): ForeignFile | undefined {
  if (source.size < HEADER_SIZE) return undefined;
  const header = viewOf(source.read(0, HEADER_SIZE).slice());
  if (header.getUint32(0, true) !== MAGIC) return undefined;
  const machine = MACHINES.get(header.getUint32(4, true));
  if (machine === undefined || header.getUint32(12, true) !== EXECUTABLE)
    throw new GoheapError('unsupported', `${source.name}: a Mach-O file that is no program for amd64 or arm64`);
  const tables = readCommands(source, header.getUint32(16, true), header.getUint32(20, true));
  const type = (header.getUint32(24, true) & PIE) !== 0 ? ET.DYN : ET.EXEC;
  const segments = tables.segments.filter(({name, memorySize}) => !NOT_LOADED.has(name) && memorySize > 0);
  return {
    elf: {source, type, machine, entry: 0, segments, sections: tables.sections},
    goos: 'darwin',
    symbols: () => readMachOSymbols(source, tables),
    relocations: () => readRebases(source, tables),
  };
}

function readCommands(source: ByteSource, count: number, size: Bytes): MachOTables {
  if (count > MOST_COMMANDS) throw formatError(source.name, 16, `${count} load commands; expected at most ${MOST_COMMANDS}`);
  const bytes = source.read(HEADER_SIZE, size).slice();
  const view = viewOf(bytes);
  const segments: (Segment & {readonly name: string})[] = [];
  const sections: Section[] = [];
  let symbols: MachOTables['symbols'];
  let rebases: MachOTables['rebases'];
  let fixups: MachOTables['fixups'];
  for (let command = 0, at = 0; command < count; command++) {
    const [kind, length] = at + 8 <= size ? [view.getUint32(at, true), view.getUint32(at + 4, true)] : [0, 0];
    if (length < 8 || at + length > size) throw formatError(source.name, HEADER_SIZE + at, `a load command of ${length} bytes`);
    const word = (offset: Bytes) => (offset + 4 <= length ? view.getUint32(at + offset, true) : 0);
    if (kind === LC.segment && length >= SECTIONS_AT) addSegment(bytes, at, length, segments, sections);
    else if (kind === LC.symbols) symbols = {offset: word(8), count: word(12), strings: word(16), stringSize: word(20)};
    else if (kind === LC.rebases || kind === LC.rebasesOnly) rebases = {offset: word(8), size: word(12)};
    else if (kind === LC.fixups) fixups = {offset: word(8), size: word(12)};
    at += length;
  }
  return {segments, sections, symbols, rebases, fixups};
}

function addSegment(
  bytes: Uint8Array,
  at: Bytes,
  length: Bytes,
  segments: (Segment & {readonly name: string})[],
  sections: Section[],
): void {
  const view = viewOf(bytes);
  const [address, memorySize, offset, fileSize] = [24, 32, 40, 48].map((field) => wordAt(view, at + field)) as [
    number,
    number,
    number,
    number,
  ];
  const protection = view.getUint32(at + 60, true); // 1 read, 2 write, 4 execute
  const flags = ((protection & 1) !== 0 ? PF.R : 0) | ((protection & 2) !== 0 ? PF.W : 0) | ((protection & 4) !== 0 ? PF.X : 0);
  segments.push({name: shortName(bytes, at + 8), type: PT.LOAD, flags, offset, address, fileSize, memorySize, align: 4096});
  const count = Math.min(view.getUint32(at + 64, true), Math.floor((length - SECTIONS_AT) / SECTION_SIZE));
  for (let row = 0; row < count; row++) {
    const from = at + SECTIONS_AT + row * SECTION_SIZE;
    sections.push({
      name: shortName(bytes, from).replace(/^__/, '.'),
      type: (view.getUint32(from + 64, true) & 0xff) === ZERO_FILL ? SHT.NOBITS : SHT.PROGBITS,
      flags: 0,
      address: wordAt(view, from + 32),
      offset: view.getUint32(from + 48, true),
      size: wordAt(view, from + 40),
      link: 0,
      info: 0,
      entrySize: 0,
    });
  }
}

/** Sixteen bytes, longer names are cut. */
function shortName(bytes: Uint8Array, at: number): string {
  return untilNul(bytes.subarray(at, at + 16));
}

function readMachOSymbols(source: ByteSource, {symbols: table}: MachOTables): Map<string, ElfSymbol> {
  const symbols = new Map<string, ElfSymbol>();
  if (!table) return symbols;
  const rows = viewOf(source.read(table.offset, table.count * SYMBOL_SIZE).slice());
  const names = new SymbolNames(source, source.read(table.strings, table.stringSize).slice(), table.strings);
  for (let at = 0; at + SYMBOL_SIZE <= rows.byteLength; at += SYMBOL_SIZE) {
    if (rows.getUint8(at + 5) === 0) continue; // in no section
    const name = names.at(rows.getUint32(at, true)).replace(/^_/, '');
    const address: Address = wordAt(rows, at + 8);
    if (name !== '' && !symbols.has(name)) symbols.set(name, {address, size: 0});
  }
  return symbols;
}
