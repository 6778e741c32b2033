/**
 * The tables of one dump → its rows in a fleet's tables: names in place of ids, what has one name in one row, and the labels in front. A row of one dump meets
 * the same row of another by its name, so rows of one name are added up.
 */
import type {Cell} from '../../src/base/column-batch.js';
import type {Work} from '../../src/base/progress.js';
import {type BatchTable, batchOfRows} from '../../src/tables/batch-table.js';
import type {DumpLabels} from './dump-labels.js';
import {FLEET_TABLES, type FleetTableName, LABEL_COLUMNS, ownColumns} from './fleet-columns.js';
import {stackRows} from './goroutine-groups.js';
import {keptRows, type NamedRow, type WantedRows} from './kept-rows.js';
import type {ParquetTable} from './parquet-table.js';

const WANTED: Readonly<Record<string, WantedRows>> = {
  ...Object.fromEntries('holders owners types goroutines memory meta suspects waste'.split(' ').map((name) => [name, {}])),
  roots: {
    columns: 'id kind name package type_id size retained retained_objects'.split(' '),
    keep: ({kind}) => kind === 'global' || kind === 'static' || kind === 'goroutine',
  },
  frames: {columns: ['goroutine_id', 'function', 'wrapper'], keep: ({wrapper}) => wrapper !== 1},
};

/** What `share` of the live heap is of, where the row has none. */
const SHARES: Partial<Record<FleetTableName, string>> = {types: 'bytes', owners: 'bytes', holders: 'retained', globals: 'retained'};

/** `hash`: hexadecimal digits of a text. */
export async function fleetTables(
  tables: readonly BatchTable[],
  labels: DumpLabels,
  hash: (text: string) => string,
  work: Work,
): Promise<ParquetTable[]> {
  const rows = await keptRows(tables, WANTED, work);
  const of = (name: string) => rows.get(name) ?? [];
  const facts = Object.fromEntries(of('meta').map(({key, value}) => [String(key), value ?? null]));
  const types = new Map(of('types').map(({id, name}) => [id, name ?? 'unknown']));
  const owners = new Map(of('owners').map(({rank, name}) => [rank, name ?? null]));
  const typeOf = (id: Cell | undefined) => (id === null || id === undefined ? null : (types.get(id) ?? null));
  const made: Readonly<Record<FleetTableName, readonly NamedRow[]>> = {
    types: typeRows(of('types')),
    owners: of('owners'),
    holders: of('holders').map((row) => ({...row, type: typeOf(row.type_id), gathers_type: typeOf(row.gathers_type_id)})),
    globals: globalRows(of('roots'), typeOf),
    goroutine_groups: stackRows(of('goroutines'), of('frames'), of('roots'), hash),
    memory: of('memory'),
    suspects: of('suspects').map((row) => ({...row, type: typeOf(row.type_id)})),
    waste: of('waste').map((row) => ({...row, type: typeOf(row.type_id), owner: owners.get(row.owner_id!) ?? null})),
    dumps: [{...facts, labels: labels.others, goroutines: of('goroutines').length}],
  };
  const live = Number(facts.reachable_bytes ?? 0);
  return FLEET_TABLES.map((name) => fleetTable(name, made[name], labels, live));
}

function fleetTable(name: FleetTableName, rows: readonly NamedRow[], labels: DumpLabels, live: number): ParquetTable {
  const own = ownColumns(name);
  const part = SHARES[name];
  const front: Cell[] = LABEL_COLUMNS.map((column) => labels[column.name as keyof DumpLabels]);
  const cells = rows.map((row) => [
    ...front,
    ...own.map(({name: column}) => {
      if (column === 'share' && part !== undefined) return live > 0 ? Number(row[part]) / live : null;
      const cell = row[column] ?? null;
      return typeof cell === 'string' ? generalized(cell) : cell;
    }),
  ]);
  const columns = [...LABEL_COLUMNS, ...own];
  return {name, columns, rowCount: rows.length, batches: () => [batchOfRows(columns.length, cells)]};
}

/** Indexes and numbers of types are one dump's. */
function generalized(name: string): string {
  return name.replace(/\[\d+\](?=[.[]|$)/g, '[…]').replace(/\btype \d+, made by reflect/g, 'type made by reflect');
}

/** Those that have objects. Two types of one name are one row. */
function typeRows(types: readonly NamedRow[]): NamedRow[] {
  const used = types.filter(({objects, unreachable_objects}) => Number(objects) > 0 || Number(unreachable_objects) > 0);
  const named = used.map((row): NamedRow => ({...row, name: generalized(String(row.name ?? 'unknown'))}));
  return addedUp(named, ['package', 'name'], ['objects', 'bytes', 'used', 'unreachable_objects', 'unreachable_bytes', 'retained']);
}

/** Package variables, and the static data behind them. */
function globalRows(roots: readonly NamedRow[], typeOf: (id: Cell | undefined) => Cell): NamedRow[] {
  const globals = roots.filter(({kind}) => kind === 'global' || kind === 'static');
  const named = globals.map((row): NamedRow => ({...row, name: generalized(String(row.name ?? '')), type: typeOf(row.type_id)}));
  return addedUp(named, ['package', 'name', 'kind'], ['size', 'retained', 'retained_objects']);
}

/** One row for those that are equal in `keys`: the first one's cells, with the sums of `sums`, NULL where none is known. */
function addedUp(rows: readonly NamedRow[], keys: readonly string[], sums: readonly string[]): NamedRow[] {
  const groups = new Map<string, Record<string, Cell>>();
  for (const row of rows) {
    const key = JSON.stringify(keys.map((name) => row[name]));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, {...row});
    else for (const name of sums) if (row[name] !== null) group[name] = Number(group[name] ?? 0) + Number(row[name]);
  }
  return [...groups.values()];
}
