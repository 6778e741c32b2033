/**
 * Named locals of recorded zoos, which are optimized programs, hold what the program put into them.
 */
import {expect, test} from 'vitest';
import {analyzedFixture} from '../../kit/analyzed-fixture.js';
import {expectZooLocals} from '../../kit/expect-zoo-locals.js';
import {fixtureNames} from '../../kit/fixtures.js';

test.each(fixtureNames('zoo'))('%s', async (name) => {
  expect(expectZooLocals(await analyzedFixture(name))).toBeGreaterThan(40);
});
