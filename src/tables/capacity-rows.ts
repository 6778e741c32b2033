/**
 * How much of their room slices' arrays and maps use → rows of `capacities`.
 */

import type {HeapGraph} from '../graph/heap-graph.js';
import {nodeOfObject} from '../graph/objects.js';
import type {Capacities} from '../values/capacities.js';
import type {RowTable} from './row-table.js';

/** Its rows are not counted in advance: only reading the headers tells. */
export function capacityTable(graph: HeapGraph, compute: () => Capacities): Omit<RowTable, 'rowCount'> {
  return {
    name: 'capacities',
    sorted: true,
    columns: ['object_id', 'kind', 'used', 'capacity'],
    async write(sink) {
      const {used, capacity, isMap} = compute();
      for (let object = 0; object < graph.objects.count; object++) {
        if (capacity[object] === 0 && isMap[object] === 0) continue;
        sink.put(nodeOfObject(graph, object));
        sink.put(isMap[object] === 1 ? 'map' : 'slice');
        sink.put(used[object]!);
        sink.put(capacity[object]!);
        if (sink.endRow()) await sink.pause();
      }
    },
  };
}
