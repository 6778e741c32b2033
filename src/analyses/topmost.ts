/**
 * Objects in groups → per group, what its topmost objects retain: those that no object of the same group dominates. A list of a million
 * items counts as what its first item retains.
 */
import {NONE, type NodeIndex} from '../base/units.js';
import type {AnalysisColumns} from './analysis-columns.js';
import type {DominatorPreorder} from './dominator-preorder.js';

export interface NodeGroups {
  readonly groupOf: Uint16Array | Uint32Array; // per node from `first` on: group, or NONE
  readonly first?: NodeIndex; // 0 by default
  readonly union?: Uint32Array; // per group of that kind: a larger group that it belongs to
  readonly count: number; // of groups, the larger ones where there are such
}

/** Bytes per group. O(objects). */
export function sumTopmost(
  {retained, retainedObjects}: Pick<AnalysisColumns, 'retained' | 'retainedObjects'>,
  {node}: Pick<DominatorPreorder, 'node'>,
  {groupOf, first = 0, union, count}: NodeGroups,
): Float64Array {
  const sums = new Float64Array(count);
  const coveredUntil = new Float64Array(count); // position behind the subtree of the last topmost object
  for (let position = 0; position < node.length; position++) {
    const object = node[position]!;
    let group = groupOf[object - first]!;
    if (group === NONE) continue;
    if (union !== undefined) group = union[group]!;
    if (position < coveredUntil[group]!) continue;
    sums[group]! += retained[object]!;
    coveredUntil[group] = position + retainedObjects[object]!;
  }
  return sums;
}
