/**
 * A pointer inside a typed value → what a Go programmer calls its place, with every index and key as `[…]`: `.byID`, `[…].Name`, '' for what the
 * language hides: the insides of maps, interfaces, atomic pointers and sync.Map. Structures of the runtime are known by the names that
 * the types stage gives them (`map<K,V>`, `hchan<T>`, `closure main.f.func1`), so this needs the type table alone.
 */
import type {Bytes} from '../base/units.js';
import {TYPE_KINDS, type TypeIndex, type TypeTable} from '../graph/heap-graph.js';
import {findOpenPart, selectorOf} from '../values/field-path.js';

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
];
/** Structs that a path does not look into when they are a field: what is behind their words hangs on the field itself. */
const CLOSED = /^sync\.(?:Map|Pool)$|^internal\/sync\.HashTrieMap\[|^sync\/atomic\.(?:Pointer\[|Value$)/;

/**
 * The place of `offset` in a value of `type`; `isElement`: in one of several. `from`: where in the value the pointer leads that the path comes
 * by; what lies in the part that begins there is named as a field of that part.
 */
export function nameWord(types: TypeTable, type: TypeIndex, offset: Bytes, isElement: boolean, from: Bytes = 0): WordName {
  if (type === 0 || types.size[type] === 0) return {text: UNTYPED, leadsToElements: false};
  const {path, end} = findField(types, type, offset % types.size[type]!);
  const name = types.name[type]!;
  const rule = STRUCTURES.find(([pattern]) => pattern.test(name))?.[1];
  const leadsToElements = types.kind[end] === SLICE || (rule === nameOfChannelWord && path === BUFFER);
  if (rule) return {text: rule(path, name), leadsToElements};
  const field = withoutPart(selectorOf(path), from > 0 ? partAt(types, type, from) : '');
  const pooled = types.name[end] === 'sync.Pool' ? '‹pooled›' : '';
  return {text: (isElement ? ANY : '') + field + pooled, leadsToElements};
}

/** Field names down to the smallest part that covers the offset, and its type. Padding and torn types end the path early. */
function findField(types: TypeTable, start: TypeIndex, from: Bytes): {path: string; end: TypeIndex} {
  const {path, type} = findOpenPart({types}, start, from, (part) => CLOSED.test(types.name[part]!));
  return {path: path.replace(/\+0x[0-9a-f]+$/, '').replaceAll(/\[\d+\]/g, ANY), end: type};
}

/** The largest part that begins at the offset, as a selector; '' where none does. */
function partAt(types: TypeTable, type: TypeIndex, from: Bytes): string {
  const {path, type: part} = findOpenPart({types}, type, from, (_, left) => left === 0);
  return part === 0 ? '' : selectorOf(path).replaceAll(/\[\d+\]/g, ANY);
}

/** `.raft.storage` without `.raft` is `.storage`. */
function withoutPart(selector: string, part: string): string {
  const rest = selector.slice(part.length);
  return selector.startsWith(part) && /^(?:$|[.[])/.test(rest) ? rest : selector;
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
