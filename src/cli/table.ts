/**
 * Rows of data → an aligned text table: numbers to the right with human sizes, text to the left, addresses in hexadecimal.
 * The last column of text may be cut to the terminal's width, never when the output goes to a file or a pipe.
 */

import {type Bytes, hex} from '../base/units.js';
import type {ColumnKind} from '../database/queries/run-query.js';

/** Key of the row, and title → how its value is printed; in the order of the columns. */
export type TableColumns = Readonly<Record<string, ColumnKind>>;
export type TableRow = Readonly<Record<string, unknown>>;

export interface TableOptions {
  /** Sizes with every digit instead of KB, MB, … */
  readonly exact?: boolean | undefined;
  /** Longest line; undefined for any, and 0 as well: terminals that do not know their size say so. */
  readonly width?: number | undefined;
}

/** The table's lines, the header first; an empty table is its header alone. */
export function formatTable(columns: TableColumns, rows: readonly TableRow[], options: TableOptions = {}): string[] {
  const names = Object.keys(columns);
  const kinds = Object.values(columns);
  const titles = names.map((name) => name.replaceAll('_', ' ').toUpperCase());
  const cells = rows.map((row) => names.map((name, column) => formatCell(row[name], kinds[column]!, options.exact)));
  const widths = titles.map((title, column) => Math.max(title.length, ...cells.map((line) => line[column]!.length)));
  return [titles, ...cells].map((line) => {
    const padded = line.map((cell, column) => (isLeft(kinds[column]!) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)));
    const text = padded.join('  ').trimEnd();
    return options.width && text.length > options.width ? `${text.slice(0, options.width - 1)}…` : text;
  });
}

/** One row as a line for each value that is known, labelled by its key. */
export function formatFields(columns: TableColumns, row: TableRow, options: TableOptions = {}): string[] {
  const known = Object.entries(columns).filter(([name]) => row[name] !== null && row[name] !== undefined);
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known.map(([name, kind]) => `${name.replaceAll('_', ' ').padEnd(width)}  ${formatCell(row[name], kind, options.exact)}`);
}

/** One value as the table prints it; what is not known is a dash. */
export function formatCell(value: unknown, kind: ColumnKind, exact = false): string {
  if (value === null || value === undefined) return '-';
  if (kind === 'flag') return value === 0 ? 'no' : 'yes';
  if (typeof value !== 'number') return printable(String(value));
  if (kind === 'address') return hex(value);
  if (kind === 'share') return `${(value * 100).toFixed(1)}%`;
  if (kind === 'bytes') return exact ? digits(value) : formatBytes(value);
  return value.toString();
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];
/** Three digits or more, in units of 1024. */
export function formatBytes(bytes: Bytes): string {
  let size = bytes;
  let unit = 0;
  while (Math.abs(size) >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return unit === 0 ? `${digits(size)} B` : `${size.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0)} ${UNITS[unit]}`;
}

/** Shares of a byte, as an object's part of its span's tail, have two decimals. */
function digits(size: Bytes): string {
  return Number.isInteger(size) ? size.toString() : size.toFixed(2);
}

/** Names and strings of a dump may hold anything: control characters must not reach the terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isLeft(kind: ColumnKind): boolean {
  return kind === 'text' || kind === 'flag';
}
