/**
 * Graph → all analysis columns. The order of the phases keeps the peak low: dominators need the most scratch memory and come
 * first, while no other result exists; every later phase lives in the columns that the dominators gave back.
 * Peak above the graph: 24 bytes a node, and 8 a late edge (depth-first.ts), then 29 a node. Results: 28 bytes a node, of which the 12 of
 * telling paths come last: they need types.
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
import {computeTellingPaths} from './telling-paths.js';

/** Columns that telling paths need. */
const SPARE = 3;

/** Rejects with `signal.reason` when `work` is cancelled. O(nodes + edges) in practice; 20 M objects and 40 M pointers take seconds. */
export async function computeAnalyses(graph: HeapGraph, contents: Contents, work?: Work): Promise<AnalysisColumns> {
  return completeAnalysis(graph, contents, await analyzeStructure(graph, work), work);
}

/** What an analysis of the structure lacks: the telling paths, and the graph beside it. */
export async function completeAnalysis(
  graph: HeapGraph,
  contents: Contents,
  structure: StructureAnalysis,
  work?: Work,
): Promise<AnalysisColumns> {
  const {spare, ...analysis} = structure;
  const paths = await computeTellingPaths(graph, undefined, createScratch(nodeCount(graph), spare), work);
  return Object.freeze({graph, contents, ...analysis, ...paths});
}

/** As `computeAnalyses`, for a graph whose types are not known yet. */
export async function analyzeStructure(graph: GraphStructure, work?: Work): Promise<StructureAnalysis> {
  const spare: Uint32Array[] = [];
  const scratch = createScratch(nodeCount(graph), spare);
  const dominators = await computeDominators(graph, scratch, work);
  const {retained, retainedObjects} = await computeRetained(graph, dominators, scratch, work);
  const bridge = await computeBridges(graph, dominators, retainedObjects, scratch, work);
  const {dominator} = dominators;
  return {...reachabilityOf(graph, dominator), dominator, retained, retainedObjects, bridge, spare: spare.slice(0, SPARE)};
}
