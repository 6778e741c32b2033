/**
 * The leak that the README opens with: goheap counts the sessions that the program says it holds, names the variable that holds them,
 * and what the handlers that wait hold.
 */
import {expect, test} from 'vitest';
import {expectTruth} from '../../kit/expect-truth.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {fixtureNames, unpackFixture} from '../../kit/fixtures.js';
import {readTruth} from '../../oracle/truth.js';

test.each(fixtureNames('leak'))('%s', async (name) => {
  const database = await openFixtureDatabase(name);
  const {truth: truthFile} = unpackFixture(name);
  const truth = readTruth(truthFile);
  expectTruth(database, truthFile);
  expect(database.prepare('SELECT * FROM warnings').all()).toEqual([]);

  const sessions = truth.built['main.Session']!.count;
  const holder = database.prepare('SELECT name, retained FROM biggest WHERE rank = 1').get() as {name: string; retained: number};
  expect(holder.name).toBe('main.server');
  expect(holder.retained).toBeGreaterThan(sessions * Number(truth.facts['page bytes']));
  // Also those that the handlers and the reaper have in their hands: a variable tells more than they do.
  const held = `SELECT count(*) FROM objects o JOIN types t ON t.id = o.type_id WHERE t.name = 'main.Session'
    AND 'main.server' IN (SELECT p.name FROM path p WHERE p.of = o.id)`;
  const handlers = Number(truth.facts.handlers);
  expect(database.prepare(held).pluck().get()).toBe(sessions);

  const waiting = `SELECT r.retained FROM goroutines g JOIN roots r ON r.id = g.root_id JOIN frames f ON f.goroutine_id = g.id
    WHERE f.function = 'main.logout' AND g.wait_reason = 'chan send'`;
  const retained = database.prepare(waiting).pluck().all() as number[];
  expect(retained).toHaveLength(handlers);
  expect(Math.min(...retained)).toBeGreaterThan(Number(truth.facts['body bytes']));
});
