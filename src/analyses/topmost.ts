/**
 * Objects in groups → per group, what its topmost objects retain: those that no object of the same group dominates. A list of a million
 * items counts as what its first item retains.
 */
import {NONE} from '../base/units.js';
import type {AnalysisColumns} from './analysis-columns.js';
import type {DominatorPreorder} from './dominator-preorder.js';

/** Bytes per group. `groupOf` is per node: below `groups`, or NONE; with `union` per group of that kind a larger group that it belongs to. O(objects). */
export function sumTopmost(
  {retained, retainedObjects}: Pick<AnalysisColumns, 'retained' | 'retainedObjects'>,
  {node}: Pick<DominatorPreorder, 'node'>,
  groupOf: Uint32Array,
  groups: number,
  union?: Uint32Array,
): Float64Array {
  const sums = new Float64Array(groups);
  const coveredUntil = new Float64Array(groups); // position behind the subtree of the last topmost object
  for (let position = 0; position < node.length; position++) {
    const object = node[position]!;
    let group = groupOf[object]!;
    if (group === NONE) continue;
    if (union !== undefined) group = union[group]!;
    if (position < coveredUntil[group]!) continue;
    sums[group]! += retained[object]!;
    coveredUntil[group] = position + retainedObjects[object]!;
  }
  return sums;
}
