/**
 * Files that are no database of goheap's: each gets an error that says what it is and what to do.
 */
import {copyFileSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import Sqlite from 'better-sqlite3';
import {expect, test} from 'vitest';
import {isSqliteFile, openConnection} from '../../../src/sql/open-database.js';
import {readGraph} from '../../../src/sql/read-graph.js';
import {exportText, temporaryFolder, ZOO} from '../../kit/exported.js';

test('a missing file, a folder, a text file, an empty file', () => {
  const folder = temporaryFolder();
  expect(() => openConnection(join(folder, 'none.db'))).toThrow(/none\.db: no such file/);
  expect(() => openConnection(folder)).toThrow(/not a regular file/);
  writeFileSync(join(folder, 'text'), 'This is not a database, but long enough to be one.');
  expect(() => openConnection(join(folder, 'text'))).toThrow(/text: at 0x0: not an SQLite database/);
  writeFileSync(join(folder, 'empty'), '');
  expect(isSqliteFile(join(folder, 'empty'))).toBe(false);
  expect(() => openConnection(join(folder, 'empty'))).toThrow(
    expect.objectContaining({code: 'bad-format', hint: expect.stringContaining('goheap convert')}),
  );
});

test('a database of somebody else', () => {
  const path = join(temporaryFolder(), 'other.db');
  new Sqlite(path).exec('CREATE TABLE meta (a, b); CREATE TABLE edges (x); CREATE TABLE others (x)').close();
  expect(() => openConnection(path)).toThrow(/not one that goheap wrote/);
});

test.each([
  ['a view of somebody else', 'CREATE VIEW mine AS SELECT 1', /mine is not as goheap makes it/],
  ['another view of a name', 'DROP VIEW histogram; CREATE VIEW histogram AS SELECT * FROM types', /histogram is not as goheap makes it/],
  ['a trigger', 'CREATE TRIGGER t INSERT ON meta BEGIN SELECT 1; END', /t is not as goheap makes it/],
  ['a table too few', 'DROP TABLE allocations', /allocations is not as goheap makes it/],
])('a changed schema: %s', async (_, sql, message) => {
  const {path} = await exportText(ZOO);
  const copy = join(temporaryFolder(), 'copy.db');
  copyFileSync(path, copy);
  new Sqlite(copy).exec(`PRAGMA foreign_keys = OFF; ${sql}`).close();
  expect(() => openConnection(copy)).toThrow(expect.objectContaining({code: 'bad-format', message: expect.stringMatching(message)}));
});

test('another schema version', async () => {
  const {path} = await exportText(ZOO);
  const copy = join(temporaryFolder(), 'copy.db');
  copyFileSync(path, copy);
  new Sqlite(copy).exec(`UPDATE meta SET value = 1 WHERE key = 'schema_version'`).close();
  expect(() => openConnection(copy)).toThrow(
    expect.objectContaining({code: 'unsupported', message: expect.stringContaining('schema version 1')}),
  );
});

test('a header that no SQLite knows', async () => {
  const {path} = await exportText(ZOO);
  const copy = join(temporaryFolder(), 'copy.db');
  const bytes = readFileSync(path);
  bytes.writeUInt32BE(77, 44); // the number of the schema's format
  writeFileSync(copy, bytes);
  expect(() => openConnection(copy)).toThrow(
    expect.objectContaining({code: 'bad-format', message: expect.stringContaining('unsupported file format')}),
  );
});

test('a page that is noise', async () => {
  const {path} = await exportText(ZOO);
  const copy = join(temporaryFolder(), 'copy.db');
  const bytes = readFileSync(path);
  const page = new Sqlite(path).prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'objects'").pluck().get() as number;
  bytes.fill(0xff, (page - 1) * 32768, page * 32768);
  writeFileSync(copy, bytes);
  await expect(readGraph(openConnection(copy))).rejects.toMatchObject({code: 'bad-format', message: expect.stringContaining('malformed')});
});

test('a damaged database ends in an error', async () => {
  const {path} = await exportText(ZOO);
  const copy = join(temporaryFolder(), 'copy.db');
  copyFileSync(path, copy);
  truncateSync(copy, readFileSync(path).length / 2);
  const read = async () => readGraph(openConnection(copy));
  await expect(read()).rejects.toMatchObject({code: 'bad-format'});
});

test.each([
  ['an object outside its span', 'UPDATE objects SET address = address + 1 WHERE id = 8', /objects, row 8: its address is no slot/],
  ['a missing object', 'DELETE FROM objects WHERE id = 8', /objects, row 9: expected id 8/],
  ['a pointer to nothing', 'UPDATE edges SET target_id = 999 WHERE source_id = 1', /edges, row 1 → 999: no such nodes/],
  ['an unknown kind', `UPDATE types SET kind = 'monad' WHERE id = 2`, /types, row 2: 'monad' is not one of/],
  ['an element type that is none', 'UPDATE types SET element_id = 77 WHERE id = 3', /types, row 3: no type 77/],
  ['a type that is too large', `UPDATE objects SET type_id = (SELECT id FROM types WHERE name = 'main.Big') WHERE id = 7`, /needs 72/],
  ['a frame of nobody', 'INSERT INTO frames (id, goroutine_id) VALUES (0, 5)', /frames, row 0: no goroutine 5/],
  ['layouts that are no JSON', `UPDATE meta SET value = '{' WHERE key = 'value_layouts'`, /value_layouts: not JSON/],
  ['holders in a circle', 'UPDATE objects SET holder_id = id WHERE depth = 2', /is not nearer to a root/],
  ['dominators in a circle', 'UPDATE objects SET other_dominator_id = id WHERE depth = 2', /does not retain it/],
  [
    'a type that contains itself',
    `UPDATE fields SET field_type_id = type_id, offset = 0 WHERE position = 0`,
    /contains itself|offset order/,
  ],
])('a manipulated database: %s', async (_, sql, message) => {
  const {path} = await exportText(ZOO);
  const copy = join(temporaryFolder(), 'copy.db');
  copyFileSync(path, copy);
  new Sqlite(copy).exec(`PRAGMA foreign_keys = OFF; ${sql}`).close(); // else SQLite itself refuses
  await expect(readGraph(openConnection(copy))).rejects.toMatchObject({code: 'bad-format', message: expect.stringMatching(message)});
});
