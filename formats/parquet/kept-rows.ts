/**
 * Tables of one dump, read into rows by name: what the fleet's tables are made of is small.
 */
import type {BatchColumn, Cell} from '../../src/base/column-batch.js';
import {checkpoint, type Work} from '../../src/base/progress.js';
import {NONE} from '../../src/base/units.js';
import type {BatchTable} from '../../src/tables/batch-table.js';

export type Row = Readonly<Record<string, Cell>>;

/** In the order of `tables`, which must be read in it; those that `names` lacks are never made. */
export async function keptRows(tables: readonly BatchTable[], names: ReadonlySet<string>, work: Work): Promise<ReadonlyMap<string, Row[]>> {
  const kept = new Map<string, Row[]>();
  for (const {name, columns, batches} of tables.filter((table) => names.has(table.name))) {
    const rows: Row[] = [];
    work.onProgress?.(`read ${name}`, 0, 1);
    for await (const batch of batches()) {
      for (let row = 0; row < batch.count; row++) {
        rows.push(Object.fromEntries(columns.map((column, index) => [column, cellOf(batch.columns[index]!, row)])));
      }
      await checkpoint(work);
    }
    work.onProgress?.(`read ${name}`, 1, 1);
    kept.set(name, rows);
  }
  return kept;
}

function cellOf(column: BatchColumn, row: number): Cell {
  if ('pool' in column) {
    const {pool, start, length} = column;
    return length[row] === NONE ? null : new TextDecoder().decode(pool.subarray(start[row]!, start[row]! + length[row]!));
  }
  const cell = column[row]!;
  return (column instanceof Uint32Array && cell === NONE) || Number.isNaN(cell) ? null : cell;
}
