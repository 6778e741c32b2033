/**
 * The tables and views of the database with their columns, for the console. `sql` is the statement that made them, with formats/sqlite/schema.sql's
 * comments; only on the first column of each.
 */
import type {Query} from './run-query.js';

export const schema = {
  id: 'schema',
  title: 'Tables, views and their columns',
  sql: `SELECT s.name AS "table", s.type AS kind, c.name AS "column", c.type, CASE c.cid WHEN 0 THEN s.sql END AS sql
    FROM sqlite_schema s JOIN pragma_table_xinfo(s.name) c
    WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite%' ORDER BY s.type, s.rowid, c.cid`,
  params: {},
  columns: {table: 'text', kind: 'text', column: 'text', type: 'text', sql: 'text'},
} as const satisfies Query;
