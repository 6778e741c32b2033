/**
 * A type → what each pointer word of one value of it begins: a string, a slice, a map or a pointer with a type. Of what else holds pointers –
 * interfaces, functions, channels, unsafe.Pointer – the type says nothing of how much it leads to.
 */
import type {TypeIndex, TypeTable} from '../graph/heap-graph.js';
import {TypeParts} from './type-parts.js';

export class PointerParts {
  readonly #types: TypeTable;
  readonly #elements: Uint8Array | undefined;
  readonly #parts: TypeParts;
  readonly #byType: (Uint32Array | null | undefined)[] = [];

  /** `elements`: 1 for each type of which slices are asked for, and nothing else. */
  constructor(types: TypeTable, elements?: Uint8Array) {
    this.#types = types;
    this.#elements = elements;
    this.#parts = new TypeParts(types, elements ? ['slice'] : ['string', 'slice', 'map', 'ptr']);
  }

  /** Per word the TypeIndex of the part, 0 for others; undefined for a type without any. */
  of(type: TypeIndex): Uint32Array | undefined {
    let words = this.#byType[type];
    if (words === undefined) {
      words = this.#make(type);
      this.#byType[type] = words;
    }
    return words ?? undefined;
  }

  #make(type: TypeIndex): Uint32Array | null {
    const {element} = this.#types;
    const parts = this.#parts.of(type).filter((part) => this.#elements === undefined || this.#elements[element[part.type]!] === 1);
    if (parts.length === 0) return null;
    const words = new Uint32Array(Math.ceil(this.#types.size[type]! / 8));
    for (const part of parts) words[part.offset / 8] = part.type;
    return words;
  }
}
