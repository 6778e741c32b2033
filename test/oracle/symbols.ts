/**
 * The symbol table of an ELF executable → address and size by name: which words of data and bss are which variable.
 * gABI chapters "Sections" and "Symbol Table"; 64-bit little-endian only. Independent of src/elf: part of the oracle.
 */
import {readFileSync} from 'node:fs';

export interface SymbolAt {
  readonly address: number; // link-time address
  readonly size: number;
}

const SHT_SYMTAB = 2;
const SYMBOL_SIZE = 24;

export function readSymbols(path: string): Map<string, SymbolAt> {
  const file = readFileSync(path);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const u64 = (at: number) => Number(view.getBigUint64(at, true));
  const sectionTable = u64(0x28);
  const sectionSize = view.getUint16(0x3a, true);
  const sectionCount = view.getUint16(0x3c, true);
  const section = (index: number) => {
    const at = sectionTable + index * sectionSize;
    return {type: view.getUint32(at + 4, true), offset: u64(at + 24), size: u64(at + 32), link: view.getUint32(at + 40, true)};
  };
  const result = new Map<string, SymbolAt>();
  for (let index = 0; index < sectionCount; index++) {
    const {type, offset, size, link} = section(index);
    if (type !== SHT_SYMTAB) continue;
    const names = section(link).offset;
    for (let at = offset; at < offset + size; at += SYMBOL_SIZE) {
      const start = names + view.getUint32(at, true);
      result.set(file.toString('latin1', start, file.indexOf(0, start)), {address: u64(at + 8), size: u64(at + 16)});
    }
  }
  return result;
}
