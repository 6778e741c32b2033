/**
 * The thread that writes: the same bytes as without one, and what goes wrong there is told here as it is. Threads need compiled files.
 */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {Batch} from '../../../src/base/column-batch.js';
import {NewDatabase} from '../../../src/sql/write/create-database.js';
import type {writeAside} from '../../../src/sql/write/write-aside.js';
import {type DatabaseWriter, type TableRows, writeTable} from '../../../src/sql/write/write-table.js';
import {temporaryFolder} from '../../kit/exported.js';
import {batchesOf} from '../../kit/table-batches.js';

const SCHEMA = `CREATE TABLE small (any ANY, bytes BLOB) STRICT; CREATE TABLE large (id INTEGER PRIMARY KEY, number INTEGER, text TEXT) STRICT`;
const built = new URL('../../../dist/src/sql/write/write-aside.js', import.meta.url);
const aside = ((await import(built.href)) as {writeAside: typeof writeAside}).writeAside;

const SMALL: TableRows = {name: 'small', columns: ['any', 'bytes'], batches: () => batchesOf([[7n, Uint8Array.of(1, 2)], ['x', null]])}; // biome-ignore format: rows

/** One batch that changes, as those of the large tables do; with texts of up to a kilobyte, or more than the buffers have room for. */
function* changingBatches(longest: number): Generator<Batch> {
  const count = 500;
  const [id, number, start, length] = [new Uint32Array(count), new Float64Array(count), new Uint32Array(count), new Uint32Array(count)];
  for (let first = 0; first < 20_000; first += count) {
    for (let row = 0; row < count; row++) {
      id[row] = first + row;
      number[row] = row % 3 === 0 ? Number.NaN : first * 1e9;
      length[row] = (first + row) % longest;
      start[row] = first % 7;
    }
    yield {count, columns: [id, number, {pool: new Uint8Array(longest * 3000).fill(65 + (first % 26)), start, length}]};
  }
}

async function writeAll(database: DatabaseWriter, longest: number): Promise<void> {
  const large: TableRows = {name: 'large', columns: ['id', 'number', 'text'], sorted: true, batches: () => changingBatches(longest)};
  try {
    expect(await writeTable(database, SMALL, {})).toBe(2);
    expect(await writeTable(database, large, {})).toBe(20_000);
    await database.finish();
  } finally {
    await database.close();
  }
}

test.each([40, 1000])('the same bytes, with texts of up to %d bytes', async (longest) => {
  const folder = temporaryFolder();
  const paths = [join(folder, 'a.db'), join(folder, 'b.db')];
  await writeAll(aside(paths[0]!, SCHEMA, {}), longest);
  await writeAll(new NewDatabase(paths[1]!, SCHEMA), longest);
  expect(readFileSync(paths[0]!).equals(readFileSync(paths[1]!))).toBe(true);
});

test('an error of the thread has its code and hint, and comes before the end', async () => {
  const database = aside(join(temporaryFolder(), 'nowhere', 'x.db'), SCHEMA, {});
  const error = {name: 'GoheapError', code: 'io', hint: expect.stringContaining('Create the folder')};
  await expect(writeAll(database, 40)).rejects.toMatchObject(error);
});

test('a batch that is refused ends a table without end', async () => {
  const database = aside(join(temporaryFolder(), 'x.db'), SCHEMA, {});
  function* forever(): Generator<Batch> {
    for (;;) yield* batchesOf([[1, 2, 'x']]);
  }
  const table: TableRows = {name: 'large', columns: ['id', 'number', 'text'], sorted: true, batches: forever};
  await expect(writeTable(database, table, {})).rejects.toMatchObject({code: 'mismatch', message: 'large: row 1 has key 1 after 1'});
  await database.close();
});

test('an abort is noticed while it waits for the thread', async () => {
  const controller = new AbortController();
  const database = aside(join(temporaryFolder(), 'x.db'), SCHEMA, {signal: controller.signal});
  const finished = database.finish();
  controller.abort(new Error('stopped by the test'));
  await expect(finished).rejects.toThrow('stopped by the test');
  await database.close();
});
