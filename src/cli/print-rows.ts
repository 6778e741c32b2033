/**
 * The rows of a user's query → text, as they come: a table for people, CSV (RFC 4180), or a JSON array of objects.
 * NULL is a dash, an empty field, null; bytes are hexadecimal, and so are characters that are no text (printable.ts). Waits when the reader is slower than the query.
 */
import {once} from 'node:events';
import type {Writable} from 'node:stream';
import {GoheapError} from '../base/errors.js';
import {printable, printableJson} from '../base/printable.js';
import type {ColumnKind} from '../database/queries/run-query.js';
import type {Row, SqlDatabase, SqlValue} from '../sql/index.js';
import {layOutTable} from './table.js';

export type RowFormat = 'table' | 'csv' | 'csv-safe' | 'json';

/** Rows that are aligned together, and written at once. */
const BLOCK = 500;

/** What answers a statement. */
export type RowSource = Pick<SqlDatabase, 'columns'> & {each(sql: string): AsyncIterable<Row>};

export interface RowOptions {
  /** Of the terminal, for tables. */
  readonly width?: number | undefined;
  /** How a column of a table is printed: `text`, as it is, unless said. CSV and JSON have what the statement gives. */
  readonly kindOf?: (column: string) => ColumnKind;
}

/** Throws `usage` for what is not one reading statement, or names two columns alike. */
export async function printRows(
  database: RowSource,
  sql: string,
  format: RowFormat,
  output: Writable,
  options: RowOptions = {},
): Promise<void> {
  const names = await distinctColumns(database, sql);
  const print = PRINTERS[format](names, options);
  let block: Row[] = [];
  let isFirst = true;
  const flush = async (isLast: boolean) => {
    if (!output.write(print(block, isFirst, isLast))) await once(output, 'drain');
    isFirst = false;
    block = [];
  };
  for await (const row of database.each(sql)) {
    block.push(row);
    if (block.length === BLOCK) await flush(false);
  }
  await flush(true);
}

/** Names of a statement's columns. Throws `usage` where two are the same, and for what is not one reading statement. */
export async function distinctColumns(database: RowSource, sql: string): Promise<string[]> {
  const names = await database.columns(sql);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new GoheapError('usage', `SQL: two columns are named ${twice}`, {hint: 'Give one of them another name with AS.'});
  return names;
}

/** One block of rows as text; the first one brings the header, the last one the end. */
type BlockPrinter = (rows: readonly Row[], isFirst: boolean, isLast: boolean) => string;

const PRINTERS: Readonly<Record<RowFormat, (names: readonly string[], options: RowOptions) => BlockPrinter>> = {
  table: (names, {width, kindOf = () => 'text'}) => {
    const columns = Object.fromEntries(names.map((name) => [name, kindOf(name)]));
    return (rows, isFirst) => {
      const shown = rows.map((row) => Object.fromEntries(names.map((name) => [name, shownValue(row[name]!)])));
      const {head, body} = layOutTable(columns, shown, {width, keepsAll: true}); // the user chose the columns
      return lines(isFirst ? [...head, ...body] : body);
    };
  },
  csv: (names) => csvPrinter(names, printable),
  'csv-safe': (names) => csvPrinter(names, (text) => guarded(printable(text))),
  json: () => {
    let isEmpty = true;
    return (rows, isFirst, isLast) => {
      let text = isFirst ? '[' : '';
      for (const row of rows) {
        text += `${isEmpty ? '\n' : ',\n'}${printableJson(row, undefined, jsonValue)}`;
        isEmpty = false;
      }
      return isLast ? `${text}${isEmpty ? '' : '\n'}]\n` : text;
    };
  },
};

function lines(list: readonly string[]): string {
  return list.map((line) => `${line}\n`).join('');
}

function shownValue(value: SqlValue): SqlValue {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

function csvPrinter(names: readonly string[], shown: (text: string) => string): BlockPrinter {
  const line = (values: readonly SqlValue[]) => values.map((value) => csvField(typeof value === 'string' ? shown(value) : value)).join(',');
  return (rows, isFirst) => {
    const body = rows.map((row) => line(names.map((name) => row[name]!)));
    return lines(isFirst ? [line(names), ...body] : body);
  };
}

/** Spreadsheets take a text that begins so for a formula, and run it. The apostrophe says that it is text. */
function guarded(text: string): string {
  return /^[=+\-@]/.test(text) ? `'${text}` : text;
}

function csvField(value: SqlValue): string {
  const text = value === null ? '' : String(shownValue(value));
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function jsonValue(this: unknown, key: string, value: unknown): unknown {
  // Buffers bring their own toJSON, which has already run: the row still has the bytes.
  const own = (this as Record<string, unknown>)[key];
  return own instanceof Uint8Array ? Buffer.from(own).toString('hex') : value;
}
