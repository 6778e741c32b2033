/**
 * Compressed sparse rows by counting sort: from "the group of each item" to "the items of each group", in O(items + groups)
 * and without a scratch array. Group g holds items [first[g], first[g + 1]), in ascending order.
 */
import {NONE} from './units.js';

export interface Csr {
  readonly first: Uint32Array; // per group, plus one
  readonly item: Uint32Array;
}

/** `group[i]` is the group of item i, below `groups`; an item whose group is NONE is left out. */
export function buildCsr(group: Uint32Array, groups: number): Csr {
  const first = new Uint32Array(groups + 1);
  let count = 0;
  for (let item = 0; item < group.length; item++) {
    const own = group[item]!;
    if (own === NONE) continue;
    first[own]!++;
    count++;
  }
  let end = 0;
  for (let own = 0; own < groups; own++) {
    end += first[own]!;
    first[own] = end;
  }
  first[groups] = count;
  // From the last item to the first, every group fills from its end, so that first[g] comes to rest at the group's start.
  const items = new Uint32Array(count);
  for (let item = group.length - 1; item >= 0; item--) {
    const own = group[item]!;
    if (own !== NONE) items[--first[own]!] = item;
  }
  return {first, item: items};
}
