/**
 * A pointer inside a typed value → what a Go programmer calls its place, with every index and key as `[…]`: `.byID`, `[…].Name`, '' for what the
 * language hides: the insides of maps, interfaces, atomic pointers and sync.Map. Structures of the runtime are known by the names that
 * the types stage gives them (`map<K,V>`, `hchan<T>`, `closure main.f.func1`), so this needs the type table alone.
 */
import type {Bytes} from '../base/units.js';
import {TYPE_KINDS, type TypeIndex, type TypeTable} from '../graph/heap-graph.js';

export interface WordName {
  /** Ready to stand behind the text of the path so far. */
  readonly text: string;
  /** Whether what the pointer leads to is a row of elements, even when it has only one. */
  readonly leadsToElements: boolean;
}

/** Any index, any key. */
const ANY = '[…]';
/** A word of a value whose type nobody knows. */
const UNTYPED = '‹untyped›';
/** The field of a channel. */
const BUFFER = 'buf';

const ARRAY = TYPE_KINDS.indexOf('array');
const STRUCT = TYPE_KINDS.indexOf('struct');
const SLICE = TYPE_KINDS.indexOf('slice');
/** Deeper nesting of structs and arrays than any Go program writes. */
const DEEPEST = 64;

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
];
/** Structs that a path does not look into when they are a field: what is behind their words hangs on the field itself. */
const CLOSED = /^sync\.(?:Map|Pool)$|^internal\/sync\.HashTrieMap\[|^sync\/atomic\.(?:Pointer\[|Value$)/;

/** The place of `offset` in a value of `type`; `isElement`: in one of several. */
export function nameWord(types: TypeTable, type: TypeIndex, offset: Bytes, isElement: boolean): WordName {
  if (type === 0 || types.size[type] === 0) return {text: UNTYPED, leadsToElements: false};
  const {path, end} = findField(types, type, offset % types.size[type]!);
  const name = types.name[type]!;
  const rule = STRUCTURES.find(([pattern]) => pattern.test(name))?.[1];
  const leadsToElements = types.kind[end] === SLICE || (rule === nameOfChannelWord && path === BUFFER);
  if (rule) return {text: rule(path, name), leadsToElements};
  const field = path === '' || path.startsWith(ANY) ? path : `.${path}`;
  const pooled = types.name[end] === 'sync.Pool' ? '‹pooled›' : '';
  return {text: (isElement ? ANY : '') + field + pooled, leadsToElements};
}

/** Field names down to the smallest part that covers the offset, and its type. Padding and torn types end the path early. */
function findField(types: TypeTable, start: TypeIndex, from: Bytes): {path: string; end: TypeIndex} {
  let path = '';
  let type = start;
  let offset = from;
  for (let depth = 0; depth < DEEPEST && !CLOSED.test(types.name[type]!); depth++) {
    if (types.kind[type] === ARRAY && types.size[types.element[type]!]! > 0) {
      type = types.element[type]!;
      offset %= types.size[type]!;
      path += ANY;
    } else if (types.kind[type] === STRUCT) {
      const field = fieldAt(types, type, offset);
      if (field < 0) break;
      path += path === '' ? types.fieldName[field]! : `.${types.fieldName[field]!}`;
      offset -= types.fieldOffset[field]!;
      type = types.fieldType[field]!;
    } else break;
  }
  return {path, end: type};
}

/** The last field that starts at the offset or before and reaches beyond it; −1 when there is none. */
function fieldAt({firstField, fieldOffset, fieldType, size}: TypeTable, type: TypeIndex, offset: Bytes): number {
  for (let field = firstField[type + 1]! - 1; field >= firstField[type]!; field--) {
    if (fieldOffset[field]! <= offset) return offset < fieldOffset[field]! + size[fieldType[field]!]! ? field : -1;
  }
  return -1;
}

function nameOfChannelWord(field: string): string {
  return field === BUFFER ? '‹buffer›' : '‹waiting›';
}

/** `slots[…].elem.Name` of a group, `values[…].Name` of a bucket, `value` of an entry; pointers to further buckets have no name. */
function nameOfCell(field: string): string {
  const match = /^(?:slots\[…\]\.)?(?:(elem|elems|value|values)|key|keys)(?:\[…\])?(?=$|\.|\[)(.*)$/.exec(field);
  if (match === null) return '';
  return (match[1] === undefined ? `${ANY}‹key›` : ANY) + match[2]!;
}

/** `.func1‹captured n›`; of a method value the receiver. Variables captured by reference are fields like `&n`. */
function nameOfCaptured(field: string, type: string): string {
  const called = type.slice(type.lastIndexOf('.') + 1).replace(/-fm$/, '');
  return `.${called}‹captured ${field.replace(/^&/, '')}›`;
}
