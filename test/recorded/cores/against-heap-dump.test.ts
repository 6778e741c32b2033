/**
 * Every recorded core against the runtime's own heap dump: the same objects, the same pointers, the same root words.
 */
import {expect, test} from 'vitest';
import {expectAgreement} from '../../kit/expect-agreement.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {fixtureNames, unpackFixture} from '../../kit/fixtures.js';
import {computeAgreement} from '../../oracle/agreement.js';

test.each(fixtureNames())('%s agrees with its heap dump', async (name) => {
  const agreement = computeAgreement(await openFixtureDatabase(name), unpackFixture(name));
  expectAgreement(agreement);
  const isZoo = name.startsWith('zoo');
  expect(agreement.pointers.compared).toBeGreaterThan(isZoo ? 20_000 : 50);
  expect(agreement.stacks.compared).toBeGreaterThan(isZoo ? 200 : -1); // tiny's only goroutine wrote the dump
});
