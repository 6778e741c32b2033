/** Types without end and fields beyond their types are found, whichever is looked at first, and no others. */
import {expect, test} from 'vitest';
import {TYPE_KINDS, type TypeTable} from '../../../src/graph/heap-graph.js';
import {findUnsoundTypes} from '../../../src/graph/unsound-types.js';

const NO_TYPES: TypeTable = {
  count: 0,
  name: [],
  package: [],
  kind: new Uint8Array(),
  size: new Float64Array(),
  pointerWords: new Float64Array(),
  element: new Uint32Array(),
  key: new Uint32Array(),
  length: new Float64Array(),
  runtimeAddress: new Float64Array(),
  firstField: new Uint32Array(),
  fieldName: [],
  fieldOffset: new Float64Array(),
  fieldType: new Uint32Array(),
};

interface Spec {
  readonly size: number;
  readonly fields?: readonly number[];
  readonly offsets?: readonly number[]; // else 0
  readonly array?: readonly [element: number, length: number];
}

function unsound(...specs: readonly Spec[]): number[] {
  const fields = specs.map((spec) => spec.fields ?? []);
  const firstField = new Uint32Array(specs.length + 1);
  for (const [row, list] of fields.entries()) firstField[row + 1] = firstField[row]! + list.length;
  const found = findUnsoundTypes({
    ...NO_TYPES,
    count: specs.length,
    name: specs.map((_, row) => `T${row}`),
    kind: Uint8Array.from(specs, ({array}) => TYPE_KINDS.indexOf(array ? 'array' : 'struct')),
    size: Float64Array.from(specs, ({size}) => size),
    element: Uint32Array.from(specs, ({array}) => array?.[0] ?? 0),
    length: Float64Array.from(specs, ({array}) => array?.[1] ?? 0),
    firstField,
    fieldType: Uint32Array.from(fields.flat()),
    fieldName: fields.flat().map(() => 'f'),
    fieldOffset: Float64Array.from(specs.flatMap((spec) => (spec.fields ?? []).map((_, at) => spec.offsets?.[at] ?? 0))),
  });
  return [...new Set(found.map(({type}) => type))].sort((a, b) => a - b);
}

const int = {size: 8};

test('fields that do not lie in their types, or not in order', () => {
  expect(unsound(int, {size: 16, fields: [0, 0], offsets: [0, 8]})).toEqual([]);
  expect(unsound(int, {size: 15, fields: [0, 0], offsets: [0, 8]}, {size: 16, fields: [0, 0], offsets: [8, 0]})).toEqual([1, 2]);
});

test('what a program has', () => {
  const nested = Array.from({length: 90}, (_, level) => ({size: 8, fields: [level]}));
  expect(unsound(int, ...nested)).toEqual([]);
  expect(
    unsound(int, {size: 8e6, array: [0, 1e6]}, {size: 16e6, fields: [1, 1]}, {size: 0}, {size: 8, fields: [...Array(1000).fill(3), 0]}),
  ).toEqual([]);
});

test('circles: one type of each', () => {
  expect(unsound(int, {size: 8, fields: [1]})).toEqual([1]);
  expect(unsound(int, {size: 8, array: [1, 1]})).toEqual([1]);
  expect(unsound(int, {size: 8, fields: [2]}, {size: 8, fields: [3]}, {size: 8, fields: [0, 1]}, {size: 8, fields: [1]})).toHaveLength(1);
});

test('ten thousand levels, parts that lie in one another, arrays longer than they are large', () => {
  const deep = Array.from({length: 10_000}, (_, level) => ({size: 8, fields: [level]}));
  expect(unsound(int, ...deep)[0]).toBe(101);
  expect(unsound(int, ...deep.toReversed().map((_, level) => ({size: 8, fields: [level === 9999 ? 0 : level + 2]})))).not.toEqual([]);
  const doubled = Array.from({length: 60}, (_, level) => ({size: 8, fields: [level, level]}));
  expect(unsound(int, ...doubled)[0]).toBeGreaterThan(20);
  expect(unsound(int, {size: 8, array: [0, 2 ** 40]}, {size: 0, array: [3, 2 ** 40]}, {size: 0})).toEqual([1, 2]);
});
