/**
 * Columns of numbers read from a table's pages: what SQL says of the same table, whatever the pages and cells are like.
 */
import {copyFileSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import Sqlite from 'better-sqlite3';
import {beforeEach, expect, test} from 'vitest';
import {scanColumns} from '../../../src/sql/scan-columns.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {temporaryFolder} from '../../kit/small-database.js';

const path = join(temporaryFolder(), 'heap.db');

beforeEach(async () => {
  const fixture = await openFixtureDatabase('tiny-1.26.8');
  copyFileSync(fixture.name, path);
  fixture.close();
});

function scanned(table: string, columns: readonly string[]): (number | null)[][] {
  const rows: (number | null)[][] = [];
  for (const chunk of scanColumns(path, table, columns))
    for (let row = 0; row < chunk.count; row++)
      rows.push(chunk.columns.map((column) => (Number.isNaN(column[row]!) ? null : column[row]!)));
  return rows;
}

function expectAsSql(table: string, key: string, columns: readonly string[]): void {
  const database = new Sqlite(path, {readonly: true});
  const rows = database
    .prepare(`SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${key}`)
    .raw()
    .all();
  database.close();
  expect(rows.length).toBeGreaterThan(20);
  expect(scanned(table, columns)).toEqual(rows);
}

function expectTables(): void {
  expectAsSql('objects', 'id', ['holder_id', 'id', 'address', 'dominated_bytes', 'reachable', 'header', 'size']);
  expectAsSql('objects', 'id', ['address', 'reachable']);
  expectAsSql('edges', 'source_id, offset', ['source_id', 'offset', 'target_id', 'followed']);
}

function change(...statements: readonly string[]): void {
  const database = new Sqlite(path);
  database.pragma('foreign_keys = OFF');
  for (const statement of statements) database.exec(statement);
  database.close();
}

test('as goheap writes them', expectTables);

test.each([512, 1024, 65_536])('in pages of %i bytes', (size) => {
  change(`PRAGMA page_size = ${size}`, 'VACUUM');
  expectTables();
});

test('numbers of all widths, NULL, and rows that are longer than a page', () => {
  const numbers = [
    0,
    1,
    -1,
    127,
    -128,
    128,
    32_767,
    -32_768,
    8_388_607,
    -8_388_608,
    8_388_608,
    2 ** 31 - 1,
    -(2 ** 31),
    2 ** 40,
    -(2 ** 40),
  ];
  const all = [...numbers, 2 ** 47, -(2 ** 47), 2 ** 52, -(2 ** 52), 'NULL'];
  change(
    ...all.map((number, index) => `UPDATE objects SET dominated_bytes = ${number} WHERE id % ${all.length} = ${index}`),
    `UPDATE objects SET preview = printf('%.*c', id * 7 % 10000, 'x') WHERE id % 10 = 3`,
  );
  expectTables();
});

test('what was deleted is gone, and what came later is in its place', () => {
  change(
    'DELETE FROM edges WHERE source_id % 3 = 0',
    'DELETE FROM objects WHERE id % 5 > 1',
    'INSERT INTO edges (source_id, offset, target_id) SELECT source_id, offset + 100000, target_id FROM edges',
  );
  expectTables();
});

test('a damaged page is told, whichever byte of the file is another', () => {
  const bytes = readFileSync(path);
  const told = new Set<string>();
  for (let at = 100; at < bytes.length; at += 29_989) {
    const damaged = Uint8Array.from(bytes);
    damaged[at]! ^= 0xff;
    writeFileSync(path, damaged);
    try {
      scanned('objects', ['id', 'size']);
      scanned('edges', ['source_id', 'target_id']);
    } catch (error) {
      told.add((error as {code: string}).code);
    }
  }
  expect([...told]).toEqual(['bad-format']);
});
