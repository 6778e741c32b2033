/**
 * A typed value → one level of it for the page: what it is, what it says, where it leads, and its parts with the keys that lead on into them.
 * Keys: the position of a struct's field or of a captured variable, the index of an element, the number of a map's entry in the order of memory (with
 * `k` behind it for the entry's key), `*` for what a pointer points to or an interface holds.
 */

import {GoheapError, isGoheapError} from '../../src/base/errors.js';
import {decodeAddress, decodeComplex} from '../../src/values/decode-value.js';
import {isFloat, isInteger} from '../../src/values/scalar.js';
import type {Value} from '../../src/values/value.js';
import {BYTES_A_LINE, type ValuePart, type ValueTree} from '../protocol.js';

export type MapEntry = [key: Value, element: Value];

const LONGEST_TEXT = 2000;
const LONGEST_LABEL = 100;
const MOST_BYTES = 256;
/** Goroutines that are listed as waiting at one channel. */
const MOST_WAITERS = 1000;
/** Structs and arrays in keys of maps, as text. */
const DEEPEST_LABEL = 3;
const MOST_IN_LABEL = 8;
const INDEXED = new Set(['slice', 'array', 'chan']);
const REFERENCES = new Set(['ptr', 'interface', 'func', 'map', 'chan', 'slice', 'unsafe.Pointer']);

const REASONS: Readonly<Record<string, string>> = {
  unmapped: 'The dump does not have these bytes.',
  torn: 'The parts that it claims to have cannot be read: it was being changed, or is damaged.',
  untyped: 'No type is known for these bytes.',
  'optimized-out': 'The variable has no memory of its own: it was in a register, or nowhere any more.',
  'not-kept': 'Not kept, and the dump is not there any more or is another one now: convert with --contents full to keep values.',
};

/** The value with a page of its parts. `entries` gives that page of a map. */
export function describeWhole(value: Value, skip: number, limit: number, entries: (map: Value) => readonly MapEntry[]): ValueTree {
  const tree = describeValue(value);
  if (tree.missing) return tree;
  if (tree.lineCount) return {...tree, ...linesOf(value, skip, limit)};
  const parts = [...partsOf(value, skip, limit, entries)];
  const waiters = value.kind === 'chan' && value.isNil() === false ? value.waiters() : undefined;
  return {
    ...tree,
    ...(parts.length > 0 || tree.partCount ? {parts} : {}),
    ...(parts.length === 0 && skip < (tree.partCount ?? 0) ? {remark: REASONS.torn!} : {}),
    ...(waiters ? {senders: waiters.senders.slice(0, MOST_WAITERS), receivers: waiters.receivers.slice(0, MOST_WAITERS)} : {}),
  };
}

/** The value without its parts. */
export function describeValue(value: Value): ValueTree {
  const {kind, type, address, missing} = value;
  const head = {
    kind,
    ...(type ? {type: type.name, size: type.size} : {}),
    ...(address === undefined ? {} : {address}),
  };
  if (missing) return {...head, missing, remark: REASONS[missing]!};
  try {
    return {...head, ...contentOf(value)};
  } catch (error) {
    if (isGoheapError(error, 'limit')) return {...head, missing: 'unmapped', remark: error.message}; // a torn header
    throw error;
  }
}

/** Bytes of which no type is known. */
export function describeUntyped(bytes: Value, size: number): ValueTree {
  const {address, missing} = bytes;
  const text = missing ? undefined : hexText(bytes.bytes() ?? new Uint8Array(0), size);
  return {
    kind: 'unknown',
    size,
    ...(address === undefined ? {} : {address}),
    missing: missing ?? 'untyped',
    remark: REASONS[missing ?? 'untyped']!,
    ...(text ? {text} : {}),
  };
}

/** The part of that key. Throws `usage` when there is none. */
export function stepInto(value: Value, key: string, entries: (map: Value, first: number) => readonly MapEntry[]): Value {
  const {kind, missing} = value;
  const [, digits, isKey] = /^(\d{1,15})(k?)$/.exec(key) ?? [];
  const number = Number(digits);
  let part: Value | undefined;
  if (missing) part = undefined;
  else if (key === '*') part = targetOf(value);
  else if (digits === undefined || (isKey && kind !== 'map')) part = undefined;
  else if (kind === 'struct' || INDEXED.has(kind)) part = partAt(value, number);
  else if (kind === 'map') part = entries(value, number)[0]?.[isKey ? 0 : 1];
  else if (kind === 'func') part = [...value.captured()][number]?.[1];
  if (part) return part;
  throw new GoheapError('usage', `the value (${value.type?.name ?? kind}) has no part ${key}`, {hint: 'Keys are those of `parts`.'});
}

/** A field by its position, or an element; undefined where there is none. */
export function partAt(value: Value, position: number): Value | undefined {
  if (value.kind === 'struct') return fieldAt(value, position);
  return position < (value.length() ?? 0) ? first(value.elements(position)) : undefined;
}

function first<T>(items: Iterable<T>): T | undefined {
  for (const item of items) return item;
  return undefined;
}

/** What a pointer points to or an interface holds; undefined for nil and for other kinds. */
function targetOf(value: Value): Value | undefined {
  if (value.kind !== 'ptr' && value.kind !== 'interface') return undefined;
  if (value.isNil() !== false) return undefined;
  return value.kind === 'ptr' ? value.target() : value.dynamic();
}

/** Blank fields, and those that an earlier one of the same name hides, cannot be told by their names. */
function fieldAt(value: Value, position: number): Value | undefined {
  const fields = value.type?.fields ?? [];
  const name = fields[position]?.name;
  return name === undefined || fields.findIndex((field) => field.name === name) !== position ? undefined : value.field(name);
}

/** What is said about a value that is there. */
function contentOf(value: Value): Omit<ValueTree, 'kind'> {
  const {kind} = value;
  if (kind === 'nil') return {text: 'nil'};
  if (kind === 'bool') return textOf(value.boolean());
  if (isInteger(kind)) return textOf(kind === 'uintptr' ? `0x${value.bigint()?.toString(16)}` : value.bigint());
  if (isFloat(kind)) return textOf(value.number());
  if (kind === 'complex64' || kind === 'complex128') return textOf(complexText(value));
  if (kind === 'string') return {...shortText(value), ...nodeOf(value), ...lengthOf(value)};
  if (kind === 'struct') return {partCount: value.type?.fields.length ?? 0};
  if (kind === 'array') return {...bytesText(value), ...lengthOf(value), ...partsCount(value, value.length() ?? 0)};
  if (!REFERENCES.has(kind)) return {};
  const nil = value.isNil();
  if (nil !== false) return nil ? {text: 'nil', partCount: 0} : {};
  return {...nodeOf(value), ...referenceContent(value)};
}

/** Of a slice, map, channel, function, pointer or interface that is not nil. */
function referenceContent(value: Value): Omit<ValueTree, 'kind'> {
  const {kind} = value;
  const capacity = kind === 'slice' || kind === 'chan' ? value.capacity() : undefined; // a map's are counted, one by one
  const size = {...(kind === 'func' ? {} : lengthOf(value)), ...(capacity === undefined ? {} : {capacity})};
  if (kind === 'slice') return {...bytesText(value), ...size, ...partsCount(value, size.length ?? 0)};
  if (kind === 'map' || kind === 'chan') return {...size, partCount: size.length ?? 0};
  if (kind === 'func') return {...textOf(value.text()), partCount: [...value.captured()].length};
  const text = textOf(decodeAddress(value));
  if (kind === 'unsafe.Pointer') return text;
  return {...text, ...(kind === 'interface' ? textOf(targetOf(value)?.type?.name ?? text.text) : {}), partCount: 1};
}

function* partsOf(value: Value, skip: number, limit: number, entries: (map: Value) => readonly MapEntry[]): Generator<ValuePart> {
  const {kind} = value;
  if (kind === 'struct') return yield* fieldParts(value, skip, limit);
  if (REFERENCES.has(kind) && value.isNil() !== false) return;
  if (INDEXED.has(kind)) return yield* elementParts(value, skip, limit);
  if (kind === 'map') return yield* entryParts(entries(value), skip);
  if (kind === 'func') {
    for (const [index, [label, held]] of [...value.captured()].slice(skip, skip + limit).entries())
      yield {key: String(skip + index), label, value: describeValue(held)};
    return;
  }
  const target = targetOf(value);
  if (target && skip === 0) yield {key: '*', label: kind === 'ptr' ? '*' : (target.type?.name ?? '?'), value: describeValue(target)};
}

function* fieldParts(value: Value, skip: number, limit: number): Generator<ValuePart> {
  const {fields = [], size = 0} = value.type ?? {};
  for (let position = skip; position < Math.min(fields.length, skip + limit); position++) {
    const {name, offset, type} = fields[position]!;
    const padding = (fields[position + 1]?.offset ?? size) - offset - type.size;
    const field = fieldAt(value, position);
    const unnamed: ValueTree = {kind: type.kind, type: type.name, size: type.size, remark: 'A field that has no name of its own.'};
    yield {key: String(position), label: name, offset, ...(padding > 0 ? {padding} : {}), value: field ? describeValue(field) : unnamed};
  }
}

function* elementParts(value: Value, skip: number, limit: number): Generator<ValuePart> {
  let index = skip;
  const stride = value.kind === 'array' ? (value.type?.element?.size ?? 0) : undefined;
  for (const element of value.elements(skip)) {
    if (index === skip + limit) return;
    yield {
      key: String(index),
      label: String(index),
      ...(stride === undefined ? {} : {offset: index * stride}),
      value: describeValue(element),
    };
    index++;
  }
}

function* entryParts(page: readonly MapEntry[], skip: number): Generator<ValuePart> {
  for (const [at, [key, element]] of page.entries()) {
    const whole = describeValue(key);
    const hasMore = whole.partCount !== undefined || whole.node !== undefined;
    yield {
      key: String(skip + at),
      label: labelOf(key, DEEPEST_LABEL).slice(0, LONGEST_LABEL),
      ...(hasMore ? {mapKey: whole} : {}),
      value: describeValue(element),
    };
  }
}

/** The text of a map's key. */
function labelOf(value: Value, depth: number): string {
  const {text, missing, kind} = describeValue(value);
  if (missing) return '?';
  if (kind === 'interface' && depth > 0) {
    const held = targetOf(value);
    return held ? labelOf(held, depth - 1) : 'nil';
  }
  if (text !== undefined && (kind !== 'array' || text !== '')) return text;
  if (depth === 0) return '…';
  if (kind === 'struct') {
    const fields = (value.type?.fields ?? []).slice(0, MOST_IN_LABEL);
    return `{${fields.map(({name}, at) => `${name}: ${labelOf(fieldAt(value, at) ?? value, fieldAt(value, at) ? depth - 1 : 0)}`).join(', ')}}`;
  }
  const elements: string[] = [];
  if (kind === 'array') {
    for (const element of value.elements()) {
      if (elements.push(labelOf(element, depth - 1)) === MOST_IN_LABEL) break;
    }
  }
  return `[${elements.join(' ')}]`;
}

function textOf(data: unknown): Pick<ValueTree, 'text'> {
  return data === undefined ? {} : {text: String(data)};
}

function lengthOf(value: Value): Pick<ValueTree, 'length'> {
  if (value.kind === 'ptr' || value.kind === 'interface' || value.kind === 'unsafe.Pointer') return {};
  const length = value.length();
  return length === undefined ? {} : {length};
}

function nodeOf(value: Value): Pick<ValueTree, 'node'> {
  const node = value.node();
  return node === undefined ? {} : {node};
}

function shortText(value: Value): Pick<ValueTree, 'text'> {
  const text = value.text(LONGEST_TEXT);
  if (text === undefined) return {};
  return {text: (value.length() ?? 0) > LONGEST_TEXT ? `${text}…` : text};
}

const isBytes = (value: Value) => value.type?.element?.kind === 'uint8';

/** One row a byte would tell nobody anything. */
function partsCount(value: Value, length: number): Pick<ValueTree, 'partCount' | 'lineCount'> {
  return isBytes(value) ? {lineCount: Math.ceil(length / BYTES_A_LINE)} : {partCount: length};
}

/** Bytes that are not in the dump end the lines. */
function linesOf(value: Value, skip: number, limit: number): Pick<ValueTree, 'lines' | 'remark'> {
  const bytes = value.bytes((skip + limit) * BYTES_A_LINE);
  if (bytes === undefined) return {remark: REASONS.torn!};
  const text = Buffer.from(bytes.subarray(skip * BYTES_A_LINE)).toString('hex');
  return {lines: text.match(new RegExp(`.{1,${2 * BYTES_A_LINE}}`, 'g')) ?? []};
}

/** Of byte slices and arrays: as text where all of it is printable, else hexadecimal. */
function bytesText(value: Value): Pick<ValueTree, 'text'> {
  if (!isBytes(value)) return {};
  const length = value.length() ?? 0;
  const bytes = value.bytes(LONGEST_TEXT);
  if (!bytes) return {};
  const text = value.text(LONGEST_TEXT) ?? '';
  if (text !== '' && !/[^\P{C}\n\t\r]|\ufffd/u.test(text)) return {text: length > LONGEST_TEXT ? `${text}…` : text};
  return {text: hexText(bytes, length)};
}

function hexText(bytes: Uint8Array, length: number): string {
  const shown = Buffer.from(bytes.subarray(0, MOST_BYTES)).toString('hex');
  return length > MOST_BYTES ? `${shown}…` : shown;
}

function complexText(value: Value): string | undefined {
  const parts = decodeComplex(value);
  if (!parts) return undefined;
  const [real, imaginary] = parts;
  return `${real}${imaginary < 0 ? '' : '+'}${imaginary}i`;
}
