/**
 * Objects of a finding that the runtime's memory profile had sampled → the places that allocated most of these. A few objects are sampled, at random by
 * their bytes: a hint, and no sum.
 */
import {isRuntimePackage, packageOfName} from '../analyses/package-names.js';
import type {AllocationSite, AllocationTable} from '../graph/heap-graph.js';
import type {SubtreeSet} from './subtree-set.js';

export interface SampledSite {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly sampled: number; // objects of the finding
}

const MOST = 3;

export function findSampledSites({sites, object, site}: AllocationTable, set: SubtreeSet): SampledSite[] {
  const counts = new Map<number, number>();
  for (let row = 0; row < object.length; row++) if (set.has(object[row]!)) counts.set(site[row]!, (counts.get(site[row]!) ?? 0) + 1);
  const most = [...counts].sort(([a, count], [b, other]) => other - count || a - b).slice(0, MOST);
  return most.flatMap(([row, sampled]) => {
    const call = callOf(sites[row]!);
    return call ? [{...call, sampled}] : [];
  });
}

/** The innermost call that is not the runtime's. */
function callOf({stack}: AllocationSite): AllocationSite['stack'][number] | undefined {
  return stack.find((call) => !isRuntimePackage(packageOfName(call.function))) ?? stack[0];
}
