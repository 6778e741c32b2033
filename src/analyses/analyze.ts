/**
 * Graph → all analysis columns. The order of the phases keeps the peak low: dominators need the most scratch memory and come
 * first, while no other result exists; every later phase lives in the columns that the dominators gave back.
 * Peak above the graph: 24 bytes a node, and 8 a late edge (depth-first.ts) or a node, whichever is more. Results: 28 bytes a node.
 */
import type {Work} from '../base/progress.js';
import type {Contents, GraphStructure, HeapGraph} from '../graph/heap-graph.js';
import {nodeCount} from '../graph/objects.js';
import type {AnalysisColumns, StructureAnalysis} from './analysis-columns.js';
import {computeBridges} from './bridges.js';
import {computeDominators} from './dominators.js';
import {reachabilityOf} from './reachability.js';
import {computeRetained} from './retained.js';
import {createScratch} from './scratch.js';
import {computeShortestPaths} from './shortest-paths.js';

/** Rejects with `signal.reason` when `work` is cancelled. O(nodes + edges) in practice; 20 M objects and 40 M pointers take seconds. */
export async function computeAnalyses(graph: HeapGraph, contents: Contents, work?: Work): Promise<AnalysisColumns> {
  return joinAnalysis(graph, contents, await analyzeStructure(graph, work));
}

/** The columns beside the graph that they belong to. */
export function joinAnalysis(graph: HeapGraph, contents: Contents, analysis: StructureAnalysis): AnalysisColumns {
  return Object.freeze({graph, contents, ...analysis});
}

/** As `computeAnalyses`, for a graph whose types are not known yet. */
export async function analyzeStructure(graph: GraphStructure, work?: Work): Promise<StructureAnalysis> {
  const scratch = createScratch(nodeCount(graph));
  const dominators = await computeDominators(graph, scratch, work);
  const {retained, retainedObjects} = await computeRetained(graph, dominators, scratch, work);
  const bridge = await computeBridges(graph, dominators, retainedObjects, scratch, work);
  scratch.give(dominators.order);
  const paths = await computeShortestPaths(graph, scratch, work);
  return {...reachabilityOf(graph, paths.depth), ...paths, dominator: dominators.dominator, retained, retainedObjects, bridge};
}
