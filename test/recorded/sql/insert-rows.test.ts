/**
 * Rows in, rows out: batches that are full, partly full and empty, every kind of cell, and what a second row of one key does.
 */
import {join} from 'node:path';
import Sqlite from 'better-sqlite3';
import {expect, test} from 'vitest';
import type {Cell} from '../../../src/base/column-batch.js';
import {NewDatabase} from '../../../src/sql/write/create-database.js';
import {writeTable} from '../../../src/sql/write/write-table.js';
import {temporaryFolder} from '../../kit/exported.js';
import {batchesOf} from '../../kit/table-batches.js';

async function insert(rows: readonly Cell[][]): Promise<{count: number; read: unknown[]}> {
  const path = join(temporaryFolder(), 'x.db');
  const database = new NewDatabase(path, 'CREATE TABLE t (id INTEGER PRIMARY KEY, number INTEGER, text TEXT, bytes BLOB, any ANY) STRICT');
  try {
    const columns = ['id', 'number', 'text', 'bytes', 'any'];
    const count = await writeTable(database, {name: 't', columns, batches: () => batchesOf(rows, 10_000)}, {});
    database.finish();
    const reader = new Sqlite(path);
    const read = reader.prepare('SELECT * FROM t ORDER BY id').raw().all();
    reader.close();
    return {count, read};
  } finally {
    database.close();
  }
}

test.each([0, 1, 255, 256, 257, 511, 512, 1000, 70_000])('%d rows', async (count) => {
  const rows = Array.from({length: count}, (_, id): Cell[] => [id, id * 4294967296, id % 3 === 0 ? null : `text ${id}`, null, null]);
  const result = await insert(rows);
  expect(result.count).toBe(count);
  expect(result.read).toEqual(rows);
});

test('every kind of cell; an integer for a column of any type is a bigint', async () => {
  const {read} = await insert([[1, 2 ** 47, 'grün 😀', Uint8Array.of(0, 1, 255), 5n]]);
  expect(read).toEqual([[1, 2 ** 47, 'grün 😀', Buffer.of(0, 1, 255), 5]]);
});

test('a second row of one key is an error', async () => {
  const row: Cell[] = [1, 1, null, null, null];
  await expect(insert([row, row])).rejects.toThrow(/UNIQUE/);
});
