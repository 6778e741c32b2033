/**
 * The package-level variables in data and bss, by address, and the words there that the collector scans.
 * Truth: moduledata.gcdatamask and gcbssmask (runtime/symtab.go, mgcmark.go markrootBlock); names from DWARF, else from
 * the symbol table (compiler-made statics), which has no types.
 */
import {isGoheapError} from '../base/errors.js';
import type {Address, Bytes, TypeIndex} from '../base/units.js';
import {DW_LANG} from '../dwarf/dwarf-constants.js';
import type {GoRuntime} from './go-runtime.js';
import type {MaskedSection} from './modules.js';
import {runGcProgram} from './types/gc-program.js';

export interface GlobalVariable {
  readonly name: string;
  readonly address: Address;
  readonly size: Bytes;
  readonly typeDie: number | undefined; // offset of its type's DWARF entry
  readonly typeName?: string; // Go's spelling of its type, where no DWARF tells it
  readonly file: string;
  readonly line: number;
}
/** A symbol of the executable, at its link-time address. */
export interface ProgramSymbol {
  readonly address: Address;
  readonly size: Bytes;
}

/** What the runtime itself keeps in variables that are found without symbols: their types and sizes have been the same since Go 1.17. */
const RUNTIME_VARIABLES = [
  {name: 'runtime.allgs', typeName: '[]*runtime.g', size: 24},
  {name: 'runtime.allp', typeName: '[]*runtime.p', size: 24},
  {name: 'runtime.allm', typeName: '*runtime.m', size: 8},
] as const;

/** Go's package-level variables, whether the collector scans them or not: with or without pointers. Empty without DWARF. */
export function packageVariables({
  dwarf,
  image,
}: GoRuntime): {readonly name: string; readonly address: Address; readonly typeDie: number}[] {
  return (dwarf?.variables ?? [])
    .filter(({unit, typeOffset}) => unit.language === DW_LANG.Go && typeOffset !== 0)
    .map(({name, address, typeOffset}) => ({name, address: address + image.bias, typeDie: typeOffset}));
}

/** Variables with storage in [start, end), ascending, not overlapping: DWARF's first, symbols where it has none, then those of the runtime. */
function readGlobals(go: GoRuntime, symbols: ReadonlyMap<string, ProgramSymbol>, start: Address, end: Address): GlobalVariable[] {
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
  for (const variable of RUNTIME_VARIABLES) {
    const address = go.findAddress(variable.name);
    if (address === undefined || address < start || address >= end || found.get(address)?.typeDie !== undefined) continue;
    found.set(address, {...variable, address, typeDie: undefined, file: '', line: 0});
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

/** One data or bss section: which of its words the collector scans, and the variables in it by address. */
export interface SectionGlobals {
  readonly section: MaskedSection;
  readonly mask: Uint8Array; // bit per word from the section's start
  readonly variables: readonly GlobalVariable[];
}

/** Data that the compiler laid out for a variable's initial value and gave no name, as in `var reg = &registry{…}`. */
export interface StaticBlock {
  readonly address: Address;
  readonly size: Bytes;
  readonly type: TypeIndex;
  readonly name: string; // by the variable that leads to it: `main.reg`, `main.table[2]`
  readonly variable: GlobalVariable;
  /** What alone points to it, where that is another block (its place in the list, before this one) or a variable with more than this pointer. */
  readonly holder: number | GlobalVariable | undefined;
}

export function readSectionGlobals(go: GoRuntime, symbols: ReadonlyMap<string, ProgramSymbol>): SectionGlobals[] {
  return go.modules
    .flatMap(({sections}) => sections)
    .map((section) => ({section, mask: readMask(go, section), variables: readGlobals(go, symbols, section.start, section.end)}));
}

/** Addresses of the words that hold pointers in [start, end) of the section, ascending. */
export function* maskedWords({section, mask}: SectionGlobals, start = section.start, end = section.end): Generator<Address> {
  const last = Math.min(mask.length - 1, Math.floor((end - section.start) / 64));
  for (let byte = Math.floor((start - section.start) / 64); byte <= last; byte++) {
    for (let rest = mask[byte]!; rest !== 0; rest &= rest - 1) {
      const address = section.start + (byte * 8 + 31 - Math.clz32(rest & -rest)) * 8;
      if (address >= start && address < end) yield address;
    }
  }
}

/** A dump that was cut may lack the mask that the runtime made when it started, and a heap dump always does: then it is made again. */
function readMask(go: GoRuntime, section: MaskedSection): Uint8Array {
  const {maskAddress, maskProgram, name} = section;
  const maskBits = section.maskBits || Math.floor((section.end - section.start) / 8);
  const mask = section.maskBits > 0 ? go.image.find(maskAddress, (maskBits + 7) >>> 3) : undefined;
  if (mask) return mask;
  try {
    return runGcProgram(go.image, maskProgram, maskBits, 0);
  } catch (error) {
    if (!isGoheapError(error)) throw error;
    const problem = `Which words of ${name} are pointers is not in the dump (${error.message})`;
    go.warnings.add('globals-missing', `${problem}: what only global variables hold looks unreachable.`, Math.max(1, maskBits));
    return new Uint8Array(0);
  }
}
