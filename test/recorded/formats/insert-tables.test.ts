/**
 * What goheap writes as pages is what SQLite makes of the same batches when it inserts them.
 */
import {join} from 'node:path';
import Sqlite from 'better-sqlite3';
import {describe, expect, test} from 'vitest';
import {schemaText} from '../../../src/sql/schema.js';
import {NewDatabase} from '../../../src/sql/write/create-database.js';
import {writeTable} from '../../../src/sql/write/write-table.js';
import {tablesOf} from '../../../src/tables/heap-tables.js';
import {type Exported, exportText, temporaryFolder, ZOO} from '../../kit/exported.js';
import {LONG_LISTS} from '../../kit/long-lists.js';
import {randomGraphText} from '../../kit/random-graph.js';

const OWNER_INDEX = 'objects_owner';

describe.each([ZOO, LONG_LISTS, randomGraphText(7)])('graph %#', (text) => {
  test('pages and inserts', async () => {
    const exported = await exportText(text);
    const inserted = await insertTables(exported);
    const names = inserted.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").pluck().all();
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const sql = `SELECT * FROM ${name} WHERE ${name === 'meta' ? "key NOT IN ('schema_version', 'goheap_version')" : 'true'}`;
      expect(exported.all(sql), String(name)).toEqual(inserted.prepare(sql).all());
    }
    const byOwner = `SELECT owner_id, retained, id FROM objects INDEXED BY ${OWNER_INDEX} WHERE owner_id IS NOT NULL ORDER BY 1, 2 DESC, 3`;
    expect(exported.all(byOwner)).toEqual(inserted.prepare(byOwner).all());
    inserted.close();
  });
});

async function insertTables({columns}: Exported) {
  const path = join(temporaryFolder(), 'inserted.db');
  const database = new NewDatabase(path, schemaText());
  try {
    const tables = tablesOf(columns, {contents: 'preview', meta: {}});
    for (const sorted of [false, true]) {
      for (const table of tables)
        if ((table.sorted === true) === sorted && table.name !== OWNER_INDEX) await writeTable(database, {...table, sorted: false}, {});
    }
    database.finish();
  } finally {
    database.close();
  }
  return new Sqlite(path, {readonly: true});
}
