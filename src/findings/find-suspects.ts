/**
 * An analyzed heap → its findings, with all that they start from.
 */
import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {computeHolders} from '../answers/holders.js';
import {computeOwners} from '../answers/owners.js';
import {tellHeap} from '../answers/told-heap.js';
import {computeArrayViews, usedRoomOf} from '../values/array-views.js';
import {readFindingInput} from './finding-input.js';
import {computePooled} from './pooled.js';
import {type ToldFinding, tellFindings} from './tell-findings.js';
import {computeWaste} from './waste.js';

/** Problems first, then most bytes. Full channels, contexts and waste are found where the dump's bytes are at hand. */
export function findSuspects(columns: AnalysisColumns): ToldFinding[] {
  const told = tellHeap(columns);
  const views = computeArrayViews(columns.graph, columns.contents, columns.reachable);
  const usedLength = (array: number) => usedRoomOf(views, array);
  const owners = computeOwners(told);
  const input = readFindingInput(told, {holders: computeHolders(told, {usedLength}), owners, usedLength});
  const waste = computeWaste({...told, owners, views, pooled: computePooled(told, input.objects.pools), duplicates: true});
  return tellFindings({...input, waste});
}
