/** Chains of owners as one row. */
import {expect, test} from 'vitest';
import {foldChains} from '../../../src/cli/fold-chains.js';

const folded = (...rows: readonly (readonly [id: number, dominator: number, retained: number])[]) =>
  foldChains(rows.map(([id, dominator_id, retained]) => ({id, dominator_id, retained}))).map(({row, folded: chain}) => [row.id, ...chain]);

test('each that retains nearly as much as the one before is part of its chain', () => {
  expect(folded([1, 0, 1000], [2, 1, 990], [3, 2, 960], [4, 3, 912], [5, 4, 100])).toEqual([[1, 2, 3, 4], [5]]);
  expect(folded([1, 0, 1000], [2, 1, 951], [3, 1, 40])).toEqual([[1, 2], [3]]);
  expect(folded([1, 0, 1000], [2, 1, 949], [3, 2, 940])).toEqual([[1], [2, 3]]);
  expect(folded([1, 0, 0], [2, 1, 0])).toEqual([[1, 2]]);
});

test('what is between two rows and not listed ends the chain', () => {
  expect(folded([1, 0, 1000], [3, 2, 990])).toEqual([[1], [3]]);
  expect(folded()).toEqual([]);
});
