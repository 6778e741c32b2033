/**
 * zoo's databases against what the program printed about itself: what is alive is reachable and typed, what was dropped is
 * there and dead, and the list retains its own nodes.
 */
import type Database from 'better-sqlite3';
import {describe, expect, test} from 'vitest';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {fixtureNames, unpackFixture} from '../../kit/fixtures.js';
import {readTruth} from '../../oracle/truth.js';

/**
 * Reachable values by type. ListNode: GList's 1000 and GMapPP's 20 keys; the 4 in GChan count once channels are typed.
 */
const REACHABLE: Readonly<Record<string, readonly [least: number, most: number]>> = {
  'main.ListNode': [1020, 1024],
  'main.DNode': [100, 100],
  'main.TreeNode': [531, 531],
  'main.Ptr1': [300, 300],
  'main.Big600': [20, 20],
  'main.Big5K': [4, 4],
  'main.Huge': [2, 2],
  'main.PtrHead': [10, 10],
  'main.PtrTail': [10, 10],
  'main.snode[int]': [10, 10],
  'main.snode[*main.Dog]': [10, 10],
};

describe.each(fixtureNames('zoo'))('%s', async (name) => {
  const fixture = unpackFixture(name);
  const truth = readTruth(fixture.truth);
  const database = await openFixtureDatabase(name);

  test.each(Object.entries(REACHABLE))('%s', (type, [least, most]) => {
    const {values} = database.prepare(`SELECT coalesce(sum("values"), 0) AS "values" FROM types WHERE name = ?`).get(type) as {
      values: number;
    };
    expect(values).toBeGreaterThanOrEqual(least);
    expect(values).toBeLessThanOrEqual(most);
  });

  test('the dropped objects are there and dead', () => {
    expect(truth.dead.length).toBe(100);
    const objectAt = database.prepare('SELECT id, reachable FROM objects WHERE address = ?');
    for (const address of truth.dead) {
      const object = objectAt.get(address) as {id: number; reachable: number} | undefined;
      expect(object, `0x${address.toString(16)}`).toBeDefined();
      expect(object!.reachable, heldBy(database, object!.id)).toBe(0);
    }
  });

  test("the list's head retains 16,000 bytes, and so does its variable", () => {
    const head = database.prepare('SELECT retained, retained_objects FROM objects WHERE address = ?').get(truth.addresses['GList.head']);
    expect(head).toEqual({retained: 16000, retained_objects: 1000});
    const variable = database.prepare("SELECT retained, retained_objects FROM roots WHERE name = 'main.GList'").get();
    expect(variable).toEqual({retained: 16000, retained_objects: 1000});
  });

  test('what the program gave an address is reachable there', () => {
    const objectAt = database.prepare('SELECT reachable FROM objects WHERE address <= ? AND ? < address + size');
    for (const [what, address] of Object.entries(truth.addresses)) {
      if (what === 'main local *Dog') continue; // the compiler keeps it on the stack
      expect(objectAt.all(address, address), what).toEqual([{reachable: 1}]);
    }
  });

  test('the roots retain all that is reachable, and nothing twice', () => {
    const sums = database
      .prepare(
        `SELECT (SELECT sum(retained) FROM (SELECT retained FROM objects WHERE dominator_id = 0 UNION ALL SELECT retained FROM roots WHERE parent_id = 0)) AS retained,
         (SELECT sum(size) FROM objects WHERE reachable) AS size, (SELECT value FROM meta WHERE key = 'reachable_bytes') AS meta`,
      )
      .get() as Record<string, number>;
    expect(sums.retained).toBe(sums.size);
    expect(sums.meta).toBe(sums.size);
  });

  test('the goroutines are those that the program counted', () => {
    const {count} = database.prepare('SELECT count(*) AS count FROM goroutines WHERE NOT system').get() as {count: number};
    expect(count).toBe(truth.goroutines);
  });
});

/** For the message of a failure: which words hold an object that should be dead. */
function heldBy(database: Database.Database, object: number): string {
  return JSON.stringify(database.prepare('SELECT * FROM path WHERE of = ?').all(object));
}
