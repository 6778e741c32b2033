/**
 * What became of rows → the tables of `goheap diff` and `goheap trend`.
 */
import {shortenPackages} from '../base/short-packages.js';
import type {HeapDiff} from '../database/diff-heaps.js';
import {perSection, SECTIONS} from '../findings/heap-rows.js';
import type {TrendRow} from '../findings/heap-trend.js';
import type {RowChange} from '../findings/row-series.js';
import {formatTable, type TableColumns, type TableOptions, type TableRow} from './table.js';

export const diffColumns: TableColumns = {
  state: 'text',
  before_count: 'count',
  after_count: 'count',
  before_bytes: 'bytes',
  after_bytes: 'bytes',
  delta_bytes: 'bytes',
  name: 'text',
};

/** `isWhole`: import paths are not shortened. */
export function diffTable(
  rows: readonly RowChange[],
  {isWhole}: {readonly isWhole: boolean},
): {cells: readonly TableRow[]; below: readonly (readonly string[])[]} {
  const short = isWhole ? (text: string) => text : shortenPackages(rows.flatMap(({name, from}) => [name, from ?? '']));
  return {
    cells: rows.map((row) => ({...row, name: short(row.name)})),
    below: rows.map(({from}) => (from === null ? [] : [`was ${short(from)}`])),
  };
}

export const livesColumns: TableColumns = {
  survived_count: 'count',
  died_count: 'count',
  born_count: 'count',
  survived_bytes: 'bytes',
  died_bytes: 'bytes',
  born_bytes: 'bytes',
  type: 'text',
};
export const keptColumns: TableColumns = {count: 'count', bytes: 'bytes', name: 'text', type: 'text'};

/** The first rows of each table. */
export function cutDiff(diff: HeapDiff, top: number): HeapDiff {
  const cut = <T>(rows: readonly T[]) => rows.slice(0, top);
  return {
    sentences: diff.sentences,
    ...perSection((section) => cut(diff[section])),
    objects: diff.objects && cut(diff.objects),
    kept: diff.kept && cut(diff.kept),
  };
}

/** What is different: sentences, then tables. */
export function diffLines(diff: HeapDiff, {isWhole, ...options}: TableOptions & {readonly isWhole: boolean}): string[] {
  const {sentences, objects, kept} = diff;
  const table = (title: string, columns: TableColumns, rows: readonly object[], below?: TableOptions['below']) => {
    return ['', title.toUpperCase(), ...formatTable(columns, rows as readonly TableRow[], {...options, below})];
  };
  const sections = SECTIONS.filter((section) => diff[section].length > 0).flatMap((section) => {
    const {cells, below} = diffTable(diff[section], {isWhole});
    return table(section.replaceAll('_', ' '), diffColumns, cells, below);
  });
  return [
    ...sentences,
    ...(kept?.length ? table('born between the first two, and alive in the third', keptColumns, kept) : []),
    ...sections,
    ...(objects?.length ? table('objects of this process', livesColumns, objects) : []),
    ...(sections.length === 0 && !objects?.length ? ['Nothing is different.'] : []),
  ];
}

/** A column of bytes for each dump, and whether the row grew in every step. */
export function trendTable(
  rows: readonly TrendRow[],
  {isWhole}: {readonly isWhole: boolean},
): {columns: TableColumns; cells: readonly TableRow[]} {
  const short = isWhole ? (text: string) => text : shortenPackages(rows.map(({name}) => name));
  const dumps = (rows[0]?.bytes ?? []).map((_, dump) => `dump_${dump + 1}`);
  const bytes = Object.fromEntries(dumps.map((dump) => [dump, 'bytes' as const]));
  return {
    columns: {grows: 'flag', ...bytes, delta_bytes: 'bytes', delta_count: 'count', name: 'text'},
    cells: rows.map((row) => ({
      ...row,
      grows: row.grows ? 1 : 0,
      name: short(row.name),
      ...Object.fromEntries(dumps.map((dump, index) => [dump, row.bytes[index]])),
    })),
  };
}
