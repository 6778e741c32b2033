/**
 * Rows of data → an aligned text table: numbers to the right with human sizes, text to the left, addresses in hexadecimal.
 * On a terminal that is too narrow, text takes several lines, then columns are left out (fit-columns.ts), and a line below says so. No
 * address and no value of a column of numbers is ever cut. Into a file or a pipe every line goes whole.
 */

import {formatBytes} from '../base/format-bytes.js';
import {printable} from '../base/printable.js';
import {type Bytes, hex} from '../base/units.js';
import type {ColumnKind} from '../database/queries/run-query.js';
import {type ColumnNeed, fitColumns, GAP} from './fit-columns.js';
import {widestUnbroken, wrapText} from './wrap-text.js';

/** Key of the row, and title → how its value is printed; in the order of the columns. */
export type TableColumns = Readonly<Record<string, ColumnKind>>;
export type TableRow = Readonly<Record<string, unknown>>;

export interface TableOptions {
  /** Sizes with every digit instead of KiB, MiB, … */
  readonly exact?: boolean | undefined;
  /** Longest line; undefined for any, and 0 as well: terminals that do not know their size say so. */
  readonly width?: number | undefined;
  /** No column is left out, nor any text: lines may then be longer than the width. */
  readonly keepsAll?: boolean | undefined;
  /** By row: lines to stand below it, from its first text on. */
  readonly below?: readonly (readonly string[])[] | undefined;
}

/** Lines. */
export interface TextTable {
  readonly head: readonly string[];
  readonly body: readonly string[];
  /** What was left out. */
  readonly note: readonly string[];
}

/** Text is not made narrower than this. */
const NARROW_TEXT = 12;
/** Longer text is cut to its beginning and its end, unless it has an address. */
const MOST_LINES = 3;

/** The table's lines, the header first; an empty table is its header alone. */
export function formatTable(columns: TableColumns, rows: readonly TableRow[], options: TableOptions = {}): string[] {
  const {head, body, note} = layOutTable(columns, rows, options);
  return [...head, ...body, ...note];
}

/** As `formatTable`, in parts. */
export function layOutTable(columns: TableColumns, rows: readonly TableRow[], options: TableOptions = {}): TextTable {
  const titles = Object.keys(columns).map((name) => ({text: printable(name.replaceAll('_', ' ').toUpperCase()), isWhole: false}));
  const cells = rows.map((row) => Object.entries(columns).map(([name, kind]) => cellOf(row[name], kind, options.exact)));
  const needs = Object.entries(columns).map(([name, kind], column) => needOf(name, kind, titles[column]!, cells, column, !options.width));
  const widths = fitColumns(needs, options.width || Number.MAX_SAFE_INTEGER, options.keepsAll);
  const kept = Object.values(columns).flatMap((kind, column) => {
    const width = widths[column];
    return width === undefined ? [] : [{column, width, isLeft: isLeft(kind)}];
  });
  let isCut = false;
  const wrap = ({text, isWhole}: Cell, width: number): string[] => {
    const lines = isWhole ? [text] : wrapText(text, width);
    if (options.keepsAll || lines.length <= MOST_LINES || /0x[0-9a-f]/i.test(text)) return lines;
    isCut = true;
    return [...lines.slice(0, MOST_LINES - 1), `…${text.slice(1 - width)}`];
  };
  const linesOf = (line: readonly Cell[]): string[] => {
    const parts = kept.map(({column, width}) => wrap(line[column]!, width));
    const height = Math.max(...parts.map((part) => part.length));
    const pad = (text: string, {width, isLeft}: {width: number; isLeft: boolean}) => (isLeft ? text.padEnd(width) : text.padStart(width));
    return Array.from({length: height}, (_, at) =>
      kept
        .map((column, index) => pad(parts[index]![at] ?? '', column))
        .join(' '.repeat(GAP))
        .trimEnd(),
    );
  };
  const firstText = kept.findIndex(({isLeft}) => isLeft);
  const indent = kept.slice(0, Math.max(0, firstText)).reduce((sum, {width}) => sum + width + GAP, 0);
  const belowRow = (row: number) => (options.below?.[row] ?? []).flatMap((line) => linesBelow(line, indent, options.width));
  const [head, body] = [linesOf(titles), cells.flatMap((line, row) => [...linesOf(line), ...belowRow(row)])];
  const dropped = titles.filter((_, column) => widths[column] === undefined).map(({text}) => text);
  return {head, body, note: noteLines(dropped, isCut, options.width)};
}

/** `isRoomy`: nothing will be broken. */
function needOf(
  name: string,
  kind: ColumnKind,
  title: Cell,
  cells: readonly (readonly Cell[])[],
  column: number,
  isRoomy: boolean,
): ColumnNeed {
  let natural = title.text.length;
  let least = Math.max(kind === 'text' ? NARROW_TEXT : 0, ...title.text.split(' ').map((word) => word.length));
  for (const line of cells) {
    const {text, isWhole} = line[column]!;
    natural = Math.max(natural, text.length);
    if (!isRoomy) least = Math.max(least, isWhole ? text.length : widestUnbroken(text));
  }
  return {name, natural, least: Math.min(natural, least), isText: kind === 'text'};
}

interface Cell {
  readonly text: string;
  /** Never broken: anything but text. */
  readonly isWhole: boolean;
}

function cellOf(value: unknown, kind: ColumnKind, exact: boolean | undefined): Cell {
  return {text: formatCell(value, kind, exact), isWhole: kind !== 'text' || typeof value === 'number'};
}

/** Terminals narrower than the indent leaves room for get the line from the left on. */
function linesBelow(text: string, indent: number, width: number | undefined): string[] {
  const room = (width || Number.MAX_SAFE_INTEGER) - indent;
  const margin = room < NARROW_TEXT ? '' : ' '.repeat(indent);
  return wrapText(printable(text), room < NARROW_TEXT ? width! : room).map((line) => margin + line);
}

function noteLines(dropped: readonly string[], isCut: boolean, width: number | undefined): string[] {
  if (dropped.length === 0 && !isCut) return [];
  const what = [...(dropped.length > 0 ? [`without ${dropped.join(', ')}`] : []), ...(isCut ? ['long names cut (…)'] : [])];
  return wrapText(`(${what.join(', ')}; --wide shows all)`, width || Number.MAX_SAFE_INTEGER);
}

/** One row as a line for each value that is known, labelled by its key; wrapped to the width. */
export function formatFields(columns: TableColumns, row: TableRow, options: TableOptions = {}): string[] {
  const known = Object.entries(columns).filter(([name]) => row[name] !== null && row[name] !== undefined);
  const width = Math.max(0, ...known.map(([name]) => name.length));
  const labelled = known.map(
    ([name, kind]) => [printable(name).replaceAll('_', ' ').padEnd(width), [formatCell(row[name], kind, options.exact)]] as const,
  );
  return formatLabelled(labelled, options.width);
}

/** Labels with their lines beside them, not longer than `width` where addresses allow it. */
export function formatLabelled(fields: readonly (readonly [label: string, lines: readonly string[]])[], width?: number): string[] {
  const margin = Math.max(0, ...fields.map(([label]) => label.length)) + GAP;
  const room = width ? Math.max(NARROW_TEXT, width - margin) : Number.MAX_SAFE_INTEGER;
  return fields.flatMap(([label, lines]) =>
    lines.flatMap((line) => wrapText(line, room)).map((line, at) => `${(at === 0 ? label : '').padEnd(margin)}${line}`),
  );
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

/** Shares of a byte, as an object's part of its span's tail, have two decimals. */
function digits(size: Bytes): string {
  return Number.isInteger(size) ? size.toString() : size.toFixed(2);
}

function isLeft(kind: ColumnKind): boolean {
  return kind === 'text' || kind === 'flag';
}
