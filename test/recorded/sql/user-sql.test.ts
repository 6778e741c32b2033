/**
 * The guard in front of users' SQL, statement by statement, on a real database file.
 */
import {existsSync, readFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openDatabase} from '../../../src/sql/index.js';
import {firstKeyword} from '../../../src/sql/user-sql.js';
import {exportText, ZOO} from '../../kit/exported.js';

async function zoo() {
  const {path} = await exportText(ZOO);
  return {database: await openDatabase(path), path};
}

describe('allowed', () => {
  test.each([
    ['SELECT count(*) AS n FROM objects', [{n: 12}]],
    ['  -- a comment\n /* and another */ select 1 AS n;', [{n: 1}]],
    ['WITH x(n) AS (VALUES (1), (2)) SELECT sum(n) AS n FROM x', [{n: 3}]],
    ['VALUES (1)', [{column1: 1}]],
    [`SELECT name FROM pragma_table_info('itabs')`, [{name: 'address'}, {name: 'type_id'}]],
  ])('%s', async (sql, rows) => {
    const {database} = await zoo();
    expect(await database.rows(sql)).toEqual(rows);
    await database.close();
  });
  test('EXPLAIN QUERY PLAN', async () => {
    const {database} = await zoo();
    expect((await database.rows('EXPLAIN QUERY PLAN SELECT * FROM meta')).length).toBe(1);
    await database.close();
  });
});

describe('refused with a usage error', () => {
  const target = join(tmpdir(), `goheap-guard-${process.pid}.db`);
  test.each([
    `INSERT INTO meta VALUES ('a', 'b')`,
    'DELETE FROM objects',
    'DROP TABLE objects',
    'CREATE TABLE x (y)',
    `VACUUM INTO '${target}'`,
    `ATTACH '${target}' AS other`,
    'PRAGMA query_only = 0',
    'PRAGMA table_info(objects)',
    'PRAGMA hard_heap_limit = 1000',
    'BEGIN',
    'SELECT 1; SELECT 2',
    'SELECT 1; DELETE FROM objects',
    'WITH x AS (SELECT 1) DELETE FROM objects',
    'WITH x AS (SELECT 1) INSERT INTO meta SELECT 1, 2 RETURNING key',
    `SELECT load_extension('x')`,
    `SELECT readfile('/etc/hostname')`,
    `SELECT writefile('${target}', 'x')`,
    'SELECT * FROM nowhere',
    'SELECT nothing FROM objects',
    'SELEC 1',
    'SELECT abs(-9223372036854775808)',
    '',
    '-- nothing',
    '/* nothing',
    ';',
  ])('%s', async (sql) => {
    const {database, path} = await zoo();
    const before = readFileSync(path);
    await expect(database.rows(sql)).rejects.toMatchObject({code: 'usage', hint: expect.stringMatching(/./)});
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(existsSync(target)).toBe(false);
    await database.close();
  });
});

test('parameters by position and by name, rows one by one, columns', async () => {
  const {database} = await zoo();
  expect(await database.rows('SELECT ? + ? AS sum', [1, 2])).toEqual([{sum: 3}]);
  expect(await database.rows('SELECT :a AS a', {a: 'text'})).toEqual([{a: 'text'}]);
  await expect(database.rows('SELECT :a', {b: 1})).rejects.toMatchObject({code: 'usage'});
  const ids: unknown[] = [];
  for await (const row of database.each('SELECT id FROM objects')) {
    ids.push(row.id);
    if (ids.length === 3) break;
  }
  expect(ids).toEqual([7, 8, 9]);
  expect(await database.columns('SELECT id, size AS bytes FROM objects')).toEqual(['id', 'bytes']);
  expect((await database.rows('SELECT count(*) AS n FROM objects'))[0]).toEqual({n: 12}); // the iteration was ended, not left open
  await database.close();
});

test('the first keyword', () => {
  expect(firstKeyword('  select 1')).toBe('SELECT');
  expect(firstKeyword('--x\n--y\n/*z*/with a')).toBe('WITH');
  expect(firstKeyword('(SELECT 1)')).toBe('(');
  expect(firstKeyword('\ufeffVALUES (1)')).toBe('VALUES');
  expect(firstKeyword('--')).toBe('');
});
