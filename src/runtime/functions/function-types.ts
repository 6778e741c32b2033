/**
 * A function → the types that its code deals with: those of its variables and of what was inlined into it, at any instruction, of the functions
 * around a closure or a wrapper, and those that generic code was instantiated with. A word of its frame that no variable names at one
 * instruction has most likely one of them; the slot that it lies in may have been a variable's at another instruction, which says more.
 * Truth: the program's DWARF; the dictionaries that generic code gets its types from (`main..dict.F[main.T]`, cmd/compile/internal/noder), Go
 * 1.18 and newer, by their symbols. Without either there are none.
 */
import {isGoheapError} from '../../base/errors.js';
import {remember} from '../../base/remember.js';
import {type Address, type Bytes, hex} from '../../base/units.js';
import type {LocalVariable} from '../../dwarf/dwarf.js';
import {DW_AT} from '../../dwarf/dwarf-constants.js';
import {hasPointers} from '../../dwarf/type-layout.js';
import type {ProgramSymbol} from '../globals.js';
import type {GoRuntime} from '../go-runtime.js';
import type {GoFunction} from './function-table.js';

export interface FunctionTypes {
  readonly dies: readonly number[]; // entries of types in DWARF, each once
  readonly addresses: readonly Address[]; // runtime types
}
/** Of one word of a frame. */
export interface SlotTypes {
  /** What variables that lie there at other instructions hold at that place; the same offset in each: of these entries' values. */
  readonly slot: readonly {readonly die: number; readonly offset: Bytes}[];
  readonly others: FunctionTypes;
}

/** A function with more variables than that says nothing of any word. */
const MAX_TYPES = 200;
const MAX_DICTIONARIES = 64;
const LONGEST_NAME = 65_536;
const WORD: Bytes = 8;
/** What the compiler made of a function that a person wrote: closures, wrappers, bodies of loops. */
const MADE_OF = /(?:\.func\d+(?:\.\d+)*|\.(?:gowrap|deferwrap)\d+|·dwrap·\d+|-range\d+|-fm|\.\d+)$/;
/** Package, and the function's or the receiver's name: what stands in front of the type arguments. */
const GENERIC = /^((?:.*\/)?[^./]+)\.(?:\(\*)?([^.()]+)$/;
const DICTIONARY = /^((?:.*\/)?[^./]+)\.\.dict\.([^.()]+)$/;

export class FunctionTypeFinder {
  readonly #go: GoRuntime;
  readonly #symbols: ReadonlyMap<string, ProgramSymbol>;
  readonly #own = new Map<Address, readonly LocalVariable[]>(); // by entry
  readonly #types = new Map<Address, FunctionTypes>();
  readonly #slots = new Map<Address, Map<Bytes, SlotTypes>>();
  #entries: ReadonlyMap<string, Address> | undefined; // by name as the linker wrote it
  #dictionaries: ReadonlyMap<string, readonly ProgramSymbol[]> | undefined; // by package and name

  constructor(go: GoRuntime, symbols: ReadonlyMap<string, ProgramSymbol>) {
    this.#go = go;
    this.#symbols = symbols;
  }

  /** The function's and those of the functions around it. */
  of(fn: GoFunction): FunctionTypes {
    return remember(this.#types, fn.entry, () => {
      const dies = new Set<number>();
      const addresses = new Set<Address>();
      for (const around of this.#around(fn)) {
        for (const {typeOffset} of this.#variablesOf(around)) dies.add(typeOffset);
        for (const name of [around.name, ...this.#shapesOf(around)])
          for (const address of this.#instantiationsOf(name)) addresses.add(address);
      }
      return dies.size + addresses.size > MAX_TYPES ? NOTHING : {dies: [...dies], addresses: [...addresses]};
    });
  }

  /** `frameOffset` counts from the end of the frame. */
  ofSlot(fn: GoFunction, frameOffset: Bytes): SlotTypes {
    const slots = remember(this.#slots, fn.entry, () => new Map<Bytes, SlotTypes>());
    return remember(slots, frameOffset, () => ({slot: this.#inSlot(fn, frameOffset), others: this.of(fn)}));
  }

  #inSlot(fn: GoFunction, frameOffset: Bytes): SlotTypes['slot'] {
    const found = new Map<string, {die: number; offset: Bytes}>();
    for (const {typeOffset, pieces} of this.#variablesOf(fn)) {
      for (const piece of pieces) {
        const inside = frameOffset - piece.frameOffset;
        if (piece.register >= 0 || inside < 0 || inside + WORD > piece.size) continue;
        const place = {die: typeOffset, offset: piece.offset + inside};
        found.set(`${place.die} ${place.offset}`, place);
      }
    }
    return [...found.values()];
  }

  /** Names of generic types among the variables': of inlined generic code they are all that is left. */
  #shapesOf(fn: GoFunction): Set<string> {
    const {dwarf} = this.#go;
    const names = this.#variablesOf(fn).map(
      ({typeOffset}) =>
        dwarf!
          .die(typeOffset)
          .string(DW_AT.name)
          ?.replace(/^[*[\]]+/, '') ?? '',
    );
    return new Set(names.filter((name) => name.includes('[go.shape.')));
  }

  #variablesOf(fn: GoFunction): readonly LocalVariable[] {
    return remember(this.#own, fn.entry, () => {
      const {dwarf, image, warnings} = this.#go;
      if (!dwarf) return [];
      try {
        return dwarf.allLocalsAt(fn.entry - image.bias).filter(({typeOffset}) => hasPointers(dwarf, typeOffset));
      } catch (error) {
        if (!isGoheapError(error)) throw error;
        warnings.add('dwarf-locals', `The local variables of the function at ${hex(fn.entry)} have no types: ${error.message}.`);
        return [];
      }
    });
  }

  /** The function, and the one that it was written in, and so on. */
  #around(fn: GoFunction): GoFunction[] {
    const found = [fn];
    for (let {name} = fn; MADE_OF.test(name); ) {
      name = name.replace(MADE_OF, '');
      const entry = this.#entryOf(name);
      const around = entry === undefined ? undefined : this.#go.functions.find(entry);
      if (around) found.push(around);
    }
    return found;
  }

  #entryOf(name: string): Address | undefined {
    this.#entries ??= this.#listEntries();
    return this.#entries.get(name);
  }

  #listEntries(): ReadonlyMap<string, Address> {
    const found = new Map<string, Address>();
    const {functions, image, warnings} = this.#go;
    return warnings.attempt('functions', 'The table of functions cannot be read: closures may lack types', found, () => {
      for (const [entry, name] of functions.entries()) found.set(image.cString(name, LONGEST_NAME), entry);
      return found;
    });
  }

  /** What the dictionaries hold that generic code of that name is called with. */
  #instantiationsOf(name: string): Address[] {
    const [, pack, base] = GENERIC.exec(beforeArguments(name)) ?? [];
    if (pack === undefined) return [];
    this.#dictionaries ??= listDictionaries(this.#symbols);
    const {image, modules} = this.#go;
    const dictionaries = this.#dictionaries.get(`${pack} ${base}`) ?? [];
    if (dictionaries.length > MAX_DICTIONARIES) return [];
    const isType = (word: number) => modules.some(({types, etypes}) => word >= types && word < etypes);
    return dictionaries.flatMap(({address, size}) => {
      const words = Array.from({length: Math.floor(size / WORD)}, (_, i) => address + image.bias + i * WORD);
      return words
        .filter((at) => image.isMapped(at, WORD))
        .map((at) => image.word(at))
        .filter(isType);
    });
  }
}

/** By the address of code. */
export function functionTypeSource({functions}: GoRuntime, finder: FunctionTypeFinder): (code: Address) => FunctionTypes | undefined {
  return (code) => {
    const fn = functions.find(code);
    return fn && finder.of(fn);
  };
}

/** '' where there are none. */
function beforeArguments(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf('[')));
}

const NOTHING: FunctionTypes = {dies: [], addresses: []};

function listDictionaries(symbols: ReadonlyMap<string, ProgramSymbol>): Map<string, ProgramSymbol[]> {
  const found = new Map<string, ProgramSymbol[]>();
  for (const [name, symbol] of symbols) {
    const [, pack, base] = DICTIONARY.exec(beforeArguments(name)) ?? [];
    if (pack === undefined) continue;
    remember(found, `${pack} ${base}`, (): ProgramSymbol[] => []).push(symbol);
  }
  return found;
}
