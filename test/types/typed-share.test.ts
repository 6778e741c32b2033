/**
 * How much of recorded heaps has a type, what some of the harder types are, and that no exact type was contradicted. What is counted is what
 * the programs printed.
 */
import {describe, expect, test} from 'vitest';
import {fixtureNames, unpackFixture} from '../kit/fixtures.js';
import {openFixtureDatabase} from '../kit/goheap.js';
import {readTruth} from '../oracle/truth.js';

const SHARE = `SELECT sum(o.size * (t.kind <> 'unknown')) * 1.0 / sum(o.size) AS bytes, avg(t.kind <> 'unknown') AS objects
  FROM objects o JOIN types t ON t.id = o.type_id WHERE o.reachable`;
const VALUES = 'SELECT coalesce(sum("values"), 0) FROM types WHERE name = ?';

describe.each(fixtureNames('zoo'))('%s', (name) => {
  const database = openFixtureDatabase(name);
  const truth = readTruth(unpackFixture(name).truth);
  const minor = Number(/-1\.(\d+)/.exec(name)![1]);
  const values = (type: string) => database.prepare(VALUES).pluck().get(type) as number;

  test('99 % of the bytes and 98 % of the objects have a type', () => {
    const share = database.prepare(SHARE).get() as {bytes: number; objects: number};
    expect(share.bytes).toBeGreaterThanOrEqual(0.99);
    expect(share.objects).toBeGreaterThanOrEqual(0.98);
  });

  test('closures and what channels hold, as many as were built', () => {
    expect(values('closure main.counter.func1')).toBe(truth.built['closure main.counter.func1']!.count);
    expect(values('main.ListNode')).toBe(truth.built['main.ListNode']!.count + 20 + truth.built['main.ListNode in GChan']!.count);
  });

  test.skipIf(minor < 23)('captured variables have their names', () => {
    const fields = database.prepare(
      'SELECT f.name, f.offset FROM fields f JOIN types t ON t.id = f.type_id WHERE t.name = ? ORDER BY position',
    );
    const captured = fields.all('closure main.counter.func1') as {name: string; offset: number}[];
    expect(captured.slice(0, 2)).toEqual([
      {name: 'F', offset: 0},
      {name: '&n', offset: 8},
    ]);
    expect(captured).toContainEqual({name: 'start', offset: 24});
  });

  test.skipIf(minor < 24)('what sync.Map keeps behind pointers to a common first field', () => {
    expect(values('internal/sync.indirect[interface {},interface {}]')).toBeGreaterThan(0);
    expect(values('internal/sync.entry[interface {},interface {}]')).toBeGreaterThan(10);
  });

  test('no pointer contradicts what the allocator recorded', () => {
    expect(database.prepare("SELECT message FROM warnings WHERE code = 'type-contradiction'").all()).toEqual([]);
  });
});
