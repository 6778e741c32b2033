/**
 * Rows of the query `schema` → tables with columns and the comments that schema.sql has about them.
 */
import type {RowOf} from '../../src/database/queries/run-query.js';
import type {schema} from '../../src/database/queries/schema-queries.js';

export interface SchemaTable {
  readonly name: string;
  readonly kind: string;
  readonly columns: readonly {readonly name: string; readonly type: string; readonly comment: string | undefined}[];
}

export function schemaTables(rows: readonly RowOf<typeof schema>[]): SchemaTable[] {
  const tables = new Map<string, {name: string; kind: string; columns: {name: string; type: string; comment: string | undefined}[]}>();
  let comments = new Map<string, string>();
  for (const row of rows) {
    if (row.sql !== null) comments = commentsOf(row.sql);
    const table = tables.get(row.table!) ?? {name: row.table!, kind: row.kind!, columns: []};
    tables.set(table.name, table);
    table.columns.push({name: row.column!, type: row.type ?? '', comment: comments.get(row.column!)});
  }
  return [...tables.values()];
}

/** `  name TYPE, -- comment` → comment by name. */
function commentsOf(sql: string): Map<string, string> {
  const lines = sql.matchAll(/^\s*"?(\w+)"? \w.*?-- (.+)$/gm);
  return new Map([...lines].map((match) => [match[1]!, match[2]!.trim()]));
}
