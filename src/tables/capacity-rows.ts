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
      const {object, used, capacity, isMap} = compute();
      for (let row = 0; row < object.length; row++) {
        sink.put(nodeOfObject(graph, object[row]!));
        sink.put(isMap[row] === 1 ? 'map' : 'slice');
        sink.put(used[row]!);
        sink.put(capacity[row]!);
        if (sink.endRow()) await sink.pause();
      }
    },
  };
}
