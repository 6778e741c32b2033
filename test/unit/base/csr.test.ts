import {expect, test} from 'vitest';
import {buildCsr} from '../../../src/base/csr.js';
import {NONE} from '../../../src/base/units.js';

/** The groups as lists. */
function check(group: number[], groups: number, expected: number[][]): void {
  const {first, item} = buildCsr(Uint32Array.from(group), groups);
  expect(Array.from({length: groups}, (_, own) => [...item.subarray(first[own]!, first[own + 1]!)])).toEqual(expected);
  expect(item).toHaveLength(expected.flat().length);
}

test('items of each group, ascending', () => {
  check([2, 0, 2, 2, 0], 4, [[1, 4], [], [0, 2, 3], []]);
});
test('items without a group are left out', () => {
  check([NONE, 1, NONE, 0, 1], 2, [[3], [1, 4]]);
});
test('no items, no groups', () => {
  check([], 3, [[], [], []]);
  check([], 0, []);
});
