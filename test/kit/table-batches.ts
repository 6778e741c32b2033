/**
 * Batches → rows of cells, and back: tests think in rows.
 */
import type {Batch, BatchColumn, Batches, Cell} from '../../src/base/column-batch.js';
import {NONE} from '../../src/base/units.js';

/** All rows, copied before the next batch is asked for. */
export async function readRows(batches: Batches): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for await (const {count, columns} of batches) {
    for (let row = 0; row < count; row++) rows.push(columns.map((column) => cellOf(column, row)));
  }
  return rows;
}

function cellOf(column: BatchColumn, row: number): Cell {
  if ('pool' in column) {
    const {pool, start, length} = column;
    return length[row] === NONE ? null : new TextDecoder().decode(pool.slice(start[row]!, start[row]! + length[row]!));
  }
  const cell = column[row]!;
  if (cell instanceof Uint8Array) return cell.slice();
  return (column instanceof Uint32Array && cell === NONE) || Number.isNaN(cell) ? null : cell;
}

/** Each column as the tightest kind that has room for its cells. */
export function* batchesOf(rows: readonly (readonly Cell[])[], rowsPerBatch = rows.length): Generator<Batch> {
  for (let first = 0; first < rows.length; first += rowsPerBatch) {
    const some = rows.slice(first, first + rowsPerBatch);
    yield {count: some.length, columns: some[0]!.map((_, column) => columnOf(some.map((row) => row[column]!)))};
  }
}

function columnOf(cells: readonly Cell[]): BatchColumn {
  const known = cells.filter((cell) => cell !== null);
  const isInteger = (cell: Cell) => typeof cell === 'number' && Number.isInteger(cell) && cell >= 0;
  if (known.length === cells.length && known.every((cell) => isInteger(cell) && Number(cell) < 256))
    return Uint8Array.from(known as number[]);
  if (known.every((cell) => isInteger(cell) && Number(cell) < NONE)) return Uint32Array.from(cells, (cell) => (cell ?? NONE) as number);
  if (known.every((cell) => typeof cell === 'number')) return Float64Array.from(cells, (cell) => (cell ?? Number.NaN) as number);
  if (!known.every((cell) => typeof cell === 'string')) return cells;
  const texts = known.map((text) => new TextEncoder().encode(text));
  const length = Uint32Array.from(cells, (cell) => (cell === null ? NONE : new TextEncoder().encode(cell as string).length));
  let end = 0;
  const start = length.map((size) => {
    if (size === NONE) return 7; // nobody looks
    end += size;
    return end - size;
  });
  return {pool: Buffer.concat(texts), start, length};
}
