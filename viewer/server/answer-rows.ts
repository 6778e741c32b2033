/**
 * The rows of a statement → the JSON text of an `Answer`, within limits: so many rows, so many bytes, and no cell longer than anybody reads.
 * Rows are made into text one by one, so that the memory they take is that of the answer.
 */
import {statementError} from '../../src/sql/sqlite-errors.js';
import type {prepareUserSql} from '../../src/sql/user-sql.js';
import type {Answer, AnswerCell} from '../protocol.js';

const MOST_CHARACTERS = 4 * 2 ** 20;
const LONGEST_CELL = 64 * 1024;

/** Throws `usage` for what the statement did wrong. */
export function answerRows(
  path: string,
  statement: ReturnType<typeof prepareUserSql>,
  params: Readonly<Record<string, string | number>>,
  most: number,
): string {
  const columns = statement.columns().map(({name}) => name);
  const rows: string[] = [];
  let cut: Answer['cut'];
  let characters = 0;
  const started = performance.now();
  try {
    for (const row of statement.raw().iterate(params) as IterableIterator<unknown[]>) {
      if (rows.length === most) cut = 'rows';
      else if (characters > MOST_CHARACTERS) cut = 'bytes';
      if (cut) break;
      const text = JSON.stringify(row.map(cellOf));
      characters += text.length;
      rows.push(text);
    }
  } catch (error) {
    throw statementError(path, error);
  }
  const milliseconds = Math.round((performance.now() - started) * 100) / 100;
  const rest = JSON.stringify({...(cut ? {cut} : {}), milliseconds});
  return `{"columns":${JSON.stringify(columns)},"rows":[${rows.join(',')}],${rest.slice(1)}`;
}

/** Bytes are hexadecimal; numbers that JSON lacks are text. */
function cellOf(value: unknown): AnswerCell {
  if (value === null) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  const text =
    value instanceof Uint8Array
      ? Buffer.from(value.buffer, value.byteOffset, Math.min(value.length, LONGEST_CELL)).toString('hex')
      : String(value);
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text;
}
