/**
 * `types` and `fields` → the graph's type table.
 */
import {checkTypes} from '../graph/check.js';
import {TYPE_KINDS, type TypeTable} from '../graph/heap-graph.js';
import type {SqlDatabase} from './index.js';
import type {Connection} from './open-database.js';
import {type Cells, checkRead, contradiction, numberOr, positionOf, readRows, textOf} from './table-reader.js';

const TYPE_COLUMNS = 'id, name, package, kind, size, pointer_words, element_id, key_id, length, runtime_address';
const FIELD_COLUMNS = 'type_id, position, name, offset, field_type_id';
const FIELD_ORDER = 'type_id, position';

export function readTypes(connection: Connection): TypeTable {
  return typesFromRows(readRows(connection, 'types', TYPE_COLUMNS), readRows(connection, 'fields', FIELD_COLUMNS, FIELD_ORDER));
}

/** For those who have a database open for questions. */
export async function askForTypes(database: SqlDatabase): Promise<TypeTable> {
  const types = await database.rows(`SELECT ${TYPE_COLUMNS} FROM types ORDER BY id`);
  const fields = await database.rows(`SELECT ${FIELD_COLUMNS} FROM fields ORDER BY ${FIELD_ORDER}`);
  return typesFromRows(types.map(Object.values), fields.map(Object.values));
}

function typesFromRows(rows: readonly Cells[], fields: readonly Cells[]): TypeTable {
  const count = rows.length;
  rows.forEach(([id], row) => {
    if (id !== row) throw contradiction('types', id, `expected id ${row}`);
  });
  const numbers = (column: number, missing: number) => Float64Array.from(rows, (row) => numberOr(row[column], missing));
  const indexes = (column: number) => Uint32Array.from(rows, (row) => typeIndex(row[column], count, row[0]));
  const types = {
    count,
    name: rows.map((row) => textOf(row[1])),
    package: rows.map((row) => textOf(row[2])),
    kind: Uint8Array.from(rows, (row) => positionOf(TYPE_KINDS, row[3], 'types', row[0])),
    size: numbers(4, 0),
    pointerWords: numbers(5, 0),
    element: indexes(6),
    key: indexes(7),
    length: numbers(8, 0),
    runtimeAddress: numbers(9, Number.NaN),
    ...fieldsFromRows(fields, count),
  };
  checkRead(() => checkTypes(types));
  return types;
}

type FieldColumns = Pick<TypeTable, 'firstField' | 'fieldName' | 'fieldOffset' | 'fieldType'>;

function fieldsFromRows(rows: readonly Cells[], typeCount: number): FieldColumns {
  const firstField = new Uint32Array(typeCount + 1);
  for (const [type] of rows) firstField[typeIndex(type, typeCount, type) + 1]++;
  for (let type = 0; type < typeCount; type++) firstField[type + 1] += firstField[type]!;
  return {
    firstField,
    fieldName: rows.map((row) => textOf(row[2])),
    fieldOffset: Float64Array.from(rows, (row) => numberOr(row[3], 0)),
    fieldType: Uint32Array.from(rows, (row) => typeIndex(row[4], typeCount, row[0])),
  };
}

/** The cell as a row of `types`; NULL is row 0. */
export function typeIndex(cell: unknown, count: number, row: unknown): number {
  const type = numberOr(cell, 0);
  if (!(type >= 0 && type < count)) throw contradiction('types', row, `no type ${type}`);
  return type;
}
