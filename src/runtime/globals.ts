/**
 * The package-level variables in data and bss, by address, and the words there that the collector scans.
 * Truth: moduledata.gcdatamask and gcbssmask (runtime/symtab.go, mgcmark.go markrootBlock); names from DWARF, else from
 * the symbol table (compiler-made statics), which has no types.
 */
import type {Address, Bytes} from '../base/units.js';
import type {GoRuntime} from './go-runtime.js';
import type {MaskedSection} from './modules.js';

export interface GlobalVariable {
  readonly name: string;
  readonly address: Address;
  readonly size: Bytes;
  readonly typeDie: number | undefined; // offset of its type's DWARF entry
  readonly file: string;
  readonly line: number;
}
/** A symbol of the executable, at its link-time address. */
export interface ElfSymbol {
  readonly address: Address;
  readonly size: Bytes;
}

/** Variables with storage in [start, end), ascending, not overlapping: DWARF's first, symbols where it has none. */
export function readGlobals(go: GoRuntime, symbols: ReadonlyMap<string, ElfSymbol>, start: Address, end: Address): GlobalVariable[] {
  const found = new Map<Address, GlobalVariable>();
  for (const variable of go.dwarf?.variables ?? []) {
    const address = variable.address + go.image.bias;
    if (address < start || address >= end) continue;
    const {name, typeOffset, unit, line = 0} = variable;
    const size = typeOffset === 0 ? 0 : go.dwarf!.sizeOf(typeOffset);
    if (size === 0 || found.has(address)) continue;
    const file = variable.file === undefined ? '' : (go.dwarf!.fileName(unit, variable.file) ?? '');
    found.set(address, {name, address, size, typeDie: typeOffset, file, line});
  }
  for (const [name, symbol] of symbols) {
    const address = symbol.address + go.image.bias;
    if (address < start || address >= end || symbol.size === 0 || found.has(address)) continue;
    found.set(address, {name, address, size: symbol.size, typeDie: undefined, file: '', line: 0});
  }
  return withoutOverlap([...found.values()].sort((a, b) => a.address - b.address));
}

/** Of two variables that overlap (a section's own symbol, an alias) the one that starts later is the more precise one. */
function withoutOverlap(variables: readonly GlobalVariable[]): GlobalVariable[] {
  return variables.map((variable, i) => {
    const limit = (variables[i + 1]?.address ?? Number.POSITIVE_INFINITY) - variable.address;
    return limit < variable.size ? {...variable, size: limit} : variable;
  });
}

/** Addresses of the section's words that hold pointers, ascending. */
export function* maskedWords(go: GoRuntime, section: MaskedSection): Generator<Address> {
  const mask = go.image.bytes(section.maskAddress, (section.maskBits + 7) >>> 3).slice();
  for (let byte = 0; byte < mask.length; byte++) {
    for (let rest = mask[byte]!; rest !== 0; rest &= rest - 1) yield section.start + (byte * 8 + 31 - Math.clz32(rest & -rest)) * 8;
  }
}
