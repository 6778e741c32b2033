/**
 * A graph with pointers and nodes that are to go → the region that hangs on them (cut-region.ts).
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
import type {NodeIndex} from '../base/units.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {nodeCount} from '../graph/objects.js';
import type {AnalysisColumns} from './analysis-columns.js';
import {type CutRegion, CutRegionBuilder, listHanging, markAbove} from './cut-region.js';
import {ownerOfEdge} from './referrers.js';
import {buildSkippedEdges} from './skipped-edges.js';

export interface GraphCuts {
  /** Rows of the edge table. */
  readonly edges: readonly number[];
  /** A goroutine takes its locals with it, a variable the static data that it alone points to. */
  readonly nodes: readonly NodeIndex[];
}

/** What cannot be reached anyway counts for nothing. O(nodes + edges). */
export function buildCutRegion(columns: Pick<AnalysisColumns, 'graph' | 'reachable' | 'holder' | 'depth'>, cuts: GraphCuts): CutRegion {
  const {graph, reachable, holder, depth} = columns;
  const {firstEdge, target} = graph.edges;
  const nodes = nodeCount(graph);
  const gone = markWithChildren(graph, cuts.nodes);
  const cut = buildSkippedEdges(graph.edges);
  const seeds = createBitset(nodes);
  for (const edge of cuts.edges) {
    if (getBit(cut, edge)) continue;
    setBit(cut, edge);
    if (getBit(reachable, ownerOfEdge(graph.edges, edge))) setBit(seeds, target[edge]!);
  }
  const skipped = buildSkippedEdges(graph.edges);
  for (let node = 1; node < nodes; node++) {
    if (!getBit(gone, node) || !getBit(reachable, node)) continue;
    setBit(seeds, node);
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) if (!getBit(skipped, edge)) setBit(seeds, target[edge]!);
  }
  const region = listHanging(holder, graph.roots.count, seeds);
  const builder = new CutRegionBuilder(region, nodes, markAbove(holder, graph.roots.count, seeds), (node) => depth[node]!);
  for (let node = 1; node < nodes; node++) {
    if (!getBit(reachable, node) || getBit(gone, node)) continue;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      const to = target[edge]!;
      if (!getBit(cut, edge) && !getBit(gone, to)) builder.add(node, to);
    }
  }
  return builder.finish();
}

/** Bit per node. */
function markWithChildren(graph: HeapGraph, nodes: readonly NodeIndex[]): Uint8Array {
  const marked = createBitset(nodeCount(graph));
  for (const node of nodes) setBit(marked, node);
  // Of nodes below each other the outer one comes first.
  for (let root = 1; root <= graph.roots.count; root++) if (getBit(marked, graph.roots.parent[root - 1]!)) setBit(marked, root);
  return marked;
}
