/**
 * Columns of a named query → those that a table shows, in the table's order; JSON always has all of them.
 */
import type {Query} from '../database/queries/run-query.js';
import type {TableColumns} from './table.js';

export function pickColumns<Q extends Query>(query: Q, ...names: (keyof Q['columns'] & string)[]): TableColumns {
  return Object.fromEntries(names.map((name) => [name, query.columns[name]!]));
}
