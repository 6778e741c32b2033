/**
 * The type table behind `graphFromText`: types by name, made when mentioned. `*T`, `[]T`, `[4]T`, `chan-T` and `map[K]V` are built from T, K and V, Go's basic
 * names have their sizes; any other name is a struct whose size and fields the text declares.
 */
import {TYPE_KINDS, type TypeKind, type TypeTable} from '../../src/graph/heap-graph.js';

export interface TextType {
  readonly name: string;
  kind: string;
  size: number;
  element: number;
  key: number;
  length: number;
  fields: {name: string; offset: number; type: number}[];
}

const BASIC_SIZES: Readonly<Record<string, number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int: 8,
  uint: 8,
  int64: 8,
  uint64: 8,
  uintptr: 8,
  float64: 8,
  string: 16,
  interface: 16,
  func: 8,
  map: 8,
  chan: 8,
  'unsafe.Pointer': 8,
};

/** Index of the type, added to `types` (with what it is built from) when it is new. */
export function typeNamed(types: TextType[], name: string): number {
  if (types.length === 0) types.push({name: '', kind: 'unknown', size: 0, element: 0, key: 0, length: 0, fields: []});
  const known = types.findIndex((type) => type.name === name);
  if (known >= 0) return known;
  const type: TextType = {
    name,
    kind: name in BASIC_SIZES ? name : 'struct',
    size: BASIC_SIZES[name] ?? 0,
    element: 0,
    key: 0,
    length: 0,
    fields: [],
  };
  types.push(type);
  const built = /^(\*|\[\]|\[(\d+)\])(.+)$/.exec(name);
  if (built) {
    type.element = typeNamed(types, built[3]!);
    type.length = Number(built[2] ?? 0);
    type.kind = built[1] === '*' ? 'ptr' : built[1] === '[]' ? 'slice' : 'array';
    type.size = type.kind === 'ptr' ? 8 : type.kind === 'slice' ? 24 : types[type.element]!.size * type.length;
  }
  const holder = /^(chan-|map\[([^\]]+)\])(.+)$/.exec(name);
  if (holder) {
    type.element = typeNamed(types, holder[3]!);
    type.key = holder[2] === undefined ? 0 : typeNamed(types, holder[2]);
    type.kind = holder[2] === undefined ? 'chan' : 'map';
    type.size = 8;
  }
  return types.indexOf(type);
}

export function buildTypes(declared: readonly TextType[]): TypeTable {
  const types = declared.length > 0 ? declared : [{name: '', kind: 'unknown', size: 0, element: 0, key: 0, length: 0, fields: []}];
  const fields = types.flatMap((type) => type.fields);
  const firstField = [0];
  for (const type of types) firstField.push(firstField.at(-1)! + type.fields.length);
  return {
    count: types.length,
    name: types.map((type) => type.name),
    package: types.map((type) =>
      /^[\w/.-]+\.\w+$/.test(type.name) && type.name !== 'unsafe.Pointer' ? type.name.slice(0, type.name.lastIndexOf('.')) : '',
    ),
    kind: Uint8Array.from(types, (type) => TYPE_KINDS.indexOf(type.kind as TypeKind)),
    size: Float64Array.from(types, (type) => type.size),
    pointerWords: Float64Array.from(types, (type) => pointerWords(types, type)),
    element: Uint32Array.from(types, (type) => type.element),
    key: Uint32Array.from(types, (type) => type.key),
    length: Float64Array.from(types, (type) => type.length),
    runtimeAddress: new Float64Array(types.length).fill(Number.NaN),
    firstField: Uint32Array.from(firstField),
    fieldName: fields.map((field) => field.name),
    fieldOffset: Float64Array.from(fields, (field) => field.offset),
    fieldType: Uint32Array.from(fields, (field) => field.type),
  };
}

function pointerWords(types: readonly TextType[], type: TextType): number {
  if (type.kind === 'struct') return type.fields.reduce((sum, field) => sum + pointerWords(types, types[field.type]!), 0);
  if (type.kind === 'array') return type.length * pointerWords(types, types[type.element]!);
  if (type.kind === 'interface') return 2;
  return ['ptr', 'slice', 'string', 'map', 'chan', 'func', 'unsafe.Pointer'].includes(type.kind) ? 1 : 0;
}
