/**
 * A pointer inside a typed value → what a Go programmer calls its place: `.byID`, `[3].Name`, '' for what the
 * language hides: the insides of maps, interfaces, atomic pointers and sync.Map. Structures of the runtime are known by the names that
 * the types stage gives them (`map<K,V>`, `hchan<T>`, `closure main.f.func1`), so this needs the type table alone.
 */
import type {Bytes} from '../base/units.js';
import {TYPE_KINDS, type TypeIndex, type TypeTable} from '../graph/heap-graph.js';
import {fieldNamed, findOpenPart, type NestedPlace, selectorOf} from '../values/field-path.js';
import {JAVA_STRUCTURES} from './java-structures.js';
import {isJavaArray} from './java-text.js';

export interface WordName {
  /** Ready to stand behind the text of the path so far. */
  readonly text: string;
  /** Whether what the pointer leads to is a row of elements, even when it has only one. */
  readonly leadsToElements: boolean;
  /** Of an element of a map: where its key is, from the start of the first value of the type. */
  readonly key?: NestedPlace | undefined;
}

/** Any index, any key. */
export const ANY = '[…]';
/** A word of a value whose type nobody knows. */
const UNTYPED = '‹untyped›';
/** The field of a channel. */
const BUFFER = 'buf';

const SLICE = TYPE_KINDS.indexOf('slice');

/** By the name of the type that a pointer lies in: how the text of the field is rewritten. The first rule that fits counts. */
const STRUCTURES: readonly (readonly [RegExp, (field: string, type: string) => string])[] = [
  [/^\**(?:map\.group\[|bucket<)/, nameOfCell],
  [/^\**(?:map|hash|table|groupReference)<|^runtime\.(?:hmap|mapextra)$|^internal\/runtime\/maps\./, () => ''],
  [/^(?:hchan<|runtime\.hchan$)/, nameOfChannelWord],
  [/^(?:sudog<|runtime\.sudog$)/, (field) => (field === 'elem' ? '‹value›' : '')],
  [/^closure /, nameOfCaptured],
  [/^(?:internal\/sync|unique)\.entry\[/, nameOfCell],
  [/^(?:internal\/sync|unique)\.(?:HashTrieMap|indirect|node)\[|^sync\.(?:Map|readOnly|entry|Pool|pool\w+|eface)$/, () => ''],
  [/^sync\/atomic\.(?:Pointer\[|Value$)/, () => ''],
  ...JAVA_STRUCTURES,
];
/** Structs that a path does not look into when they are a field: what is behind their words hangs on the field itself. */
const CLOSED = /^sync\.(?:Map|Pool)$|^internal\/sync\.HashTrieMap\[|^sync\/atomic\.(?:Pointer\[|Value$)/;

/** A word of one of several values, or of a single one. */
export interface Word {
  readonly type: TypeIndex; // of the value; known, and with a size
  readonly offset: Bytes; // from the start of the first value
  readonly isElement: boolean; // in one of several, or in the only one that a slice has
  readonly from?: Bytes; // where in the value the pointer leads that the path comes by: what lies in the part that begins there is named as its field
}

/** Its place, with every index as it is; what no field covers is said in bytes (`+0x18`). Keys are `[…]`: `key` says where the key is. */
export function nameWord(types: TypeTable, {type, offset, isElement, from = 0}: Word): WordName {
  const index = Math.floor(offset / types.size[type]!);
  const inside = offset - index * types.size[type]!;
  const {path, type: end} = findOpenPart({types}, type, inside, (part) => CLOSED.test(types.name[part]!));
  const name = types.name[type]!;
  const rule = STRUCTURES.find(([pattern]) => pattern.test(name))?.[1];
  const leadsToElements = types.kind[end] === SLICE || (rule === nameOfChannelWord && path === BUFFER);
  if (rule === nameOfCell) return {text: nameOfCell(path), leadsToElements, key: findKey(types, type, offset - inside, path)};
  if (rule) return {text: rule(path, name), leadsToElements};
  const field = withoutPart(selectorOf(path), from > 0 ? partAt(types, type, from) : '');
  const pooled = types.name[end] === 'sync.Pool' ? '‹pooled›' : '';
  return {text: (isElement || isJavaArray(name) ? `[${index}]` : '') + field + pooled, leadsToElements};
}

/** The same for all words like it: every index is `[…]`, and what no field covers belongs to the part around it. */
export function nameAnyWord(types: TypeTable, type: TypeIndex, offset: Bytes, isElement: boolean, from: Bytes = 0): WordName {
  if (type === 0 || types.size[type] === 0) return {text: UNTYPED, leadsToElements: false};
  const {text, leadsToElements} = nameWord(types, {type, offset: offset % types.size[type]!, isElement, from});
  return {text: text.replace(/\+0x[0-9a-f]+(?=›?$)/, '').replaceAll(/\[\d+\]/g, ANY), leadsToElements};
}

/** Whether a path that leaves a value of the type has a key. */
export function holdsCells(types: TypeTable, type: TypeIndex): boolean {
  return STRUCTURES.find(([pattern]) => pattern.test(types.name[type]!))?.[1] === nameOfCell;
}

/** The largest part that begins at the offset, as a selector; '' where none does. */
function partAt(types: TypeTable, type: TypeIndex, from: Bytes): string {
  const {path, type: part} = findOpenPart({types}, type, from, (_, left) => left === 0);
  return part === 0 ? '' : selectorOf(path);
}

/** `.raft.storage` without `.raft` is `.storage`. */
function withoutPart(selector: string, part: string): string {
  const rest = selector.slice(part.length);
  return selector.startsWith(part) && /^(?:$|[.[])/.test(rest) ? rest : selector;
}

function nameOfChannelWord(field: string): string {
  return field === BUFFER ? '‹buffer›' : '‹waiting›';
}

/** `slots[2].elem.Name` of a group, `values[2].Name` of a bucket, `value` of an entry: the cell, which part of it, and the rest. */
const CELL = /^(?:slots\[(?<slot>\d+)\]\.)?(?<part>elems?|values?|keys?)(?:\[(?<index>\d+)\])?(?=$|\.|\[)(?<rest>.*)$/;

/** Pointers to further buckets have no name. */
function nameOfCell(field: string): string {
  const {part, rest} = CELL.exec(field)?.groups ?? {};
  if (part === undefined) return '';
  return (part.startsWith('key') ? `${ANY}‹key›` : ANY) + rest;
}

/** The key beside an element: in the same slot, or in the array of all keys. `start`: of the group, bucket or entry. */
function findKey(types: TypeTable, type: TypeIndex, start: Bytes, field: string): NestedPlace | undefined {
  const {slot, index} = CELL.exec(field)?.groups ?? {};
  if (slot !== undefined) {
    const pair = findElement(types, fieldAt(types, {type, offset: start}, 'slots'), Number(slot));
    return pair && fieldAt(types, pair, 'key');
  }
  if (index !== undefined) return findElement(types, fieldAt(types, {type, offset: start}, 'keys'), Number(index));
  return fieldAt(types, {type, offset: start}, 'key');
}

/** The same from where the struct lies. */
function fieldAt(types: TypeTable, {type, offset}: NestedPlace, name: string): NestedPlace | undefined {
  const field = fieldNamed({types}, type, name);
  return field && {type: field.type, offset: offset + field.offset};
}

function findElement({element, size}: TypeTable, array: NestedPlace | undefined, index: number): NestedPlace | undefined {
  if (array === undefined) return undefined;
  const type = element[array.type]!;
  return {type, offset: array.offset + index * size[type]!};
}

/** `.func1‹captured n›`; of a method value the receiver. Variables captured by reference are fields like `&n`. */
function nameOfCaptured(field: string, type: string): string {
  const called = type.slice(type.lastIndexOf('.') + 1).replace(/-fm$/, '');
  return `.${called}‹captured ${field.replace(/^&/, '')}›`;
}
