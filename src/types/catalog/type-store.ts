/**
 * Runtime types and DWARF types as rows of one table. A row is made when something refers to the type and described when
 * somebody asks; a runtime type and the DWARF entry that links to it (go_runtime_type) are one row, described from DWARF.
 * Row 0 is the unknown type. Truth: what read-runtime-type.ts and read-dwarf-type.ts name.
 */
import {GoheapError, isGoheapError} from '../../base/errors.js';
import {type Address, hex, type TypeIndex} from '../../base/units.js';
import {DW_AT} from '../../dwarf/dwarf-constants.js';
import type {TypeTable} from '../../graph/heap-graph.js';
import {findUnsoundTypes} from '../../graph/unsound-types.js';
import {KIND} from '../../runtime/types/kinds.js';
import {freezeTypes} from './freeze-types.js';
import {canonicalDie, readDwarfType} from './read-dwarf-type.js';
import {isDirectInterface, readRuntimeType} from './read-runtime-type.js';
import {RuntimeTypes} from './runtime-types.js';
import {structureBehind} from './structure-behind.js';
import {EMPTY_DESCRIPTION, type TypeDescription, type TypeReferences} from './type-description.js';
import {composeName, isMapInside} from './type-name.js';
import type {TypeSource} from './type-source.js';

const BASIC = {
  uint8: {kind: KIND.uint8, size: 1},
  uintptr: {kind: KIND.uintptr, size: 8},
  'unsafe.Pointer': {kind: KIND.unsafePointer, size: 8},
  'interface {}': {kind: KIND.interface, size: 16},
} as const;

/** A pointer to a pointer to a … as damage makes them. */
const TOO_DEEP = /^(?:\[\]|\*){100}/;
/** More types than any program has. */
export const MAX_TYPES = 1 << 22;

export class TypeStore implements TypeReferences {
  readonly #source: TypeSource | undefined;
  readonly #description: (TypeDescription | undefined)[] = [EMPTY_DESCRIPTION];
  readonly #address: number[] = [Number.NaN]; // per row: runtime type, NaN = none
  readonly #die: number[] = [Number.NaN]; // per row: canonical DWARF entry, NaN = none
  readonly #rowByAddress = new Map<Address, TypeIndex>([[0, 0]]);
  readonly #rowByDie = new Map<number, TypeIndex>();
  readonly #deferred = new Map<TypeIndex, () => TypeDescription>();
  readonly #structures = new Map<string, TypeIndex>();
  readonly #basic = new Map<string, TypeIndex>();
  #runtimeTypes: RuntimeTypes | undefined;
  #runtimeRows: readonly TypeIndex[] | undefined;

  /** Without a source, all rows come from `define`. */
  constructor(source?: TypeSource) {
    this.#source = source;
  }

  get count(): number {
    return this.#address.length;
  }

  /** The row of the runtime type at the address; 0 for address 0. Whether there is a type shows when it is described. */
  rowOfAddress(address: Address): TypeIndex {
    const known = this.#rowByAddress.get(address);
    if (known !== undefined) return known;
    if (!Number.isSafeInteger(address)) return 0; // a damaged word
    const die = this.#dieOfAddress(address);
    if (die !== undefined) {
      const row = this.rowOfDie(die);
      if (this.#rowByAddress.get(address) === row) return row;
    }
    return this.#add(address, Number.NaN);
  }

  /**
   * The row for what was allocated as this runtime type: of a map's buckets that which knows where their overflow word leads to, as it is
   * reached from the map.
   */
  rowOfAllocation(address: Address): TypeIndex {
    const row = this.rowOfAddress(address);
    const map = this.describe(row).name.startsWith('map.bucket[') ? this.runtimeTypes().findMapOf(address) : undefined;
    if (map === undefined) return row;
    const structure = this.describe(this.describe(this.rowOfAddress(map)).header);
    const buckets = structure.fields.find(({name}) => name === 'buckets');
    return (buckets && this.describe(buckets.type).element) || row;
  }

  /** The row of the runtime type at an address that may be none: 0 unless something else knows of a type there. */
  rowOfLikelyType(address: Address): TypeIndex {
    const known = this.#rowByAddress.get(address);
    if (known !== undefined || !this.#source) return known ?? 0;
    const isType = this.#dieOfAddress(address) !== undefined || this.runtimeTypes().addresses.has(address);
    return isType ? this.rowOfAddress(address) : 0;
  }

  /** The row of the runtime type at the address, if anything referred to it; else 0. */
  findRow(address: Address): TypeIndex {
    return this.#rowByAddress.get(address) ?? 0;
  }

  /** The row of the type that the DWARF entry describes or leads to by typedefs. */
  rowOfDie(offset: number): TypeIndex {
    const known = this.#rowByDie.get(offset);
    if (known !== undefined) return known;
    const dwarf = this.#source?.dwarf;
    if (!dwarf) return 0;
    const die = canonicalDie(dwarf, offset);
    let row = this.#rowByDie.get(die.offset);
    if (row === undefined) {
      const link = die.attribute(DW_AT.go_runtime_type);
      row = this.#add(this.#addressOfLink(typeof link === 'number' ? link : 0), die.offset);
    }
    this.#rowByDie.set(offset, row);
    return row;
  }

  /** Adds a type that nothing in the program describes. */
  define(description: TypeDescription): TypeIndex {
    const row = this.#add(description.runtimeAddress, Number.NaN);
    this.#description[row] = description;
    return row;
  }

  /** As `define`, for a type that is described when somebody asks: its description may refer to itself. */
  defer(make: () => TypeDescription): TypeIndex {
    const row = this.#add(Number.NaN, Number.NaN);
    this.#deferred.set(row, make);
    return row;
  }

  /** All runtime types of the program; listed once somebody asks. */
  runtimeTypes(): RuntimeTypes {
    if (!this.#runtimeTypes) {
      const links = this.#source!.dwarf?.runtimeTypes.keys() ?? [];
      const addresses = Array.from(links, (link) => this.#addressOfLink(link)).filter((address) => !Number.isNaN(address));
      this.#runtimeTypes = new RuntimeTypes(this.#source!, addresses);
    }
    return this.#runtimeTypes;
  }

  /** Their rows, each once, without those that stand for others and are never allocated themselves. */
  runtimeRows(): readonly TypeIndex[] {
    if (!this.#runtimeRows) {
      const rows = new Set<TypeIndex>();
      for (const address of this.runtimeTypes().addresses) {
        if (!this.runtimeTypes().isPartOfMap(address)) rows.add(this.rowOfAddress(address));
      }
      this.#runtimeRows = [...rows].filter((row) => this.describe(row).package !== 'go.shape');
    }
    return this.#runtimeRows;
  }

  /** The row of the named runtime type (`runtime.hchan`); undefined when the program has none. */
  findNamed(name: string): TypeIndex | undefined {
    const address = this.#source && this.runtimeTypes().findNamed(name);
    return address === undefined ? undefined : this.rowOfAddress(address);
  }

  /** The row of a type by Go's spelling of its name: a named one, a slice of one, or a pointer to one; 0 when the program has none. */
  rowOfName(name: string): TypeIndex {
    const die = name === '' ? undefined : this.#source?.dwarf?.typeNamed(name);
    if (die !== undefined) return this.rowOfDie(die);
    const built = /^(\[\]|\*)(.+)$/.exec(name);
    if (TOO_DEEP.test(name)) return 0;
    if (!built) return name === '' || !this.#source ? 0 : (this.findNamed(name) ?? 0);
    const element = this.rowOfName(built[2]!);
    if (element === 0) return 0;
    const parts = built[1] === '*' ? {kind: KIND.pointer, size: 8} : {kind: KIND.slice, size: 24};
    return this.define({...EMPTY_DESCRIPTION, ...parts, element});
  }

  /** The type of the bytes that strings point to. */
  byteRow(): TypeIndex {
    return this.rowOfBasic('uint8');
  }

  /** The row of one of the types without parts that every program has. */
  rowOfBasic(name: keyof typeof BASIC): TypeIndex {
    let row = this.#basic.get(name);
    if (row === undefined) {
      const die = this.#source?.dwarf?.typeNamed(name);
      row = (die !== undefined ? this.rowOfDie(die) : this.findNamed(name)) ?? this.define({...EMPTY_DESCRIPTION, ...BASIC[name], name});
      this.#basic.set(name, row);
    }
    return row;
  }

  /** The row's description; an unknown type where it cannot be read, which is then a warning. */
  describe(row: TypeIndex): TypeDescription {
    let description = this.#description[row];
    if (description === undefined) {
      description = this.#read(row);
      if (this.#source?.format.hiddenNotInHeap && this.runtimeTypes().isNotInHeap(this.#address[row]!))
        description = {...description, notInHeap: true};
      this.#description[row] = description;
    }
    return description;
  }

  nameOf(row: TypeIndex): string {
    return composeName(this.describe(row), (other) => this.describe(other));
  }

  /** Whether the collector looks at the first words of interfaces. */
  get scansTypeWords(): boolean {
    return this.#source?.format.scansTypeWords === true;
  }

  /** Whether an interface with this dynamic type holds the value itself in its data word, not a pointer to a copy. */
  isDirect(row: TypeIndex): boolean {
    const description = this.describe(row);
    const address = this.#address[row]!;
    if (!this.#source || Number.isNaN(address) || description.kind === KIND.unknown) return description.kind === KIND.pointer;
    return isDirectInterface(this.#source.image, address);
  }

  /** Whether reflect made the type while the program ran: then it lies in the heap, outside of all modules. */
  isReflected(row: TypeIndex): boolean {
    const address = this.#address[row]!;
    return (
      this.#source !== undefined &&
      !Number.isNaN(address) &&
      !this.#source.modules.some(({types, etypes}) => address >= types && address < etypes)
    );
  }

  /** The table of all rows and of every type they are made of. Describes what is not described yet. */
  freeze(): TypeTable {
    const descriptions: TypeDescription[] = [];
    for (let row = 0; row < this.count; row++) descriptions.push(this.describe(row)); // describing a row may add others
    const table = freezeTypes(descriptions, (row) => this.nameOf(row));
    const unsound = findUnsoundTypes(table);
    if (unsound.length === 0) return table;
    for (const {type, problem} of unsound) {
      this.#source?.warnings.add(
        'type-unreadable',
        `What describes the program's types is damaged: ${problem}. Its values are shown without parts.`,
      );
      descriptions[type] = withoutParts(descriptions[type]!, table.name[type]!);
    }
    return freezeTypes(descriptions, (row) => table.name[row]!);
  }

  #add(address: Address, die: number): TypeIndex {
    const row = this.#address.length;
    if (row >= MAX_TYPES) throw new GoheapError('limit', `the program has more than ${MAX_TYPES} types`);
    this.#address.push(address);
    this.#die.push(die);
    this.#description.push(undefined);
    if (!Number.isNaN(address)) this.#rowByAddress.set(address, row);
    if (!Number.isNaN(die)) this.#rowByDie.set(die, row);
    return row;
  }

  #read(row: TypeIndex): TypeDescription {
    const make = this.#deferred.get(row);
    if (make) return make();
    const {image, dwarf, warnings} = this.#source!;
    const address = this.#address[row]!;
    const offset = this.#die[row]!;
    try {
      if (Number.isNaN(offset)) return this.#complete(row, readRuntimeType(this.#source!, address, this));
      const description = readDwarfType(dwarf!, dwarf!.die(offset), address, this);
      if (Number.isNaN(address) || image.word(address) === description.size) return description;
      warnings.add('type-mismatch', `DWARF and the runtime disagree about the size of ${description.name}: its runtime type is not used.`);
      return {...description, runtimeAddress: Number.NaN};
    } catch (error) {
      if (!isGoheapError(error)) throw error;
      const place = Number.isNaN(offset) ? `at ${hex(address)}` : `of DWARF entry ${hex(offset)}`;
      warnings.add('type-unreadable', `The type ${place} cannot be read (${error.message}): its values stay without a type.`);
      return {...EMPTY_DESCRIPTION, runtimeAddress: address};
    }
  }

  /** What a runtime type leaves to those who know all of them: the structure behind maps and channels, and the full name of their inside. */
  #complete(row: TypeIndex, type: TypeDescription): TypeDescription {
    if (type.kind === KIND.map || type.kind === KIND.chan) return {...type, header: this.#structureBehind(type)};
    if (type.name === '' && type.fields.length === 2 && type.fields[0]!.name === 'Ctrl' && this.isReflected(row))
      return this.#reflectedGroup(type);
    const map = isMapInside(type.name) ? this.runtimeTypes().findMapOf(type.runtimeAddress) : undefined;
    if (map === undefined) return type;
    const {key, element} = this.describe(this.rowOfAddress(map));
    return {...type, name: `${type.name.slice(0, type.name.indexOf('['))}[${this.nameOf(key)}]${this.nameOf(element)}`};
  }

  /** reflect makes the groups of its maps as structs without a name, with fields in capitals: they are called as the compiler calls its own. */
  #reflectedGroup(type: TypeDescription): TypeDescription {
    const slots = this.describe(type.fields[1]!.type);
    const [key, element] = this.describe(slots.element).fields;
    if (type.fields[1]!.name !== 'Slots' || key?.name !== 'Key' || element?.name !== 'Elem') return type;
    const fields = type.fields.map((field) => ({...field, name: field.name.toLowerCase()}));
    return {...type, name: `map.group[${this.nameOf(key.type)}]${this.nameOf(element.type)}`, fields};
  }

  /** Types of equal elements (named ones and their unnamed twin) have one structure. */
  #structureBehind(type: TypeDescription): TypeIndex {
    const key = type.kind === KIND.map ? `map ${type.inside}` : `chan ${type.element}`;
    const known = this.#structures.get(key);
    if (known !== undefined) return known;
    const row = structureBehind(this, type);
    this.#structures.set(key, row);
    return row;
  }

  /** A DWARF link counts from the start of the first module's types; `uintptr` before Go 1.23 has the executable's own address instead. */
  #addressOfLink(link: number): Address {
    const module = this.#source?.modules[0];
    if (!module || link === 0) return Number.NaN;
    for (const address of [module.types + link, this.#source!.bias + link])
      if (address >= module.types && address < module.etypes) return address;
    return Number.NaN;
  }

  #dieOfAddress(address: Address): number | undefined {
    const module = this.#source?.modules[0];
    const links = this.#source?.dwarf?.runtimeTypes;
    if (!module || !links || address < module.types || address >= module.etypes) return undefined;
    return links.get(address - module.types) ?? links.get(address - this.#source!.bias);
  }
}

function withoutParts({size, package: importPath, runtimeAddress}: TypeDescription, name: string): TypeDescription {
  return {...EMPTY_DESCRIPTION, name, package: importPath, size, runtimeAddress};
}
