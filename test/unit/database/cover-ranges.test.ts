/**
 * Ranges that cover nodes: all of them are in one, in order, and no more ranges than are wanted.
 */
import {expect, test} from 'vitest';
import {createBitset, setBit} from '../../../src/base/bitset.js';
import {coverNodes} from '../../../src/database/cover-ranges.js';
import {seededRandom} from '../../kit/random-graph.js';

function marked(...nodes: number[]): Uint8Array {
  const set = createBitset(1 + Math.max(0, ...nodes));
  for (const node of nodes) setBit(set, node);
  return set;
}

test('what lies together is one range, what lies apart two', () => {
  expect(coverNodes(marked())).toEqual([]);
  expect(coverNodes(marked(17, 18, 25))).toEqual([[16, 31]]);
  expect(coverNodes(marked(3, 8000))).toEqual([
    [0, 7],
    [8000, 8007],
  ]);
  expect(coverNodes(marked(3, 8000), 1)).toEqual([[0, 8007]]);
});

test('on random nodes all are covered', () => {
  for (let seed = 0; seed < 50; seed++) {
    const random = seededRandom(seed);
    const nodes = Array.from({length: 1 + random(200)}, () => random(seed % 2 === 0 ? 100_000 : 500));
    const most = 1 + random(20);
    const ranges = coverNodes(marked(...nodes), most);
    expect(ranges.length).toBeLessThanOrEqual(most);
    expect(ranges.flat()).toEqual(ranges.flat().sort((a, b) => a - b));
    for (const node of nodes) expect(ranges.some(([from, to]) => from <= node && node <= to)).toBe(true);
  }
});
