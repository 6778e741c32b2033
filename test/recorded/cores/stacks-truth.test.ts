/**
 * A recorded core with goroutines in all kinds of waits: stacks, labels and named locals as the program told them.
 */
import {expect, test} from 'vitest';
import {expectLabels, expectLocals, expectStacks} from '../../kit/expect-stacks.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {fixtureNames, unpackFixture} from '../../kit/fixtures.js';
import {readTruth} from '../../oracle/truth.js';

test.each(fixtureNames('stacks'))('%s', async (name) => {
  const database = await openFixtureDatabase(name);
  const truth = readTruth(unpackFixture(name).truth);
  expectStacks(database, truth);
  expectLabels(database);
  expect(expectLocals(database, truth)).toBeGreaterThan(40);
  // Inlined calls are rows of their own, and share the frame of the function that contains them.
  const nested = database.prepare(
    `SELECT f.function FROM frames f JOIN frames c ON c.goroutine_id = f.goroutine_id AND c.sp = f.sp WHERE c.function = 'main.inlining'
     ORDER BY f.id LIMIT 3`,
  );
  expect(nested.pluck().all()).toEqual(['main.receive', 'main.outer', 'main.inlining']);
});
