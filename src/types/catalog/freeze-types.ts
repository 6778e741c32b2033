/**
 * Descriptions of types → the columns of `TypeTable`, and the number of pointer words of each.
 * What counts as a pointer is what the collector scans: the second word of an interface, no pointer to a type that never lies on the heap.
 */
import type {TypeIndex} from '../../base/units.js';
import type {TypeTable} from '../../graph/heap-graph.js';
import {PointerWords} from './pointer-words.js';
import type {TypeDescription} from './type-description.js';

export function freezeTypes(types: readonly TypeDescription[], nameOf: (row: TypeIndex) => string): TypeTable {
  const count = types.length;
  const pointerWords = new PointerWords((row) => types[row]!);
  const fields = types.flatMap((type) => type.fields);
  const firstField = new Uint32Array(count + 1);
  for (let row = 0; row < count; row++) firstField[row + 1] = firstField[row]! + types[row]!.fields.length;
  return {
    count,
    name: types.map((_, row) => nameOf(row)),
    package: types.map((type) => type.package),
    kind: Uint8Array.from(types, (type) => type.kind),
    size: Float64Array.from(types, (type) => type.size),
    pointerWords: Float64Array.from(types, (_, row) => pointerWords.count(row)),
    element: Uint32Array.from(types, (type) => type.element),
    key: Uint32Array.from(types, (type) => type.key),
    length: Float64Array.from(types, (type) => type.length),
    runtimeAddress: Float64Array.from(types, (type) => type.runtimeAddress),
    firstField,
    fieldName: fields.map((field) => field.name),
    fieldOffset: Float64Array.from(fields, (field) => field.offset),
    fieldType: Uint32Array.from(fields, (field) => field.type),
  };
}
