/**
 * Tables of one dump, read into rows by name: what the fleet's tables are made of is small.
 */
import type {BatchColumn, Cell} from '../../src/base/column-batch.js';
import {checkpoint, type Work} from '../../src/base/progress.js';
import {NONE} from '../../src/base/units.js';
import type {BatchTable} from '../../src/tables/batch-table.js';

export type NamedRow = Readonly<Record<string, Cell>>;

/** What is wanted of a table: there are programs with a million frames, of which three columns are needed. */
export interface WantedRows {
  /** All when not given. */
  readonly columns?: readonly string[];
  readonly keep?: (row: NamedRow) => boolean;
}

/** In the order of `tables`, which must be read in it; those that are not wanted are never made. */
export async function keptRows(
  tables: readonly BatchTable[],
  wanted: Readonly<Record<string, WantedRows>>,
  work: Work,
): Promise<ReadonlyMap<string, NamedRow[]>> {
  const kept = new Map<string, NamedRow[]>();
  for (const table of tables) {
    const want = wanted[table.name];
    if (want !== undefined) kept.set(table.name, await readKept(table, want, work));
  }
  return kept;
}

async function readKept({name, columns, batches}: BatchTable, want: WantedRows, work: Work): Promise<NamedRow[]> {
  const rows: NamedRow[] = [];
  const places = (want.columns ?? columns).map((column) => [column, columns.indexOf(column)] as const);
  work.onProgress?.(`read ${name}`, 0, 1);
  for await (const batch of batches()) {
    for (let row = 0; row < batch.count; row++) {
      const named = Object.fromEntries(places.map(([column, place]) => [column, cellOf(batch.columns[place]!, row)]));
      if (want.keep === undefined || want.keep(named)) rows.push(named);
    }
    await checkpoint(work);
  }
  work.onProgress?.(`read ${name}`, 1, 1);
  return rows;
}

function cellOf(column: BatchColumn, row: number): Cell {
  if ('pool' in column) {
    const {pool, start, length} = column;
    return length[row] === NONE ? null : new TextDecoder().decode(pool.subarray(start[row]!, start[row]! + length[row]!));
  }
  const cell = column[row]!;
  return (column instanceof Uint32Array && cell === NONE) || Number.isNaN(cell) ? null : cell;
}
