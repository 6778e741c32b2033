/** Small and large numbers in the memory of a column. */
import {expect, test} from 'vitest';
import {NarrowColumn} from '../../../src/database/narrow-column.js';
import {seededRandom} from '../../kit/random-graph.js';

test.each([
  ['small ones', 65_535],
  ['some large ones', 70_000],
  ['mostly large ones', 2 ** 32 - 1],
])('%s are kept', (_, limit) => {
  const random = seededRandom(limit);
  const column = new NarrowColumn(new Uint32Array(1000));
  const expected = new Array<number>(1000).fill(0);
  for (let at = 0; at < 3000; at++) {
    const [row, value] = [random(1000), random(limit)];
    column.set(row, value);
    expected[row] = value;
  }
  expect(Array.from(expected.keys(), (row) => column.at(row))).toEqual(expected);
});
