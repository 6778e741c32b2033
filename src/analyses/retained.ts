/**
 * Dominators → what each node retains: the bytes and the number of the objects it dominates, itself included if it is one.
 * One sweep from the dominated to their dominators. Bytes are allocator slots; a root node's own storage does not count
 * (docs/model.md "Reachable, dominators, retained").
 */
import type {Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import type {GraphStructure} from '../graph/heap-graph.js';
import {firstObjectNode, nodeCount} from '../graph/objects.js';
import type {Dominators} from './dominators.js';
import {createScratch, type Scratch} from './scratch.js';
import {inSlices} from './slices.js';

export interface Retained {
  readonly retained: Float64Array; // per node: Bytes; NaN when unreachable
  readonly retainedObjects: Uint32Array; // per node; 0 when unreachable
}

export async function computeRetained(
  graph: GraphStructure,
  {dominator, order, count}: Dominators,
  scratch: Scratch = createScratch(nodeCount(graph)),
  work?: Work,
): Promise<Retained> {
  const retained = scratch.takeWide().fill(0);
  const retainedObjects = scratch.take().fill(0);
  fillOwnSizes(graph, dominator, retained, retainedObjects);
  await inSlices('retained sizes', count, work, (from, to) => {
    // From the end of the order, without the program at its start.
    for (let position = count - 1 - from; position > 0 && position >= count - to; position--) {
      const node = order[position]!;
      const owner = dominator[node]!;
      retained[owner]! += retained[node]!;
      retainedObjects[owner]! += retainedObjects[node]!;
    }
  });
  return {retained, retainedObjects};
}

function fillOwnSizes(graph: GraphStructure, dominator: Uint32Array, retained: Float64Array, retainedObjects: Uint32Array): void {
  const {spans, objects} = graph;
  const firstNode = firstObjectNode(graph);
  for (let span = 0; span < spans.count; span++) {
    const size = spans.slotSize[span]!;
    const end = firstNode + objects.firstObject[span + 1]!;
    for (let node = firstNode + objects.firstObject[span]!; node < end; node++) {
      const isReachable = dominator[node] !== NONE;
      retained[node] = isReachable ? size : Number.NaN;
      if (isReachable) retainedObjects[node] = 1;
    }
  }
}
