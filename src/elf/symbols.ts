/**
 * .symtab → symbols by name. Truth: System V gABI "Symbol Table". Undefined symbols are left out; of several symbols of one
 * name (local symbols of C files) the first stays.
 */
import {decodeText, nameAt, viewOf, wordAt} from '../base/bytes.js';
import {formatError} from '../base/errors.js';
import type {Address, Bytes} from '../base/units.js';
import {SHN_UNDEF, SHT} from './elf-constants.js';
import type {ElfFile} from './elf-file.js';
import {type Inflate, readSection} from './section-data.js';

export interface ElfSymbol {
  readonly address: Address; // link-time
  readonly size: Bytes;
}

const SYMBOL_SIZE = 24;
/** Linkers let a name be the end of another one, not all names. */
const MOST_TIMES = 16;

/** Every named, defined symbol of .symtab; empty when the file is stripped. Throws `truncated` when the file ends before the table, `bad-format` when its names cannot be names. */
export function readSymbols(elf: ElfFile, inflate?: Inflate): Map<string, ElfSymbol> {
  const symbols = new Map<string, ElfSymbol>();
  const table = elf.sections.find((section) => section.type === SHT.SYMTAB);
  const names = table && elf.sections[table.link];
  if (!table || !names) return symbols;
  const data = readSection(elf, table, inflate);
  const strings = readSection(elf, names, inflate);
  const view = viewOf(data);
  let length = 0; // of all names
  for (let at = 0; at + SYMBOL_SIZE <= data.length; at += SYMBOL_SIZE) {
    const start = view.getUint32(at, true);
    if (start === 0 || view.getUint16(at + 6, true) === SHN_UNDEF) continue;
    const text = nameAt(strings, start);
    if (!text) continue;
    length += text.length;
    if (length > MOST_TIMES * strings.length)
      throw formatError(elf.source.name, names.offset, 'the names of the symbols lie in one another');
    const name = decodeText(text);
    if (!symbols.has(name)) symbols.set(name, {address: wordAt(view, at + 8), size: wordAt(view, at + 16)});
  }
  return symbols;
}
