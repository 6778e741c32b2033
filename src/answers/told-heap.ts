/**
 * A graph with its analyses → what all answers start from: the telling paths and the order of the dominator tree, computed once, and the names
 * of root nodes and paths, found when they are asked for.
 */
import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {computeDominatorPreorder, type DominatorPreorder} from '../analyses/dominator-preorder.js';
import {RootOrigins} from '../analyses/root-origins.js';
import {createScratch} from '../analyses/scratch.js';
import {computeTellingPaths, type TellingPaths} from '../analyses/telling-paths.js';
import type {Work} from '../base/progress.js';
import {nodeCount} from '../graph/objects.js';
import {GeneralizedPaths} from './generalized-paths.js';

export interface ToldHeap {
  readonly columns: AnalysisColumns;
  readonly paths: TellingPaths;
  readonly preorder: DominatorPreorder;
  readonly origins: RootOrigins;
  readonly names: GeneralizedPaths;
}

/** Rejects with `signal.reason` when `work` is cancelled. 28 bytes a node of results, no scratch memory beyond them. */
export async function tellHeap(columns: AnalysisColumns, work?: Work): Promise<ToldHeap> {
  const scratch = createScratch(nodeCount(columns.graph));
  const origins = new RootOrigins(columns.graph);
  const paths = await computeTellingPaths(columns.graph, origins, scratch, work);
  const preorder = computeDominatorPreorder(columns, paths, scratch);
  return {columns, paths, preorder, origins, names: new GeneralizedPaths(columns.graph, paths, origins)};
}
