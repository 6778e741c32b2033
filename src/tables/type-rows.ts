/**
 * Types → rows of `types` (with what their objects sum up to) and `fields`.
 */

import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {computeContentPackages} from '../analyses/content-packages.js';
import type {Histogram} from '../analyses/histogram.js';
import type {Batch} from '../base/column-batch.js';
import {TYPE_KINDS, type TypeTable} from '../graph/heap-graph.js';
import {type BatchTable, countFrom, nullWhenEmpty, wholeTable} from './batch-table.js';

const ARRAY = TYPE_KINDS.indexOf('array');
const STRUCT = TYPE_KINDS.indexOf('struct');
const UNKNOWN = TYPE_KINDS.indexOf('unknown');

export function typeTable({graph: {types}}: AnalysisColumns, histogram: () => Promise<Histogram>): BatchTable {
  const {count, kind} = types;
  let sums: Histogram;
  const known = (values: ArrayLike<number>) => Array.from(values, (value, type) => (type === 0 ? null : value));
  const table = wholeTable('types', count, {
    id: () => countFrom(0, count),
    name: () => nullWhenEmpty(types.name),
    package: () => nullWhenEmpty(types.package),
    content_package: () => nullWhenEmpty(computeContentPackages(types)),
    kind: () => Array.from(kind, (number) => TYPE_KINDS[number]!),
    size: () => known(types.size),
    pointer_words: () => known(types.pointerWords),
    padding: () => known(computePadding(types)),
    element_id: () => nullWhenEmpty(types.element),
    key_id: () => nullWhenEmpty(types.key),
    length: () => Array.from(types.length, (length, type) => (kind[type] === ARRAY ? length : null)),
    runtime_address: () => types.runtimeAddress,
    objects: () => sums.objects,
    bytes: () => sums.bytes,
    used: () => Array.from(sums.used, (used, type) => (kind[type] === UNKNOWN ? null : used)),
    values: () => known(sums.values),
    unreachable_objects: () => sums.unreachableObjects,
    unreachable_bytes: () => sums.unreachableBytes,
    retained: () => sums.retained,
    retained_exact: () => sums.retainedExact,
  });
  async function* batches(): AsyncGenerator<Batch> {
    sums = await histogram();
    yield* table.batches();
  }
  return {...table, batches};
}

export function fieldTable(types: TypeTable): BatchTable {
  const count = types.firstField[types.count]!;
  const typeOf = () => {
    const type = new Uint32Array(count);
    for (let row = 0; row < types.count; row++) type.fill(row, types.firstField[row]!, types.firstField[row + 1]!);
    return type;
  };
  return wholeTable('fields', count, {
    type_id: typeOf,
    position: () => typeOf().map((type, field) => field - types.firstField[type]!),
    name: () => types.fieldName,
    offset: () => types.fieldOffset,
    size: () => Float64Array.from(types.fieldType, (type) => types.size[type]!),
    field_type_id: () => types.fieldType,
  });
}

/** Per type: the bytes of one value that no field covers, at any depth. A type's parts may come later in the table, hence the memo. */
export function computePadding(types: TypeTable): Float64Array {
  const padding = new Float64Array(types.count).fill(Number.NaN);
  const paddingOf = (type: number, depth: number): number => {
    if (!Number.isNaN(padding[type]!)) return padding[type]!;
    if (depth > 100) return 0; // no Go type nests that deep: the table is damaged
    let bytes = 0;
    const first = types.firstField[type]!;
    const end = types.firstField[type + 1]!;
    if (types.kind[type] === ARRAY) bytes = types.length[type]! * paddingOf(types.element[type]!, depth + 1);
    else if (types.kind[type] === STRUCT && end > first) {
      bytes = types.size[type]!;
      for (let field = first; field < end; field++) {
        const fieldType = types.fieldType[field]!;
        bytes += paddingOf(fieldType, depth + 1) - types.size[fieldType]!;
      }
    }
    padding[type] = Math.max(0, bytes); // structures of the runtime may overlap their fields
    return padding[type]!;
  };
  for (let type = 0; type < types.count; type++) paddingOf(type, 0);
  return padding;
}
