/** Types without end are found, whichever of them is looked at first, and no others. */
import {expect, test} from 'vitest';
import {findEndlessTypes} from '../../../src/graph/endless-types.js';
import {TYPE_KINDS} from '../../../src/graph/heap-graph.js';

interface Spec {
  readonly size: number;
  readonly fields?: readonly number[];
  readonly array?: readonly [element: number, length: number];
}

function endless(...specs: readonly Spec[]): number[] {
  const fields = specs.map((spec) => spec.fields ?? []);
  const firstField = new Uint32Array(specs.length + 1);
  for (const [row, list] of fields.entries()) firstField[row + 1] = firstField[row]! + list.length;
  return findEndlessTypes({
    count: specs.length,
    kind: Uint8Array.from(specs, ({array}) => TYPE_KINDS.indexOf(array ? 'array' : 'struct')),
    size: Float64Array.from(specs, ({size}) => size),
    element: Uint32Array.from(specs, ({array}) => array?.[0] ?? 0),
    length: Float64Array.from(specs, ({array}) => array?.[1] ?? 0),
    firstField,
    fieldType: Uint32Array.from(fields.flat()),
  });
}

const int = {size: 8};

test('what a program has', () => {
  const nested = Array.from({length: 90}, (_, level) => ({size: 8, fields: [level]}));
  expect(endless(int, ...nested)).toEqual([]);
  expect(
    endless(int, {size: 8e6, array: [0, 1e6]}, {size: 16e6, fields: [1, 1]}, {size: 0}, {size: 8, fields: [...Array(1000).fill(3), 0]}),
  ).toEqual([]);
});

test('circles: one type of each', () => {
  expect(endless(int, {size: 8, fields: [1]})).toEqual([1]);
  expect(endless(int, {size: 8, array: [1, 1]})).toEqual([1]);
  expect(endless(int, {size: 8, fields: [2]}, {size: 8, fields: [3]}, {size: 8, fields: [0, 1]}, {size: 8, fields: [1]})).toHaveLength(1);
});

test('ten thousand levels, parts that lie in one another, arrays longer than they are large', () => {
  const deep = Array.from({length: 10_000}, (_, level) => ({size: 8, fields: [level]}));
  expect(endless(int, ...deep)[0]).toBe(101);
  expect(endless(int, ...deep.toReversed().map((_, level) => ({size: 8, fields: [level === 9999 ? 0 : level + 2]})))).not.toEqual([]);
  const doubled = Array.from({length: 60}, (_, level) => ({size: 8, fields: [level, level]}));
  expect(endless(int, ...doubled)[0]).toBeGreaterThan(20);
  expect(endless(int, {size: 8, array: [0, 2 ** 40]}, {size: 0, array: [3, 2 ** 40]}, {size: 0})).toEqual([1, 2]);
});
