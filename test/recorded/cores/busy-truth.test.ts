/**
 * A recorded core whose goroutines were running or stopped at an arbitrary instruction: what they hold is alive.
 */
import {expect, test} from 'vitest';
import {expectBusy} from '../../kit/expect-busy.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {fixtureNames, unpackFixture} from '../../kit/fixtures.js';
import {readTruth} from '../../oracle/truth.js';

test.each(fixtureNames('busy'))('%s', async (name) => {
  const database = await openFixtureDatabase(name);
  expectBusy(database, readTruth(unpackFixture(name).truth));
  // This recording has both: goroutines that were stopped, and one that a thread was running.
  const kinds = database.prepare("SELECT DISTINCT kind FROM roots WHERE kind IN ('conservative', 'register') ORDER BY kind").pluck().all();
  expect(kinds).toEqual(['conservative', 'register']);
});
