/**
 * What a named query is: SQL against formats/sqlite/schema.sql with typed parameters and columns. Commands, the server, the app and the
 * tests take their rows from these, so that every number on a screen has one SQL statement behind it.
 */

/** How a value is to be shown; the order of a query's columns is the order of the record. */
export type ColumnKind = 'text' | 'count' | 'number' | 'bytes' | 'share' | 'flag' | 'address' | 'node' | 'type';

export interface Query {
  readonly id: string;
  readonly title: string;
  readonly sql: string;
  readonly params: Readonly<Record<string, ColumnKind>>;
  readonly columns: Readonly<Record<string, ColumnKind>>;
}

type ValueOf<K extends ColumnKind> = K extends 'text' ? string : number;
/** One row. null is "not known" or "there is none". */
export type RowOf<Q extends Query> = {readonly [C in keyof Q['columns']]: ValueOf<Q['columns'][C]> | null};
export type ParamsOf<Q extends Query> = {readonly [P in keyof Q['params']]: ValueOf<Q['params'][P]>};

/** The part of `goheap/sql`'s database that queries need. */
export interface QueryDatabase {
  rows<R>(sql: string, parameters: Readonly<Record<string, string | number>>): Promise<R[]>;
}

export function runQuery<Q extends Query>(database: QueryDatabase, query: Q, params: ParamsOf<Q>): Promise<RowOf<Q>[]> {
  return database.rows<RowOf<Q>>(query.sql, params);
}

/** Whoever asks a query: a command its database, the page its server. */
export type Ask = <Q extends Query>(query: Q, params: ParamsOf<Q>) => Promise<RowOf<Q>[]>;
