/**
 * What holds the memory, in names → rows of `holders`, `owners` and `owner_packages`.
 *
 * All start from the telling paths and one order of the dominator tree. These are made by the first table and dropped behind the last, and
 * the referrers, which only `held by` needs, before the owners: the large tables are written without them.
 */
import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {computeReferrers} from '../analyses/referrers.js';
import {HolderSearch, type HoldingRoots} from '../answers/held-by.js';
import {computeHolders, type HolderRow} from '../answers/holders.js';
import {computeOwnerPackages} from '../answers/owner-packages.js';
import {computeOwners, type Owners} from '../answers/owners.js';
import {type ToldHeap, tellHeap} from '../answers/told-heap.js';
import type {Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import type {RowTable, TableCell} from './row-table.js';
import {listTable} from './span-rows.js';

type AnswerTable = Omit<RowTable, 'rowCount'>;

/** Rows of `holders` for which the roots that hold them are searched: those that anybody reads. */
const MOST_SEARCHED = 100;

/** In the order in which they must be written. `usedLength`: `Capacities.used`. */
export function answerTables(columns: AnalysisColumns, usedLength: () => Uint32Array, work?: Work): AnswerTable[] {
  let told: Promise<ToldHeap> | undefined;
  const tellOnce = () => {
    told ??= tellHeap(columns, work);
    return told;
  };
  let owners: Owners | undefined;
  const ownersOnce = async () => {
    owners ??= computeOwners(await tellOnce());
    return owners;
  };
  return [
    lateTable('holders', HOLDER_COLUMNS, async () => holderRows(await tellOnce(), usedLength())),
    lateTable('owners', OWNER_COLUMNS, async () => ownerRows(await ownersOnce())),
    lateTable('owner_packages', PACKAGE_COLUMNS, async () => {
      const packages = computeOwnerPackages(await tellOnce(), await ownersOnce());
      told = undefined;
      owners = undefined;
      return packages.map((row, index) => [index + 1, row.package || null, row.owners, row.objects, row.bytes, row.retained]);
    }),
  ];
}

/** A small table whose rows are computed when it is written. */
function lateTable(name: string, columns: readonly string[], compute: () => Promise<TableCell[][]>): AnswerTable {
  return {name, columns, write: async (sink) => listTable(name, columns, await compute()).write(sink)};
}

const HOLDER_COLUMNS = (
  'rank node_id kind name type_id group_id count retained unfolded gathers_id gathers_type_id gathers_count gathers_retained gathers_name ' +
  'root_id root_name variables goroutines exact'
).split(' ');

function holderRows(told: ToldHeap, usedLength: Uint32Array): TableCell[][] {
  const rows = computeHolders(told, {usedLength});
  const search = new HolderSearch(told, computeReferrers(told.columns.graph));
  return rows.map((row, index) => {
    const isMore = row.kind === 'more';
    const roots = isMore || index >= MOST_SEARCHED ? undefined : search.find(row);
    return [
      ...[index + 1, isMore ? null : row.example, row.kind, row.name || null, row.kind === 'goroutine' || isMore ? null : row.type],
      ...[row.group === NONE ? null : row.group, row.count, row.retained, row.unfolded ? 1 : 0],
      ...gatheredCells(row),
      ...rootCells(told, roots),
    ];
  });
}

function gatheredCells({gathers}: HolderRow): TableCell[] {
  if (gathers === undefined) return [null, null, null, null, null];
  return [gathers.example, gathers.type, gathers.count, gathers.retained, gathers.path];
}

function rootCells({origins}: ToldHeap, roots: HoldingRoots | undefined): TableCell[] {
  if (roots === undefined) return [null, null, null, null, null];
  return [roots.root, origins.at(origins.idOf(roots.root)).name, roots.variables, roots.goroutines, roots.exact ? 1 : 0];
}

const OWNER_COLUMNS = 'rank name kind type_id package objects own_bytes held_bytes bytes retained'.split(' ');

/** Most bytes first. */
function ownerRows({rows, ownObjects, ownBytes, heldObjects, heldBytes, retained}: Owners): TableCell[][] {
  const bytesOf = (row: number) => ownBytes[row]! + heldBytes[row]!;
  const order = rows.map((_, row) => row).sort((a, b) => bytesOf(b) - bytesOf(a) || (rows[a]!.name < rows[b]!.name ? -1 : 1));
  return order.map((row, index) => {
    const {kind, type, name, package: path} = rows[row]!;
    const objects = ownObjects[row]! + heldObjects[row]!;
    return [index + 1, name, kind, type || null, path || null, objects, ownBytes[row]!, heldBytes[row]!, bytesOf(row), retained[row]!];
  });
}

const PACKAGE_COLUMNS = 'rank package owners objects bytes retained'.split(' ');
