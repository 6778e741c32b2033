/**
 * What other programs make of a database: references that hold, a header that says what the file is, statistics for the planner, and
 * the look-ups that formats/sqlite/README.md promises.
 */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import Sqlite from 'better-sqlite3';
import {describe, expect, test} from 'vitest';
import {sqlite} from '../../../formats/sqlite/export-sqlite.js';
import {writeHeap} from '../../../src/library/write-heap.js';
import {SCHEMA_VERSION} from '../../../src/sql/schema.js';
import {analyzedFixture} from '../../kit/analyzed-fixture.js';
import {fixtureNames} from '../../kit/fixtures.js';
import {temporaryFolder} from '../../kit/small-database.js';

const README = fileURLToPath(new URL('../../../formats/sqlite/README.md', import.meta.url));
/** The look-up by address, with its parameter. */
const LOOK_UP = /```sql\n(WITH RECURSIVE[\s\S]+?)```/.exec(readFileSync(README, 'utf8'))![1]!;
/** Tables whose rows have references; the others have node ids or none. */
const REFERRING = (
  'allocations capacities contexts dominated_groups edges fields frames goroutine_waits goroutines held_by held_by_steps holders instance_ends instances itabs objects owners ' +
  'path_types paths referrers roots suspects timers types waste'
).split(' ');

describe.each(fixtureNames())('%s', async (name) => {
  const path = join(temporaryFolder(), 'heap.db');
  await writeHeap(await analyzedFixture(name), sqlite, path, {contents: 'full'});

  test('references hold, and the file is whole', () => {
    const database = new Sqlite(path, {readonly: true});
    try {
      expect(database.pragma('foreign_key_check')).toEqual([]);
      expect(database.pragma('integrity_check')).toEqual([{integrity_check: 'ok'}]);
      const tables = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%REFERENCES%' ORDER BY name")
        .pluck();
      expect(tables.all()).toEqual(REFERRING);
      expect(database.pragma('application_id', {simple: true})).toBe(Buffer.from('gohp').readInt32BE());
      expect(database.pragma('user_version', {simple: true})).toBe(SCHEMA_VERSION);
    } finally {
      database.close();
    }
  });

  test('the planner knows how many rows there are, and addresses are found without an index', () => {
    const database = new Sqlite(path, {readonly: true});
    try {
      const rows = database.prepare<[string], number>('SELECT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE tbl = ?').pluck();
      const objects = database.prepare<[], {id: number; address: number; size: number}>('SELECT id, address, size FROM objects').all();
      expect(
        Math.abs(Math.log2(rows.get('edges')! / database.prepare<[], number>('SELECT count(*) FROM edges').pluck().get()!)),
      ).toBeLessThan(2);
      const plan = database.prepare<[object], {detail: string}>(`EXPLAIN QUERY PLAN ${LOOK_UP}`).all({address: 1});
      expect(plan.filter(({detail}) => /^SCAN (o|objects)\b/.test(detail))).toEqual([]);
      const find = database.prepare<[object], {id: number}>(LOOK_UP);
      for (const {id, address, size} of objects.filter((_, index) => index % 97 === 0)) {
        expect(find.all({address}).map((row) => row.id)).toEqual([id]);
        expect(find.all({address: address + size - 1}).map((row) => row.id)).toEqual([id]);
      }
      const {address, size} = objects.at(-1)!;
      expect(find.all({address: address + size})).toEqual([]);
      expect(find.all({address: objects[0]!.address - 1})).toEqual([]);
    } finally {
      database.close();
    }
  });
});
