/**
 * Named locals of recorded zoos, which are optimized programs, hold what the program put into them.
 */
import {expect, test} from 'vitest';
import {openHeap} from '../../../src/index.js';
import {expectZooLocals} from '../../kit/expect-zoo-locals.js';
import {fixtureNames, unpackFixture} from '../../kit/fixtures.js';

test.each(fixtureNames('zoo'))('%s', async (name) => {
  const {core, executable} = unpackFixture(name);
  const heap = await openHeap(core, {executable});
  expect(expectZooLocals(heap)).toBeGreaterThan(40);
  await heap.close();
});
