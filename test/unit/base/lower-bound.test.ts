import {expect, test} from 'vitest';
import {indexOfSorted, lowerBound} from '../../../src/base/lower-bound.js';

/** A column whose row r has the value 2r, as long as no memory is. */
const even = new Proxy({}, {get: (_, row) => 2 * Number(row)}) as Uint32Array;

test.each([0, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 9])('row %d', (row) => {
  const [low, high] = [Math.max(0, row - 7), row + 8];
  expect(lowerBound(even, 2 * row, 0, 2 ** 32 - 1)).toBe(row);
  expect(lowerBound(even, 2 * row - 1, low, high)).toBe(row);
  expect(indexOfSorted(even, 2 * row, low, high)).toBe(row);
  expect(indexOfSorted(even, 2 * row + 1, low, high)).toBe(-1);
});
