/** Which hashes come more than once, against counting them. */
import {expect, test} from 'vitest';
import {RepeatedHashes} from '../../../src/findings/hash-tables.js';
import {seededRandom} from '../../kit/random-graph.js';

test.each([
  ['none', 0, 1],
  ['all different but few', 50_000, 2 ** 31],
  ['most of them repeated', 50_000, 1000],
])('%s', (_, count, limit) => {
  const random = seededRandom(count + limit);
  const hashes = Uint32Array.from({length: count}, () => (random(limit) * 2) >>> 0);
  const times = new Map<number, number>();
  for (const hash of hashes) times.set(hash, (times.get(hash) ?? 0) + 1);
  const before = hashes.slice();
  const repeated = new RepeatedHashes(hashes);
  expect(hashes).toEqual(before);
  let taken = 0; // once, and yet at the place of one that is repeated
  for (const [hash, often] of times)
    if (often > 1) expect(repeated.has(hash)).toBe(true);
    else if (repeated.has(hash)) taken++;
  expect(taken).toBeLessThanOrEqual(count / 10);
});
