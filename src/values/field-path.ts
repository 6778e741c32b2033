/**
 * An offset inside a value → the words a Go programmer would write for it: `In.Y`, `Ptrs[17]`, `[3].Next`.
 * Descends through structs and arrays by the type table alone; where a type does not cover the offset the
 * rest is said in bytes (`+0x18`). Never crosses a pointer: paths join one of these per edge.
 */
import {type Bytes, hex} from '../base/units.js';
import {type HeapGraph, TYPE_KINDS, type TypeIndex} from '../graph/heap-graph.js';

const ARRAY = TYPE_KINDS.indexOf('array');
const STRUCT = TYPE_KINDS.indexOf('struct');
/** Arrays in arrays in structs …: deeper nesting than any Go program writes ends in a byte offset. */
const DEEPEST = 64;

/** What stands at an offset: its text, and the type of the smallest part that covers it; 0 when none does, and the text ends in bytes. */
export interface Part {
  readonly path: string;
  readonly type: TypeIndex;
}

/** Of a part's type, and what is left of the offset in it. */
type IsClosed = (type: TypeIndex, offset: Bytes) => boolean;

/** The part of `count` values of `type` that holds `offset` (without the object's header). `indexed` forces `[0]` for a single value. */
export function findPart(graph: Pick<HeapGraph, 'types'>, type: TypeIndex, offset: Bytes, count = 1, indexed = count > 1): Part {
  const size = graph.types.size[type]!;
  if (type === 0 || offset >= size * count) return {path: rest(offset), type: 0};
  if (!indexed) return descend(graph, type, offset, '', () => false);
  const index = Math.floor(offset / size);
  return descend(graph, type, offset - index * size, `[${index}]`, () => false);
}

/** The smallest part of one value of `type` that holds `offset`, or the first on the way that is closed: what is in there is nobody's business. */
export function findOpenPart(graph: Pick<HeapGraph, 'types'>, type: TypeIndex, offset: Bytes, isClosed: IsClosed): Part {
  return descend(graph, type, offset, '', isClosed);
}

function descend(graph: Pick<HeapGraph, 'types'>, start: TypeIndex, from: Bytes, prefix: string, isClosed: IsClosed): Part {
  const {types} = graph;
  let path = prefix;
  let type = start;
  let offset = from;
  for (let depth = 0; depth < DEEPEST && !isClosed(type, offset); depth++) {
    const kind = types.kind[type]!;
    if (kind === ARRAY && types.size[types.element[type]!]! > 0) {
      type = types.element[type]!;
      const index = Math.floor(offset / types.size[type]!);
      path += `[${index}]`;
      offset -= index * types.size[type]!;
    } else if (kind === STRUCT) {
      const field = findField(graph, type, offset);
      if (field === undefined) return {path: path + rest(offset), type: 0};
      path += path === '' ? types.fieldName[field]! : `.${types.fieldName[field]!}`;
      offset -= types.fieldOffset[field]!;
      type = types.fieldType[field]!;
    } else break;
  }
  return offset < types.size[type]! ? {path, type} : {path: path + rest(offset), type: 0};
}

/** Where a value lies in another one, or in a row of them. */
export interface NestedPlace {
  readonly type: TypeIndex;
  readonly offset: Bytes;
}

/** The struct's field of that name. */
export function fieldNamed({types}: Pick<HeapGraph, 'types'>, struct: TypeIndex, name: string): NestedPlace | undefined {
  for (let row = types.firstField[struct]!; row < types.firstField[struct + 1]!; row++)
    if (types.fieldName[row] === name) return {type: types.fieldType[row]!, offset: types.fieldOffset[row]!};
  return undefined;
}

/** A part's text → what follows the name of its owner: `.In.Y`, `[3].Next`, `+0x18`. */
export function selectorOf(path: string): string {
  return path === '' || path.startsWith('[') || path.startsWith('+') ? path : `.${path}`;
}

/** The field that covers the offset: the last one that starts there or before, if it reaches that far. */
function findField(graph: Pick<HeapGraph, 'types'>, type: TypeIndex, offset: Bytes): number | undefined {
  const {firstField, fieldOffset, fieldType, size} = graph.types;
  let low = firstField[type]!;
  let high = firstField[type + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fieldOffset[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  const field = low - 1;
  return field >= firstField[type]! && offset < fieldOffset[field]! + size[fieldType[field]!]! ? field : undefined;
}

function rest(offset: Bytes): string {
  return offset === 0 ? '' : `+${hex(offset)}`;
}
