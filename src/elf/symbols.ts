/**
 * .symtab → symbols by name. Truth: System V gABI "Symbol Table". Undefined symbols are left out; of several symbols of one
 * name (local symbols of C files) the first stays.
 */
import {viewOf, wordAt} from '../base/bytes.js';
import type {Address, Bytes} from '../base/units.js';
import {SHN_UNDEF, SHT} from './elf-constants.js';
import type {ElfFile} from './elf-file.js';
import {type Inflate, readSection} from './section-data.js';
import {SymbolNames} from './symbol-names.js';

export interface ElfSymbol {
  readonly address: Address; // link-time
  readonly size: Bytes;
}

const SYMBOL_SIZE = 24;

/** Every named, defined symbol of .symtab; empty when the file is stripped. Throws `truncated` when the file ends before the table, `bad-format` when its names cannot be names. */
export function readSymbols(elf: ElfFile, inflate?: Inflate): Map<string, ElfSymbol> {
  const symbols = new Map<string, ElfSymbol>();
  const table = elf.sections.find((section) => section.type === SHT.SYMTAB);
  const names = table && elf.sections[table.link];
  if (!table || !names) return symbols;
  const data = readSection(elf, table, inflate);
  const strings = new SymbolNames(elf.source, readSection(elf, names, inflate), names.offset);
  const view = viewOf(data);
  for (let at = 0; at + SYMBOL_SIZE <= data.length; at += SYMBOL_SIZE) {
    const start = view.getUint32(at, true);
    if (start === 0 || view.getUint16(at + 6, true) === SHN_UNDEF) continue;
    const name = strings.at(start);
    if (name !== '' && !symbols.has(name)) symbols.set(name, {address: wordAt(view, at + 8), size: wordAt(view, at + 16)});
  }
  return symbols;
}
