/**
 * A named query and its parameters → the statement as a user would write it, for the console.
 */
import type {Query} from '../../src/database/queries/run-query.js';

/** The order that a table shows, when it is not the query's own. */
export interface Order {
  readonly column: string;
  readonly isDescending: boolean;
}

export function sqlOf(query: Pick<Query, 'sql'>, params: Readonly<Record<string, string | number>>, order?: Order): string {
  const sql = dedent(query.sql).replace(/:([a-z]\w*)/g, (whole, name: string) => (name in params ? literal(params[name]!) : whole));
  if (order === undefined) return sql;
  return `SELECT * FROM (\n${sql.replace(/^/gm, '  ')}\n) ORDER BY "${order.column}"${order.isDescending ? ' DESC' : ''}`;
}

function literal(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}

/** Takes away the indentation that the statement has in its source file. */
function dedent(sql: string): string {
  const indents = [...sql.matchAll(/\n( +)\S/g)].map((match) => match[1]!.length);
  const common = indents.length === 0 ? 0 : Math.min(...indents);
  return sql.replaceAll(`\n${' '.repeat(common)}`, '\n').trim();
}
