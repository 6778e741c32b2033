/**
 * A set of nodes → what becomes garbage when all of them go at once: at least the most that one of them retains, and more than the
 * sum when they hold something together. One traversal that may not enter them.
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import type {Bytes, NodeIndex} from '../base/units.js';
import {type HeapGraph, PROGRAM} from '../graph/heap-graph.js';
import {firstObjectNode, nodeCount, nodeOfObject} from '../graph/objects.js';
import type {AnalysisColumns} from './analysis-columns.js';
import {markReachable} from './reachability.js';

/** Bytes of heap; unreachable nodes add nothing. O(nodes + edges). */
export function computeRetainedTogether({graph, reachable, reachableBytes}: AnalysisColumns, nodes: Iterable<NodeIndex>): Bytes {
  const without = createBitset(nodeCount(graph));
  for (const node of nodes) setBit(without, node);
  if (getBit(without, PROGRAM)) return reachableBytes;
  return bytesOnlyIn(graph, reachable, markReachable(graph, without));
}

/**
 * The objects that `computeRetainedTogether` counts, as those of them whose dominators are not among them: what they dominate is the whole set.
 * Not for the program. O(nodes + edges).
 */
export function findRetainedTogether({graph, reachable, dominator}: AnalysisColumns, nodes: Iterable<NodeIndex>): Uint32Array {
  const without = createBitset(nodeCount(graph));
  for (const node of nodes) setBit(without, node);
  const rest = markReachable(graph, without);
  const tops = new Column(Uint32Array);
  const first = firstObjectNode(graph);
  for (let node = first; node < first + graph.objects.count; node++) {
    if (!getBit(reachable, node) || getBit(rest, node)) continue;
    const above = dominator[node]!;
    if (above < first || getBit(rest, above)) tops.push(node);
  }
  return tops.finish();
}

/** The slots of the objects that are in `all` and not in `rest` (bits per node). */
function bytesOnlyIn(graph: HeapGraph, all: Uint8Array, rest: Uint8Array): Bytes {
  const {spans, objects} = graph;
  let bytes = 0;
  for (let span = 0; span < spans.count; span++) {
    for (let object = objects.firstObject[span]!; object < objects.firstObject[span + 1]!; object++) {
      const node = nodeOfObject(graph, object);
      if (getBit(all, node) && !getBit(rest, node)) bytes += spans.slotSize[span]!;
    }
  }
  return bytes;
}
