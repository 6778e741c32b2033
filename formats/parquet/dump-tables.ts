/**
 * The tables of one dump → those that become Parquet files: all of schema.sql but the ones that only list in another order what others have. Columns have the types
 * of schema.sql; of `objects` those that a database computes when they are read stand in place of what it computes them from.
 */
import type {Batch, BatchColumn, Texts} from '../../src/base/column-batch.js';
import {GoheapError} from '../../src/base/errors.js';
import {NONE} from '../../src/base/units.js';
import {EVIDENCE} from '../../src/graph/heap-graph.js';
import {type SqlType, tableColumns} from '../../src/sql/table-columns.js';
import type {BatchTable} from '../../src/tables/batch-table.js';
import type {ParquetKind, ParquetTable} from './parquet-table.js';

/** What others have, in an order in which SQLite finds it: engines that read columns sort for themselves. */
const INDEXES: ReadonlySet<string> = new Set('referrers instances instance_ends dominated_groups biggest_nodes objects_owner'.split(' '));
/** 0 and 1 in SQLite, which has no booleans. */
const BOOLEANS: ReadonlySet<string> = new Set(
  'reachable bridge followed unfolded exact wait_exact blocked leaked system inlined wrapper cancelled scan'.split(' '),
);
const KINDS: Readonly<Record<SqlType, ParquetKind>> = {INTEGER: 'integer', REAL: 'double', TEXT: 'text', BLOB: 'bytes', ANY: 'text'};

/** Of `objects`, what a database keeps to save room. */
const STORED: readonly string[] = ['evidence_code', 'slack', 'dominated_bytes', 'other_dominator_id'];
const COMPUTED: readonly string[] = ['evidence', 'used', 'retained', 'dominator_id'];

export function dumpTables(tables: readonly BatchTable[]): ParquetTable[] {
  const types = tableColumns();
  return tables
    .filter(({name}) => !INDEXES.has(name))
    .map((table) => {
      const ofTable = types.get(table.name);
      const {columns, batches} = table.name === 'objects' ? withComputed(table) : table;
      const kinds = columns.map((name) => {
        const type = ofTable?.get(name);
        if (type === undefined) throw new GoheapError('mismatch', `schema.sql has no column ${name} of ${table.name}`);
        return {name, kind: BOOLEANS.has(name) ? ('boolean' as const) : KINDS[type]};
      });
      return {name: table.name, columns: kinds, rowCount: table.rowCount, batches: () => batches.call(table)};
    });
}

/** `objects` with the columns that schema.sql computes, by the same rules. */
function withComputed(table: BatchTable): Pick<BatchTable, 'columns' | 'batches'> {
  const place = (name: string) => table.columns.indexOf(name);
  const kept = table.columns.filter((name) => !STORED.includes(name));
  const [code, slack, dominated, other] = STORED.map(place) as [number, number, number, number];
  const [size, holder] = [place('size'), place('holder_id')];
  async function* batches(): AsyncGenerator<Batch> {
    for await (const {count, columns} of table.batches()) {
      const at = (index: number) => columns[index] as Float64Array | Uint32Array;
      const sizes = at(size);
      yield {
        count,
        columns: [
          ...kept.map((name) => columns[place(name)]!),
          evidenceNames(at(code) as Uint32Array, count),
          combine(count, (row) => sizes[row]! - at(slack)[row]!),
          combine(count, (row) => sizes[row]! + at(dominated)[row]!),
          dominators(at(other) as Uint32Array, at(holder) as Uint32Array, count),
        ],
      };
    }
  }
  return {columns: [...kept, ...COMPUTED], batches};
}

function combine(count: number, value: (row: number) => number): Float64Array {
  const column = new Float64Array(count);
  for (let row = 0; row < count; row++) column[row] = value(row);
  return column;
}

function dominators(other: Uint32Array, holder: Uint32Array, count: number): BatchColumn {
  const column = new Uint32Array(count);
  for (let row = 0; row < count; row++) column[row] = other[row] === NONE ? holder[row]! : other[row]!;
  return column;
}

const NAMES = (() => {
  const pool = new TextEncoder().encode(EVIDENCE.join(''));
  const length = Uint32Array.from(EVIDENCE, (name) => name.length);
  const start = length.map((_, index) => EVIDENCE.slice(0, index).join('').length);
  return {pool, start, length};
})();

function evidenceNames(codes: Uint32Array, count: number): Texts {
  const start = new Uint32Array(count);
  const length = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    const code = codes[row]!;
    start[row] = code === NONE ? 0 : NAMES.start[code]!;
    length[row] = code === NONE ? NONE : NAMES.length[code]!;
  }
  return {pool: NAMES.pool, start, length};
}
