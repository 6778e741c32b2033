/**
 * A program's debug information: entries by offset, types by name, variables, constants, layouts of structs. Reads DWARF 2
 * to 5 as Go's linker and C compilers write them; knows Go's own attributes by number only. Names are as the linker wrote
 * them (`a.b%2ec.T`). Of functions only those are looked into that somebody asks for.
 */
import {wordAt} from '../base/bytes.js';
import type {Address, Bytes} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {type Die, readAddress} from './die.js';
import {DW_AT, DW_OP, DW_TAG} from './dwarf-constants.js';
import {Entries} from './entries.js';
import {
  type CapturedVariable,
  endOfCode,
  type LocalVariable,
  readAllVariables,
  readCapturedVariables,
  readLocalVariables,
  readParameterTypes,
} from './function-variables.js';
import {hashName, indexUnits, type UnitIndex} from './index-units.js';
import {readLineFiles} from './line-files.js';
import {readUnits} from './read-units.js';
import {type FindSection, Sections} from './sections.js';
import {readUleb} from './skip.js';
import {arrayLength, readStructLayout, type StructLayout, typeSize} from './type-layout.js';
import type {Unit} from './unit.js';

/** A package-level (C: file-level) variable with a fixed address. */
export interface Variable {
  readonly name: string;
  readonly address: Address; // link-time
  readonly typeOffset: number; // entry of its type; 0 = none
  readonly unit: Unit;
  readonly file?: number; // for fileName
  readonly line?: number;
}

/** Undefined without .debug_info. Damaged units are left out with a warning. */
export function openDwarf(section: FindSection, warnings?: WarningLog): Dwarf | undefined {
  const sections = new Sections(section, warnings);
  if (sections.get('.debug_info').length === 0) return undefined;
  return new Dwarf(sections, readUnits(sections, warnings), warnings);
}

export class Dwarf extends Entries {
  readonly #index: UnitIndex;
  readonly #warnings: WarningLog | undefined;
  readonly #bucket: Uint32Array; // by hash: 1 + row of the first type of the bucket; a power of two of them
  readonly #next: Uint32Array; // by row: 1 + row of the bucket's next type
  readonly #files = new Map<Unit, (string | undefined)[]>();
  #variables: readonly Variable[] | undefined;
  #constants: ReadonlyMap<string, number> | undefined;
  #runtimeTypes: ReadonlyMap<number, number> | undefined;
  #functions: Uint32Array | undefined; // rows of the index's functions, by address

  constructor(sections: Sections, units: readonly Unit[], warnings: WarningLog | undefined) {
    super(sections, units);
    this.#warnings = warnings;
    this.#index = indexUnits(sections, units, warnings);
    const {typeNameHash} = this.#index;
    this.#bucket = new Uint32Array(2 ** Math.ceil(Math.log2(typeNameHash.length + 1)));
    this.#next = new Uint32Array(typeNameHash.length);
    for (let row = typeNameHash.length - 1; row >= 0; row--) {
      const bucket = typeNameHash[row]! & (this.#bucket.length - 1);
      this.#next[row] = this.#bucket[bucket]!;
      this.#bucket[bucket] = row + 1;
    }
  }

  /** The type of that full name: a struct, base type, … rather than a typedef or a declaration of the same name. */
  typeNamed(name: string): number | undefined {
    const offsets = this.typesNamed(name);
    const isDefinition = (die: Die) => die.tag !== DW_TAG.typedef && die.attribute(DW_AT.declaration) === undefined;
    return offsets.find((offset) => isDefinition(this.die(offset))) ?? offsets[0];
  }

  /** All types of that full name, in the order of the file. */
  typesNamed(name: string): number[] {
    const {type, typeNameHash} = this.#index;
    const hash = hashName(name);
    const offsets: number[] = [];
    for (let row = this.#bucket[hash & (this.#bucket.length - 1)]!; row !== 0; row = this.#next[row - 1]!) {
      const offset = type[row - 1]!;
      if (typeNameHash[row - 1] === hash && this.die(offset).string(DW_AT.name) === name) offsets.push(offset);
    }
    return offsets;
  }

  /** DW_AT_go_runtime_type → entry of the type, for all types that have one. What the value counts from is the runtime's affair. */
  get runtimeTypes(): ReadonlyMap<number, number> {
    if (!this.#runtimeTypes) {
      const types = new Map<number, number>();
      const {goType, goRuntimeType} = this.#index;
      for (let row = 0; row < goType.length; row++) if (!types.has(goRuntimeType[row]!)) types.set(goRuntimeType[row]!, goType[row]!);
      this.#runtimeTypes = types;
    }
    return this.#runtimeTypes;
  }

  /** In the order of the file. */
  get variables(): readonly Variable[] {
    this.#variables ??= Array.from(this.#index.variable, (offset) => this.#readVariable(offset)).filter(
      (variable) => variable !== undefined,
    );
    return this.#variables;
  }

  /** Integer constants of all packages; of several of one name the first. */
  get constants(): ReadonlyMap<string, number> {
    if (!this.#constants) {
      const constants = new Map<string, number>();
      for (const offset of this.#index.constant) {
        const die = this.die(offset);
        const [name, value] = [die.string(DW_AT.name), die.number(DW_AT.const_value)];
        if (name !== undefined && value !== undefined && !constants.has(name)) constants.set(name, value);
      }
      this.#constants = constants;
    }
    return this.#constants;
  }

  /** The file that DW_AT_decl_file = `index` means in a unit. Undefined when the unit does not say. */
  fileName(unit: Unit, index: number): string | undefined {
    let files = this.#files.get(unit);
    if (!files) {
      try {
        files = readLineFiles(this.sections, unit);
      } catch (error) {
        this.#warnings?.add('dwarf-line', `The files of the unit ${unit.name ?? unit.offset} cannot be read: ${(error as Error).message}.`);
        files = [];
      }
      this.#files.set(unit, files);
    }
    return files[index];
  }

  /** Of a struct by its full name (`runtime.mspan`), through typedefs. Undefined when there is no such struct. */
  structLayout(name: string): StructLayout | undefined {
    const offset = this.typeNamed(name);
    return offset === undefined ? undefined : readStructLayout(this, offset);
  }

  /** Bytes of a value of the type. Throws `bad-format` for types without a size. */
  sizeOf(typeOffset: number): Bytes {
    return typeSize(this, typeOffset);
  }

  /** Elements of an array type; undefined for other types. */
  arrayCount(typeOffset: number): number | undefined {
    return arrayLength(this, typeOffset);
  }

  /** The parameters and variables in scope at an instruction of a Go function, outermost function first. `pc` is a link-time address. */
  localsAt(pc: Address): LocalVariable[] {
    const fn = this.#functionAt(pc);
    return fn ? readLocalVariables(this, fn, pc) : [];
  }

  /** The same of the whole function, with every place that they have at any instruction. `pc` is a link-time address. */
  allLocalsAt(pc: Address): LocalVariable[] {
    const fn = this.#functionAt(pc);
    return fn ? readAllVariables(this, fn) : [];
  }

  /** What the closures of the function at `pc` hold, as far as it is written down. `pc` is a link-time address. */
  capturedAt(pc: Address): CapturedVariable[] {
    const fn = this.#functionAt(pc);
    return fn ? readCapturedVariables(this, fn) : [];
  }

  /** Entries of the types of the parameters of the function at `pc`, a method's receiver first. `pc` is a link-time address. */
  parameterTypesAt(pc: Address): number[] {
    const fn = this.#functionAt(pc);
    return fn ? readParameterTypes(this, fn) : [];
  }

  #functionAt(pc: Address): Die | undefined {
    const {function: offset, functionStart} = this.#index;
    this.#functions ??= Uint32Array.from(offset.keys()).sort((a, b) => functionStart[a]! - functionStart[b]!);
    let [low, high] = [0, offset.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (functionStart[this.#functions[middle]!]! <= pc) low = middle + 1;
      else high = middle;
    }
    const row = this.#functions[low - 1];
    if (row === undefined) return undefined;
    const fn = this.die(offset[row]!);
    return pc < endOfCode(fn, functionStart[row]!) ? fn : undefined;
  }

  /** Undefined for variables without a fixed address: thread-local, optimised away, or declared elsewhere. */
  #readVariable(offset: number): Variable | undefined {
    const die = this.die(offset);
    const location = die.attribute(DW_AT.location);
    const address = location instanceof Uint8Array ? this.#staticAddress(die.unit, location) : undefined;
    if (address === undefined) return undefined;
    // C++ defines outside of a class what was declared inside: the declaration has the name.
    const declared = die.number(DW_AT.specification) ?? die.number(DW_AT.abstract_origin);
    const declaration = declared === undefined ? die : this.die(declared);
    const name = die.string(DW_AT.name) ?? declaration.string(DW_AT.name);
    if (name === undefined) return undefined;
    const number = (attribute: number) => die.number(attribute) ?? declaration.number(attribute);
    const [file, line] = [number(DW_AT.decl_file), number(DW_AT.decl_line)];
    return {
      name,
      address,
      typeOffset: number(DW_AT.type) ?? 0,
      unit: die.unit,
      ...(file === undefined ? {} : {file}),
      ...(line === undefined ? {} : {line}),
    };
  }

  /** An expression that is nothing but an address. */
  #staticAddress(unit: Unit, expression: Uint8Array): Address | undefined {
    const [operation, size] = [expression[0], expression.length];
    if (operation === DW_OP.addr && size === 1 + unit.addressSize) {
      return wordAt(new DataView(expression.buffer, expression.byteOffset, size), 1);
    }
    if (operation !== DW_OP.addrx && operation !== DW_OP.GNU_addr_index) return undefined;
    const indexOnly = expression.findIndex((byte, i) => i > 0 && byte < 0x80) === size - 1;
    return indexOnly ? readAddress(this.sections, unit, readUleb(expression, 1)) : undefined;
  }
}

export type {Die} from './die.js';
export type {CapturedVariable, LocalVariable} from './function-variables.js';
export type {LocationPiece} from './location.js';
export type {FieldLayout, StructLayout} from './type-layout.js';
export type {Unit} from './unit.js';
