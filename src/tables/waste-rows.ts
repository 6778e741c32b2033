/**
 * What is held and not used → rows of `waste`: those that waste most, and behind them one row of each kind for all others.
 */
import type {Cell} from '../base/column-batch.js';
import {NONE} from '../base/units.js';
import type {WasteFindings} from '../findings/waste.js';
import type {WasteKind} from '../findings/waste-kinds.js';
import type {WasteRow} from '../findings/waste-tally.js';

export const WASTE_COLUMNS = 'rank kind path type_id owner_id bytes count reslices node_id fix'.split(' ');

const MOST_ROWS = 10_000;

export function wasteRows(waste: WasteFindings): Cell[][] {
  const {rows} = waste;
  return [...rows.slice(0, MOST_ROWS), ...sumsOf(rows.slice(MOST_ROWS))].map((row, index) => [
    ...[index + 1, row.kind, row.path || null, row.type || null, row.owner === NONE ? null : row.owner + 1],
    ...[row.bytes, row.count, row.reslices, row.example === NONE ? null : row.example, waste.fixFor(row)],
  ]);
}

function sumsOf(rest: readonly WasteRow[]): WasteRow[] {
  const sums = new Map<WasteKind, WasteRow>();
  for (const {kind, bytes, count, reslices} of rest) {
    const sum = sums.get(kind) ?? {kind, path: '', type: 0, owner: NONE, bytes: 0, count: 0, reslices: 0, example: NONE};
    sums.set(kind, {...sum, bytes: sum.bytes + bytes, count: sum.count + count, reslices: sum.reslices + reslices});
  }
  return [...sums.values()];
}
