/**
 * Conversions that the cache keeps, in every state that a disk, a crash or another version can leave them in: each is made again, and said so.
 */
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import Sqlite from 'better-sqlite3';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {unpackFixture} from '../kit/fixtures.js';
import {runGoheap} from '../kit/run-goheap.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-kept-'));
afterAll(() => rmSync(folder, {recursive: true}));
const cache = join(folder, 'goheap');
const {core, executable} = unpackFixture('tiny-1.26.8');
const ask = () => runGoheap(['top', core, '--exe', executable], {environment: {XDG_CACHE_HOME: folder}});
const kept = () => join(cache, readdirSync(cache).find((name) => name.endsWith('.db'))!);

let good: Awaited<ReturnType<typeof ask>>;
beforeAll(async () => {
  good = await ask();
});

test('a good one is used as it is', async () => {
  expect(good.status).toBe(0);
  expect(await ask()).toEqual({...good, stderr: ''});
});

test.each<[state: string, make: (path: string) => void, message: RegExp]>([
  ['cut', (path) => truncateSync(path, readFileSync(path).length - 32768), /malformed/],
  ['empty', (path) => writeFileSync(path, ''), /not an SQLite database/],
  ['of an older version', (path) => change(path, "UPDATE meta SET value = 1 WHERE key = 'schema_version'"), /schema version 1/],
  [
    'with a view of somebody else',
    (path) => change(path, 'DROP VIEW biggest; CREATE VIEW biggest AS SELECT 1'),
    /biggest is not as goheap makes it/,
  ],
  ['with a page of noise', (path) => overwrite(path, 'holders'), /malformed/],
  ['a folder', (path) => replaceByFolder(path), /not a regular file/],
  ['text', (path) => writeFileSync(path, 'nothing '.repeat(1000)), /not an SQLite database/],
])('%s', async (_, make, message) => {
  make(kept());
  const again = await ask();
  expect(again.stderr).toMatch(/What was kept of this core cannot be used and is made again: /);
  expect(again.stderr).toMatch(message);
  expect([again.status, again.stdout]).toEqual([0, good.stdout]);
  expect(await ask()).toEqual({...good, stderr: ''});
});

test('two at once make one good entry', async () => {
  rmSync(kept());
  const both = await Promise.all([ask(), ask()]);
  expect(both.map(({status, stdout}) => [status, stdout])).toEqual([
    [0, good.stdout],
    [0, good.stdout],
  ]);
  expect(readdirSync(cache)).toHaveLength(1);
  expect(await ask()).toEqual({...good, stderr: ''});
});

function change(path: string, sql: string): void {
  new Sqlite(path).exec(sql).close();
}

/** The table's first page is no page any more. */
function overwrite(path: string, table: string): void {
  const database = new Sqlite(path);
  const page = database.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(table) as number;
  const size = database.pragma('page_size', {simple: true}) as number;
  database.close();
  const bytes = readFileSync(path);
  bytes.fill(0xff, (page - 1) * size, page * size);
  writeFileSync(path, bytes);
}

function replaceByFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
  writeFileSync(join(path, 'inside'), '');
}
