/**
 * How much of their room slices' arrays and maps use → rows of `capacities`.
 */

import {BATCH_ROWS, type Batch} from '../base/column-batch.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {nodeOfObject} from '../graph/objects.js';
import type {Capacities} from '../values/capacities.js';
import {type BatchTable, rowRanges} from './batch-table.js';
import {KnownTexts} from './text-columns.js';

/** Its rows are not counted in advance: only reading the headers tells. */
export function capacityTable(graph: HeapGraph, compute: () => Capacities): BatchTable {
  return {
    name: 'capacities',
    sorted: true,
    columns: ['object_id', 'kind', 'used', 'capacity'],
    batches: () => capacityBatches(graph, compute()),
  };
}

function* capacityBatches(graph: HeapGraph, {object, used, capacity, isMap}: Capacities): Generator<Batch> {
  const node = new Uint32Array(BATCH_ROWS);
  const kind = new KnownTexts(['slice', 'map']);
  for (const [first, end] of rowRanges(object.length)) {
    for (let row = first; row < end; row++) {
      node[row - first] = nodeOfObject(graph, object[row]!);
      kind.set(row - first, isMap[row]!);
    }
    // As numbers, of which none is NULL: the largest integer is one.
    const lengths = [used, capacity].map((column) => Float64Array.from(column.subarray(first, end)));
    yield {count: end - first, columns: [node, kind, ...lengths]};
  }
}
