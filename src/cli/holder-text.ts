/**
 * Rows of the query `holders` → what `goheap top` prints and gives as JSON: `docs/json/top.schema.json` describes the latter.
 */
import {formatBytes, grouped} from '../base/format-bytes.js';
import {shortenPackages} from '../base/short-packages.js';
import type {holders} from '../database/queries/holder-queries.js';
import type {RowOf} from '../database/queries/run-query.js';
import type {ThreadWord} from '../graph/language.js';
import type {TableRow} from './table.js';

export type HolderQueryRow = RowOf<typeof holders>;

/** Nested, with null for what is not known or not there. */
export function holderJson(row: HolderQueryRow): object {
  const {rank, node_id, name, kind, type, count, retained, share, gathers_id, gathers_name, gathers_count, gathers_type} = row;
  const gathers =
    gathers_id === null ? null : {node_id: gathers_id, name: gathers_name, count: gathers_count, type: gathers_type, each: eachOf(row)};
  const {root_name, variables, goroutines, exact} = row;
  const held_by = root_name === null ? null : {name: root_name, variables, goroutines, exact: exact === 1};
  return {rank, node_id, name, kind, type, count, retained, share, gathers, held_by};
}

/** For a table with lines below its rows. `isWhole`: import paths are not shortened; `isExact`: sizes with every digit. */
export function holderTable(
  rows: readonly HolderQueryRow[],
  {isWhole, isExact, thread = 'goroutine'}: {readonly isWhole: boolean; readonly isExact: boolean; readonly thread?: ThreadWord},
): {rows: readonly TableRow[]; below: readonly (readonly string[])[]} {
  const names = rows.flatMap(({name, type, gathers_type, root_name}) => [name ?? '', type ?? '', gathers_type ?? '', root_name ?? '']);
  const short = isWhole ? (text: string) => text : shortenPackages(names);
  return {
    rows: rows.map((row) => {
      const {rank, kind, count, name, type} = row;
      if (kind === 'more') return {...row, rank, count: '', name: `${plural(count!, 'row')} more`, type: ''};
      return {...row, name: short(name!), type: type === null ? '' : short(type)};
    }),
    below: rows.map((row) => [gathersText(row, isExact), heldByText(row, thread)].filter((text) => text !== undefined).map(short)),
  };
}

function eachOf({gathers_count, gathers_retained}: HolderQueryRow): number {
  return Math.round(gathers_retained! / gathers_count!);
}

function gathersText(row: HolderQueryRow, isExact: boolean): string | undefined {
  const {gathers_name, gathers_count, gathers_type} = row;
  if (gathers_count === null) return undefined;
  const way = gathers_name === '' ? '' : `${gathers_name} `;
  const each = isExact ? `${eachOf(row)} B` : formatBytes(eachOf(row));
  return `${way}→ ${grouped(gathers_count)} × ${gathers_type}, ${each} each`;
}

/** Undefined where the row's name says it: nothing else leads there. */
function heldByText({root_name, variables, goroutines, exact}: HolderQueryRow, thread: ThreadWord): string | undefined {
  if (root_name === null || variables! + goroutines! === 0) return undefined;
  const others = [...counted(variables!, 'variable'), ...counted(goroutines!, thread)].join(', ');
  return `held by ${root_name} + ${exact === 1 ? '' : 'at least '}${others}`;
}

function counted(count: number, what: string): string[] {
  return count === 0 ? [] : [plural(count, what)];
}
function plural(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? '' : 's'}`;
}
