/** A wide column lies in two that were given back, and never in one that somebody has. */
import {expect, test} from 'vitest';
import {createScratch} from '../../../src/analyses/scratch.js';

test('a wide column takes the memory of two', () => {
  const scratch = createScratch(5);
  const taken = Array.from({length: 4}, () => scratch.take().fill(7));
  const inUse = scratch.take().fill(7);
  for (const column of taken) scratch.give(column);
  const wide = scratch.takeWide().fill(1.5);
  expect(wide).toHaveLength(5);
  expect(taken.some(({buffer}) => buffer === wide.buffer)).toBe(true);
  const left = [scratch.take(), scratch.take()].map((column) => column.fill(9));
  expect(
    new Set([...left, inUse].map(({buffer, byteOffset}) => `${taken.findIndex((column) => column.buffer === buffer)} ${byteOffset}`)).size,
  ).toBe(3);
  expect([...wide, ...inUse]).toEqual([...Array<number>(5).fill(1.5), ...Array<number>(5).fill(7)]);
});

test('a wide column has memory of its own where the halves of none are free', () => {
  const scratch = createScratch(3, [new Uint32Array(3)]);
  const columns = [scratch.take(), scratch.take(), scratch.take()];
  scratch.give(columns[1]!);
  const wide = scratch.takeWide().fill(2);
  expect(columns.every(({buffer}) => buffer !== wide.buffer)).toBe(true);
});
