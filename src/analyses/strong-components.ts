/**
 * A directed graph → its strong components: nodes that lead to each other. Tarjan's algorithm with a stack of its own, because paths may be
 * millions of nodes long.
 */
import type {Csr} from '../base/csr.js';

/** Node n leads to item[first[n]], …. Per node the number of its component: what a component leads to has a smaller one. O(nodes + edges). */
export function computeStrongComponents({first, item}: Csr): {readonly count: number; readonly component: Uint32Array} {
  const size = first.length - 1;
  const order = new Uint32Array(size); // of the first visit, from 1; 0 = not visited
  const low = new Uint32Array(size); // the earliest node of those on `open` that is known to be reached from there
  const component = new Uint32Array(size);
  const isOpen = new Uint8Array(size);
  const open = new Uint32Array(size); // visited, and in no component yet
  const path = new Uint32Array(size);
  const next = first.slice(0, size); // of each node on the path the edge to follow
  let [visited, opened, count] = [0, 0, 0];
  for (let start = 0; start < size; start++) {
    if (order[start] !== 0) continue;
    let depth = 0;
    for (let node = start, isNew = true; ; ) {
      if (isNew) {
        order[node] = low[node] = ++visited;
        open[opened++] = node;
        isOpen[node] = 1;
        path[depth++] = node;
      }
      isNew = false;
      const edge = next[node]!;
      if (edge < first[node + 1]!) {
        next[node]!++;
        const to = item[edge]!;
        if (order[to] === 0) [node, isNew] = [to, true];
        else if (isOpen[to] === 1) low[node] = Math.min(low[node]!, order[to]!);
        continue;
      }
      if (low[node] === order[node]) {
        for (let member = -1; member !== node; ) {
          member = open[--opened]!;
          isOpen[member] = 0;
          component[member] = count;
        }
        count++;
      }
      if (--depth === 0) break;
      const below = path[depth - 1]!;
      low[below] = Math.min(low[below]!, low[node]!);
      node = below;
    }
  }
  return {count, component};
}
