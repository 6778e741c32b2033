/** The graph of every recorded core keeps the invariants. */
import {expect, test} from 'vitest';
import {checkGraph} from '../../../src/graph/check.js';
import {openCoreHeap} from '../../../src/open-core-heap.js';
import {fixtureNames, unpackFixture} from '../../kit/fixtures.js';

test.each(fixtureNames())('%s', async (name) => {
  const {core, executable} = unpackFixture(name);
  const {graph, close} = await openCoreHeap(core, {executable});
  close();
  checkGraph(graph);
  expect(graph.objects.count).toBeGreaterThan(50);
});
