/**
 * Types → rows of `types` (with what their objects sum up to) and `fields`.
 */

import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {computeContentPackages} from '../analyses/content-packages.js';
import type {Histogram} from '../analyses/histogram.js';
import {TYPE_KINDS, type TypeTable} from '../graph/heap-graph.js';
import {known, type RowSink, type RowTable} from './row-table.js';

const ARRAY = TYPE_KINDS.indexOf('array');
const STRUCT = TYPE_KINDS.indexOf('struct');
const UNKNOWN = TYPE_KINDS.indexOf('unknown');

const TYPE_COLUMNS = [
  'id',
  'name',
  'package',
  'content_package',
  'kind',
  'size',
  'pointer_words',
  'padding',
  'element_id',
  'key_id',
  'length',
  'runtime_address',
];
const SUM_COLUMNS = ['objects', 'bytes', 'used', 'values', 'unreachable_objects', 'unreachable_bytes', 'retained', 'retained_exact'];

export function typeTable(columns: AnalysisColumns, histogram: () => Promise<Histogram>): RowTable {
  return {
    name: 'types',
    columns: [...TYPE_COLUMNS, ...SUM_COLUMNS],
    rowCount: columns.graph.types.count,
    write: async (sink) => writeTypes(columns.graph.types, await histogram(), sink),
  };
}

export function fieldTable(types: TypeTable): RowTable {
  return {
    name: 'fields',
    columns: ['type_id', 'position', 'name', 'offset', 'size', 'field_type_id'],
    rowCount: types.firstField[types.count]!,
    async write(sink) {
      for (let type = 0; type < types.count; type++) {
        const first = types.firstField[type]!;
        for (let field = first; field < types.firstField[type + 1]!; field++) {
          const fieldType = types.fieldType[field]!;
          sink.put(type);
          sink.put(field - first);
          sink.put(types.fieldName[field]!);
          sink.put(types.fieldOffset[field]!);
          sink.put(types.size[fieldType]!);
          sink.put(fieldType);
          if (sink.endRow()) await sink.pause();
        }
      }
    },
  };
}

async function writeTypes(types: TypeTable, sums: Histogram, sink: RowSink): Promise<void> {
  const padding = computePadding(types);
  const contentPackages = computeContentPackages(types);
  for (let type = 0; type < types.count; type++) {
    const kind = types.kind[type]!;
    sink.put(type);
    sink.put(types.name[type] || null);
    sink.put(types.package[type] || null);
    sink.put(contentPackages[type] || null);
    sink.put(TYPE_KINDS[kind]!);
    sink.put(type === 0 ? null : types.size[type]!);
    sink.put(type === 0 ? null : types.pointerWords[type]!);
    sink.put(type === 0 ? null : padding[type]!);
    sink.put(types.element[type] || null);
    sink.put(types.key[type] || null);
    sink.put(kind === ARRAY ? types.length[type]! : null);
    sink.put(known(types.runtimeAddress[type]!));
    sink.put(sums.objects[type]!);
    sink.put(sums.bytes[type]!);
    sink.put(kind === UNKNOWN ? null : sums.used[type]!);
    sink.put(type === 0 ? null : sums.values[type]!);
    sink.put(sums.unreachableObjects[type]!);
    sink.put(sums.unreachableBytes[type]!);
    sink.put(sums.retained[type]!);
    sink.put(known(sums.retainedExact[type]!));
    if (sink.endRow()) await sink.pause();
  }
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
