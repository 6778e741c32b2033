/**
 * An analyzed heap → its findings, with all that they start from.
 */
import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {computeHolders} from '../answers/holders.js';
import {computeOwners} from '../answers/owners.js';
import {tellHeap} from '../answers/told-heap.js';
import {computeArrayViews, usedRoomOf} from '../values/array-views.js';
import {readFindingInput} from './finding-input.js';
import {type ToldFinding, tellFindings} from './tell-findings.js';

/** Problems first, then most bytes. Full channels and contexts are found where the dump's bytes are at hand. */
export function findSuspects(columns: AnalysisColumns): ToldFinding[] {
  const told = tellHeap(columns);
  const views = computeArrayViews(columns.graph, columns.contents, columns.reachable);
  const usedLength = (array: number) => usedRoomOf(views, array);
  return tellFindings(readFindingInput(told, {holders: computeHolders(told, {usedLength}), owners: computeOwners(told), usedLength}));
}
