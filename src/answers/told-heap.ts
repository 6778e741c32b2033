/**
 * A graph with its analyses → what all answers start from: the order of the dominator tree, computed once, and the names of root nodes and
 * paths, found when they are asked for.
 */
import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {computeDominatorPreorder, type DominatorPreorder} from '../analyses/dominator-preorder.js';
import {RootOrigins} from '../analyses/root-origins.js';
import {GeneralizedPaths} from './generalized-paths.js';

export interface ToldHeap {
  readonly columns: AnalysisColumns;
  readonly preorder: DominatorPreorder;
  readonly origins: RootOrigins;
  readonly names: GeneralizedPaths;
}

/** O(nodes); 12 bytes a node of results. */
export function tellHeap(columns: AnalysisColumns): ToldHeap {
  const origins = new RootOrigins(columns.graph);
  return {columns, preorder: computeDominatorPreorder(columns), origins, names: new GeneralizedPaths(columns.graph, columns, origins)};
}
