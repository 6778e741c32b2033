/**
 * All runtime types of the program: what its modules list and DWARF tells of, and all that these are made of. They tell whether a word is the address of
 * a type, which type has a name (of a type of the runtime that it holds by known variables), and what maps consist of.
 * Truth: runtime/type.go (typesInit, moduleTypelinks), cmd/link/internal/ld/data.go, Go 1.17 – 1.27. Without DWARF, types that
 * only the allocator gets to see (closures) are not listed before Go 1.27, and those never that reflect made while the program ran (`reflected-types`).
 */
import {isGoheapError} from '../../base/errors.js';
import type {Address} from '../../base/units.js';
import {KIND} from '../../runtime/types/kinds.js';
import {descriptorSize, notInHeapTarget, pointerToType, type RuntimeTypeSource, readRuntimeType} from './read-runtime-type.js';
import type {TypeDescription, TypeReferences} from './type-description.js';
import type {TypeModule} from './type-source.js';

/** The linker leaves the first word of the types free, so that no type has offset 0. */
const FIRST_TYPE = 8;
/** More types than any program has. */
const MAX_TYPES = 1 << 22;

export class RuntimeTypes {
  readonly #source: RuntimeTypeSource;
  readonly #known = new Set<Address>();
  readonly #named = new Map<string, Address>();
  readonly #mapOfInside = new Map<Address, Address>();
  readonly #partOfMap = new Set<Address>();
  readonly #notInHeap = new Set<Address>();
  readonly #queue: Address[] = [];

  /** `others`: addresses of types that something else tells of. */
  constructor(source: RuntimeTypeSource, others: readonly Address[]) {
    this.#source = source;
    for (const address of others) this.#references.rowOfAddress(address);
    for (const module of source.modules) this.#addModule(module);
    const references = this.#references;
    for (let address = this.#queue.pop(); address !== undefined; address = this.#queue.pop()) this.#tryRead(address, references);
  }

  /** Addresses of all types, in no order. */
  get addresses(): ReadonlySet<Address> {
    return this.#known;
  }
  /** The type of this name, with its full import path; not one that is named by its parts. */
  findNamed(name: string): Address | undefined {
    return this.#named.get(name);
  }
  /** The types of buckets and groups, each with one of the map types that have it. */
  get insides(): ReadonlyMap<Address, Address> {
    return this.#mapOfInside;
  }
  /** Whether pointers to this type are none for the collector, by a mark that only the compiler saw (//go:notinheap, Go 1.19 and older). */
  isNotInHeap(address: Address): boolean {
    return this.#notInHeap.has(address);
  }
  /** A map type whose buckets or groups have this type. */
  findMapOf(inside: Address): Address | undefined {
    return this.#mapOfInside.get(inside);
  }

  /** Whether the type is of a part of maps' groups, which is never allocated by itself. */
  isPartOfMap(address: Address): boolean {
    return this.#partOfMap.has(address);
  }

  readonly #references: TypeReferences = {
    rowOfAddress: (address) => {
      if (address !== 0 && !this.#known.has(address) && this.#known.size < MAX_TYPES) {
        this.#known.add(address);
        this.#queue.push(address);
      }
      return 0;
    },
    rowOfDie: () => 0,
  };

  #addModule({types, typelinks, descriptorEnd}: TypeModule): void {
    const {image} = this.#source;
    if (image.isMapped(typelinks.address, typelinks.length * 4)) {
      for (let i = 0; i < typelinks.length; i++) this.#references.rowOfAddress(types + image.i32(typelinks.address + i * 4));
    }
    for (let at = types + FIRST_TYPE; at < descriptorEnd; ) {
      this.#known.add(at);
      const type = this.#tryRead(at, this.#references);
      if (!type) return; // the next one's place is lost with it
      at += Math.ceil(descriptorSize(this.#source, at, type) / 8) * 8;
    }
  }

  /** A group is an array of slots, which are structs of a key and an element: only whole groups are allocated. */
  #addInside(inside: Address, map: Address): void {
    this.#mapOfInside.set(inside, map);
    const slots = this.#partsOf(inside).find(([field]) => field === 'slots')?.[1];
    if (slots === undefined) return;
    this.#partOfMap.add(slots);
    for (const [, slot] of this.#partsOf(slots)) this.#partOfMap.add(slot);
  }

  /** The types that a type refers to, with the names of fields. */
  #partsOf(address: Address): [field: string, type: Address][] {
    const parts: Address[] = [];
    const {fields} = readRuntimeType(this.#source, address, {rowOfAddress: (part) => parts.push(part), rowOfDie: () => 0});
    return parts.map((part, i) => [fields[i]?.name ?? '', part]);
  }

  /** Reads the type for its name and for the types that it mentions. */
  #tryRead(address: Address, references: TypeReferences): TypeDescription | undefined {
    try {
      const type = readRuntimeType(this.#source, address, references);
      references.rowOfAddress(pointerToType(this.#source, address));
      if (type.name !== '' && !this.#named.has(type.name)) this.#named.set(type.name, address);
      const target = notInHeapTarget(this.#source, address, type);
      if (target !== 0) this.#notInHeap.add(target);
      if (type.kind === KIND.map) {
        references.rowOfAddress(type.inside);
        if (!this.#mapOfInside.has(type.inside)) this.#addInside(type.inside, address);
      }
      return type;
    } catch (error) {
      if (!isGoheapError(error)) throw error;
      this.#known.delete(address); // a damaged one is none; the store warns when an object has it
      return undefined;
    }
  }
}
