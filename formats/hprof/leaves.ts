/**
 * A Go type → the fields that a Java class can have: scalars of 1, 2, 4 or 8 bytes and references, in order of their offsets, named as Go
 * selects them (`In.Y`, `Ptrs[17]`). Strings, slices and interfaces become their words: the pointer has the field's own name.
 */
import type {Bytes, TypeIndex} from '../../src/base/units.js';
import {TYPE_KINDS, type TypeKind, type TypeTable} from '../../src/graph/heap-graph.js';

/** Types of fields and array elements, by the format's numbers. */
export const JAVA = {object: 2, boolean: 4, char: 5, float: 6, double: 7, byte: 8, short: 9, int: 10, long: 11} as const;
/** Bytes of each; a reference has the file's id size. */
export const JAVA_SIZE: Readonly<Record<number, Bytes>> = {4: 1, 5: 2, 6: 4, 7: 8, 8: 1, 9: 2, 10: 4, 11: 8};

const SCALARS: Readonly<Partial<Record<TypeKind, number>>> = {
  ...{bool: JAVA.boolean, int8: JAVA.byte, uint8: JAVA.byte, int16: JAVA.short, uint16: JAVA.short, int32: JAVA.int, uint32: JAVA.int},
  ...{int: JAVA.long, int64: JAVA.long, uint: JAVA.long, uint64: JAVA.long, uintptr: JAVA.long, float32: JAVA.float, float64: JAVA.double},
};
const POINTERS: ReadonlySet<TypeKind> = new Set<TypeKind>(['ptr', 'unsafe.Pointer', 'map', 'chan', 'func']);

export interface Leaf {
  readonly name: string;
  readonly offset: Bytes;
  readonly java: number;
  /** An element of an array of bytes: text, not a number. */
  readonly isText: boolean;
  /** The pointer of a string, whose length is the next word. */
  readonly isString: boolean;
}

export function leafKindOf(types: TypeTable, type: TypeIndex): TypeKind {
  return TYPE_KINDS[types.kind[type]!]!;
}
/** The Java type of a scalar Go type, undefined for others. */
export function scalarOf(types: TypeTable, type: TypeIndex): number | undefined {
  return SCALARS[leafKindOf(types, type)];
}
export function isPointer(types: TypeTable, type: TypeIndex): boolean {
  return POINTERS.has(leafKindOf(types, type));
}

/** How many leaves one value of each type has: asked before any list is made, because an array may have a billion. */
export class LeafCounts {
  readonly #types: TypeTable;
  readonly #counts = new Map<TypeIndex, number>();
  constructor(types: TypeTable) {
    this.#types = types;
  }
  of(type: TypeIndex): number {
    const known = this.#counts.get(type);
    if (known !== undefined) return known;
    this.#counts.set(type, 0); // a struct cannot hold itself; damaged types may claim it
    const count = this.#count(type);
    this.#counts.set(type, count);
    return count;
  }
  #count(type: TypeIndex): number {
    const types = this.#types;
    const kind = leafKindOf(types, type);
    if (SCALARS[kind] !== undefined || POINTERS.has(kind)) return 1;
    if (kind === 'array') return types.length[type]! * this.of(types.element[type]!);
    if (kind === 'slice') return 3;
    if (kind === 'string' || kind === 'interface' || kind === 'complex64' || kind === 'complex128') return 2;
    let count = 0;
    if (kind === 'struct') {
      for (let field = types.firstField[type]!; field < types.firstField[type + 1]!; field++) count += this.of(types.fieldType[field]!);
    }
    return count;
  }
}

/** The leaves of a value of the type at `offset`. `name` is '' for the value itself, which then is called `value`. */
export function* leavesOf(types: TypeTable, type: TypeIndex, offset: Bytes = 0, name = '', inArray = false): Generator<Leaf> {
  const kind = leafKindOf(types, type);
  const leaf = (suffix: string, at: Bytes, java: number): Leaf => ({
    name: suffix !== '' && name === '' ? suffix : `${name || 'value'}${suffix && `.${suffix}`}`,
    offset: offset + at,
    java,
    isText: inArray && java === JAVA.byte,
    isString: kind === 'string' && java === JAVA.object,
  });
  const scalar = SCALARS[kind];
  if (scalar !== undefined) yield leaf('', 0, scalar);
  else if (POINTERS.has(kind)) yield leaf('', 0, JAVA.object);
  else if (kind === 'string') yield* [leaf('', 0, JAVA.object), leaf('len', 8, JAVA.long)];
  else if (kind === 'slice') yield* [leaf('', 0, JAVA.object), leaf('len', 8, JAVA.long), leaf('cap', 16, JAVA.long)];
  else if (kind === 'interface') yield* [leaf('type', 0, JAVA.long), leaf('', 8, JAVA.object)];
  else if (kind === 'complex64') yield* [leaf('re', 0, JAVA.float), leaf('im', 4, JAVA.float)];
  else if (kind === 'complex128') yield* [leaf('re', 0, JAVA.double), leaf('im', 8, JAVA.double)];
  else if (kind === 'array') yield* elements(types, types.element[type]!, types.length[type]!, offset, name);
  else if (kind === 'struct') {
    for (let field = types.firstField[type]!; field < types.firstField[type + 1]!; field++) {
      const path = name === '' ? types.fieldName[field]! : `${name}.${types.fieldName[field]!}`;
      yield* leavesOf(types, types.fieldType[field]!, offset + types.fieldOffset[field]!, path);
    }
  }
}

/** The leaves of `count` values one behind the other. */
export function* elements(types: TypeTable, type: TypeIndex, count: number, offset: Bytes = 0, name = ''): Generator<Leaf> {
  for (let index = 0; index < count; index++) yield* leavesOf(types, type, offset + index * types.size[type]!, `${name}[${index}]`, true);
}
