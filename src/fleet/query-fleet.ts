/**
 * One statement on a fleet → its columns and rows, as `printRows` takes them. Integers beyond a double's stay text.
 */
import type {DuckDBConnection, Json} from '@duckdb/node-api';
import {GoheapError} from '../base/errors.js';
import type {Row, SqlValue} from '../sql/index.js';
import {loadDuckDb} from './load-duckdb.js';
import {sqlError} from './open-fleet.js';

export class FleetRows {
  readonly #connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** Throws `usage` for what is not one reading statement. */
  async columns(sql: string): Promise<string[]> {
    const {StatementType} = await loadDuckDb();
    try {
      const statements = await this.#connection.extractStatements(sql);
      if (statements.count !== 1)
        throw new GoheapError('usage', `SQL: ${statements.count} statements; expected one`, {hint: 'Ask them one by one.'});
      const statement = await statements.prepare(0);
      const isReading = statement.statementType === StatementType.SELECT || statement.statementType === StatementType.EXPLAIN;
      if (!isReading) throw new GoheapError('usage', 'SQL: only a statement that reads', {hint: 'Begin with SELECT or WITH.'});
      return Array.from({length: statement.columnCount}, (_, column) => statement.columnName(column));
    } catch (error) {
      throw error instanceof GoheapError ? error : sqlError(error);
    }
  }

  async *each(sql: string): AsyncGenerator<Row> {
    const reader = await this.#connection.streamAndRead(sql).catch((error: unknown) => Promise.reject(sqlError(error)));
    const names = reader.columnNames();
    for (let row = 0; ; ) {
      await reader.readUntil(row + 2048);
      const rows = reader.getRowsJson();
      for (; row < rows.length; row++) {
        const types = reader.columnTypes();
        yield Object.fromEntries(names.map((name, column) => [name, cellOf(rows[row]![column]!, types[column]!.toString())]));
      }
      if (reader.done) return;
    }
  }
}

/** DuckDB's JSON writes large integers as text. */
function cellOf(value: Json, type: string): SqlValue {
  if (typeof value === 'string' && /^(U?BIGINT|U?HUGEINT|DECIMAL)/.test(type) && Number.isSafeInteger(Number(value))) return Number(value);
  if (typeof value === 'boolean') return String(value);
  return value === null || typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
}
