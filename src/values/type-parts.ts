/**
 * A type → where in one value of it the parts of certain kinds are, through all structs and arrays it consists of.
 */
import {type Bytes, TYPE_KINDS, type TypeIndex, type TypeKind, type TypeTable} from '../graph/heap-graph.js';

const ARRAY = TYPE_KINDS.indexOf('array');
const STRUCT = TYPE_KINDS.indexOf('struct');
/** Deeper nesting than any Go program has: the table is damaged. */
const DEEPEST = 100;

export interface TypePart {
  readonly offset: Bytes;
  readonly type: TypeIndex;
}

export class TypeParts {
  readonly #types: TypeTable;
  readonly #kinds: ReadonlySet<number>;
  readonly #byType = new Map<TypeIndex, readonly TypePart[]>();

  constructor(types: TypeTable, kinds: readonly TypeKind[]) {
    this.#types = types;
    this.#kinds = new Set(kinds.map((kind) => TYPE_KINDS.indexOf(kind)));
  }

  /** By offset; those that do not fit into the value are left out. Remembered. */
  of(type: TypeIndex, depth = 0): readonly TypePart[] {
    const known = this.#byType.get(type);
    if (known) return known;
    const {size} = this.#types;
    const parts = depth > DEEPEST ? [] : this.#find(type, depth).filter((part) => part.offset + size[part.type]! <= size[type]!);
    this.#byType.set(type, parts);
    return parts;
  }

  #find(type: TypeIndex, depth: number): TypePart[] {
    const {kind, firstField, fieldOffset, fieldType, element, length, size} = this.#types;
    if (this.#kinds.has(kind[type]!)) return [{offset: 0, type}];
    const parts: TypePart[] = [];
    const add = (inner: TypeIndex, at: Bytes) => {
      for (const part of this.of(inner, depth + 1)) parts.push({offset: at + part.offset, type: part.type});
    };
    if (kind[type] === STRUCT) {
      for (let field = firstField[type]!; field < firstField[type + 1]!; field++) add(fieldType[field]!, fieldOffset[field]!);
    } else if (kind[type] === ARRAY && this.of(element[type]!, depth + 1).length > 0) {
      for (let index = 0; index < length[type]!; index++) add(element[type]!, index * size[element[type]!]!);
    }
    return parts;
  }
}
