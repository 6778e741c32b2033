/**
 * The columns of schema.sql's tables with their types, as SQLite itself reads them: for formats that need a type for each column.
 */
import Sqlite from 'better-sqlite3';
import {schemaText} from './schema.js';

export type SqlType = 'INTEGER' | 'REAL' | 'TEXT' | 'BLOB' | 'ANY';

/** By table the columns in order, those that are computed when they are read included. */
export function tableColumns(): ReadonlyMap<string, ReadonlyMap<string, SqlType>> {
  const empty = new Sqlite(':memory:');
  try {
    empty.exec(schemaText());
    const columns = empty.prepare<[], {table: string; column: string; type: SqlType}>(
      'SELECT t.name AS "table", c.name AS "column", upper(c.type) AS type ' +
        "FROM sqlite_schema t, pragma_table_xinfo(t.name) c WHERE t.type = 'table' ORDER BY t.rowid, c.cid",
    );
    const tables = new Map<string, Map<string, SqlType>>();
    for (const {table, column, type} of columns.all()) tables.set(table, (tables.get(table) ?? new Map()).set(column, type));
    return tables;
  } finally {
    empty.close();
  }
}
