/**
 * How much of their room slices' arrays and maps use → rows of `capacities`.
 */
import {BATCH_ROWS, type Batch} from '../base/column-batch.js';
import {NONE} from '../base/units.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {nodeOfObject} from '../graph/objects.js';
import {type ArrayViews, ROW, ROW_WORDS} from '../values/array-views.js';
import type {BatchTable} from './batch-table.js';
import {KnownTexts} from './text-columns.js';

const [SLICE, MAP] = [0, 1];

/** Its rows are not counted in advance: only reading the headers tells. */
export function capacityTable(graph: HeapGraph, compute: () => ArrayViews): BatchTable {
  return {
    name: 'capacities',
    sorted: true,
    columns: ['object_id', 'kind', 'used', 'capacity'],
    batches: () => capacityBatches(graph, compute()),
  };
}

function* capacityBatches(graph: HeapGraph, {rowOf, rows, maps}: ArrayViews): Generator<Batch> {
  const node = new Uint32Array(BATCH_ROWS);
  const kind = new KnownTexts(['slice', 'map']);
  const lengths = [new Float64Array(BATCH_ROWS), new Float64Array(BATCH_ROWS)] as const;
  const mapOrder = new Uint32Array(maps.count).map((_, at) => at).sort((a, b) => maps.object[a]! - maps.object[b]!);
  let nextMap = 0;
  let count = 0;
  for (let object = 0; object < rowOf.length; object++) {
    const row = rowOf[object]!;
    const map = mapOrder[nextMap];
    const isMap = map !== undefined && maps.object[map] === object;
    if (isMap) nextMap++;
    else if (row === NONE || rows[row * ROW_WORDS + ROW.capacity] === 0) continue;
    node[count] = nodeOfObject(graph, object);
    kind.set(count, isMap ? MAP : SLICE);
    lengths[0][count] = isMap ? maps.entries[map]! : rows[row * ROW_WORDS + ROW.used]!;
    lengths[1][count] = isMap ? maps.cells[map]! : rows[row * ROW_WORDS + ROW.capacity]!;
    if (++count < BATCH_ROWS) continue;
    yield {count, columns: [node, kind, ...lengths]};
    count = 0;
  }
  yield {count, columns: [node, kind, ...lengths]};
}
