/** The graph of every recorded core keeps the invariants. */
import {expect, test} from 'vitest';
import {checkGraph} from '../../../src/graph/check.js';
import {analyzedFixture} from '../../kit/analyzed-fixture.js';
import {fixtureNames} from '../../kit/fixtures.js';

test.each(fixtureNames())('%s', async (name) => {
  const {graph} = (await analyzedFixture(name)).columns;
  checkGraph(graph);
  expect(graph.objects.count).toBeGreaterThan(50);
});
