/**
 * Pages that goheap writes itself: SQLite must find nothing wrong with them, and read back what went in, for trees of every depth.
 */
import {closeSync, openSync, statSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import Sqlite from 'better-sqlite3';
import {describe, expect, test} from 'vitest';
import type {Cell} from '../../../src/base/column-batch.js';
import {NewDatabase} from '../../../src/sql/write/create-database.js';
import {PageFile} from '../../../src/sql/write/page-file.js';
import {writeVarint} from '../../../src/sql/write/page-tree.js';
import {writeTable} from '../../../src/sql/write/write-table.js';
import {temporaryFolder} from '../../kit/exported.js';
import {seededRandom} from '../../kit/random-graph.js';
import {batchesOf} from '../../kit/table-batches.js';

const SCHEMA = `CREATE TABLE ids (id INTEGER PRIMARY KEY, number INTEGER, text TEXT) STRICT;
  CREATE TABLE pairs (a INTEGER, b INTEGER, number INTEGER, text TEXT, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;
  CREATE TABLE other (x INTEGER) STRICT; CREATE TABLE indexed (x INTEGER PRIMARY KEY, y INTEGER) STRICT; CREATE INDEX i ON indexed (y)`;

async function write(tables: Readonly<Record<string, readonly Cell[][]>>, pageSize: number): Promise<Sqlite.Database> {
  const path = join(temporaryFolder(), 'x.db');
  const database = new NewDatabase(path, SCHEMA, pageSize);
  const columns: Record<string, string[]> = {ids: ['id', 'number', 'text'], pairs: ['a', 'b', 'number', 'text']};
  try {
    await writeTable(database, {name: 'other', columns: ['x'], batches: () => batchesOf([[42]])}, {});
    for (const [table, rows] of Object.entries(tables)) {
      const batches = () => batchesOf(rows, 700);
      const count = await writeTable(database, {name: table, sorted: true, columns: columns[table] ?? ['x', 'y'], batches}, {});
      expect(count).toBe(rows.length);
    }
    database.finish();
  } finally {
    database.close();
  }
  return new Sqlite(path);
}

describe.each([512, 1024, 4096, 32768])('pages of %d bytes', (pageSize) => {
  test.each([0, 1, 2, 10, 100, 1000, 20_000])('%d rows', async (count) => {
    const random = seededRandom(count + pageSize);
    const ids: Cell[][] = [];
    const pairs: Cell[][] = [];
    for (let row = 0, id = 0; row < count; row++) {
      id += 1 + random(random(10) === 0 ? 1_000_000 : 2);
      const text = ['', 'x', 'grün', 'field', null, 'y'.repeat(random(70)), '€'.repeat(22)][random(7)]!;
      ids.push([id, interesting(random), text]);
      pairs.push([Math.floor(row / 7), (row % 7) * 8, interesting(random), text]);
    }
    const database = await write({ids, pairs}, pageSize);
    expect(database.pragma('integrity_check')).toEqual([{integrity_check: 'ok'}]);
    const all = (sql: string) => database.prepare(sql).raw().all();
    expect(all('SELECT * FROM ids ORDER BY id')).toEqual(ids);
    expect(all('SELECT * FROM pairs ORDER BY a, b')).toEqual(pairs);
    expect(all('SELECT * FROM other')).toEqual([[42]]);
    for (const row of [ids[0], ids[Math.floor(count / 2)], ids.at(-1)]) {
      if (row) expect(all(`SELECT * FROM ids WHERE id = ${row[0]}`)).toEqual([row]);
    }
    for (const row of [pairs[0], pairs[Math.floor(count / 2)], pairs.at(-1)]) {
      if (row) expect(all(`SELECT * FROM pairs WHERE a = ${row[0]} AND b = ${row[1]}`)).toEqual([row]);
    }
    database.exec('DELETE FROM ids WHERE id % 3 = 0; DELETE FROM pairs WHERE a % 2 = 0'); // SQLite can also change the trees
    expect(database.pragma('integrity_check')).toEqual([{integrity_check: 'ok'}]);
    database.close();
  });
});

/** Integers around every boundary of SQLite's storage classes, of both signs. */
function interesting(random: (limit: number) => number): number {
  const magnitude = 2 ** [0, 1, 6, 7, 8, 14, 15, 16, 22, 23, 24, 30, 31, 32, 39, 46, 47, 48, 52][random(19)]!;
  return (random(2) === 0 ? 1 : -1) * (magnitude + random(3) - 1) || 0; // no -0
}

test('rows out of order, twice, too short, of wrong kinds', async () => {
  await expect(write({ids: [[2, 0, null], [1, 0, null]]}, 4096)).rejects.toThrow(/ids: row 1 has key 1 after 2/); // biome-ignore format: rows
  await expect(write({pairs: [[1, 8, 0, null], [1, 8, 0, null]]}, 4096)).rejects.toThrow(/pairs: row 1 has key 1, 8 after 1, 8/); // biome-ignore format: rows
  await expect(write({ids: [[1, 2]]}, 4096)).rejects.toThrow(/ids: rows of 2 cells; expected 3/);
  await expect(write({ids: [[1, 1.5, null]]}, 4096)).rejects.toThrow(/ids: 1.5 is no integer/);
  await expect(write({ids: [[1, 2n, null]]}, 4096)).rejects.toThrow(/neither integers nor texts/);
  await expect(write({ids: [[2 ** 53, 2, null]]}, 4096)).rejects.toThrow(/ids: 9007199254740992 is no integer/);
  await expect(write({ids: [[-1, 2, null]]}, 4096)).rejects.toThrow(/ids: row 0 has key -1 after -1/);
  await expect(write({pairs: [[0, null, 2, null]]}, 4096)).rejects.toThrow(/pairs: NULL in the key/);
  await expect(write({ids: [[1, 2, 'x'.repeat(1100)]]}, 4096)).rejects.toThrow(/ids: a row of 1\d\d\d bytes; expected at most 1002/);
});

test('columns that are too short', async () => {
  const database = new NewDatabase(join(temporaryFolder(), 'x.db'), SCHEMA, 4096);
  const columns = ['id', 'number', 'text'];
  const batch = {count: 2, columns: [Uint32Array.of(1, 2), Uint32Array.of(1), Float64Array.of(1, 2)]};
  const table = {name: 'ids', sorted: true, columns, batches: () => [batch]};
  await expect(writeTable(database, table, {})).rejects.toThrow(/ids: 1 values for 2 rows/);
  database.close();
});

test('tables that cannot be written as pages', async () => {
  await expect(write({indexed: [[1, 2]]}, 4096)).rejects.toThrow(/index i of indexed was not written/);
  await expect(write({nowhere: [[1, 2]]}, 4096)).rejects.toThrow(/table nowhere/);
});

test('the page that SQLite keeps for locks stays free', () => {
  const path = join(temporaryFolder(), 'sparse.db');
  new Sqlite(path).exec('PRAGMA page_size = 32768; CREATE TABLE t (x)').close();
  const fd = openSync(path, 'r+');
  writeSync(fd, Uint8Array.of(0, 0, 0x7f, 0xff), 0, 4, 28); // 32767 pages: the next but one is at 1 GiB
  closeSync(fd);
  const file = new PageFile(path);
  const page = new Uint8Array(32768).fill(7);
  expect([file.append(page), file.append(page), file.append(page)]).toEqual([32768, 32770, 32771]);
  file.finish();
  file.close();
  expect(statSync(path).size).toBe(32771 * 32768);
  expect(new PageFile(path).append(page)).toBe(32772);
});

test('varints', () => {
  for (const [value, bytes] of [
    [0, [0]],
    [127, [127]],
    [128, [0x81, 0]],
    [16383, [0xff, 0x7f]],
    [16384, [0x81, 0x80, 0]],
    [2 ** 32, [0x90, 0x80, 0x80, 0x80, 0]],
    [2 ** 53 - 1, [0x8f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
  ] as const) {
    const buffer = new Uint8Array(10);
    expect([...buffer.subarray(0, writeVarint(buffer, 0, value))]).toEqual(bytes);
  }
});
