/** Strings and byte slices by what they are: the sums that all objects give, also where most are only counted. */
import {expect, test} from 'vitest';
import {bytesByUse} from '../../../src/database/queries/string-queries.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';

test('all of them are in one of the rows', async () => {
  const database = await openFixtureDatabase('zoo-1.26.8');
  const all = database
    .prepare(
      `SELECT bytes_kind AS use, count(*) AS objects, sum(used) AS used, sum(size) AS bytes FROM objects
      WHERE bytes_kind IS NOT NULL AND reachable = 1 GROUP BY 1 ORDER BY bytes DESC`,
    )
    .all() as {use: string; objects: number; used: number; bytes: number}[];
  expect(all.length).toBeGreaterThan(2);
  expect(database.prepare(bytesByUse.sql).all()).toEqual(all);

  const few = bytesByUse.sql.replace(/rank <= \d+/, 'rank <= 3');
  expect(few).not.toBe(bytesByUse.sql);
  const rows = database.prepare(few).all() as typeof all;
  expect(rows.at(-1)!.use).toBeNull();
  for (const column of ['objects', 'used', 'bytes'] as const) {
    const sum = (of: typeof all) => of.reduce((total, row) => total + row[column], 0);
    expect(sum(rows)).toBe(sum(all));
    expect(sum(rows.slice(0, -1))).toBeLessThan(sum(all));
  }
});
