/**
 * Graph → the names of its types and root nodes as numbers that sort as the names do. What is decided by them comes out the same in
 * two runs of one program, where addresses and node numbers do not.
 */
import type {HeapGraph} from '../graph/heap-graph.js';
import type {RootOrigins} from './root-origins.js';

export interface NameRanks {
  readonly root: Uint32Array; // per root row
  readonly type: Uint32Array; // per type; types of one name share a rank
}

/** Root nodes of one origin share a rank: the same variable of many goroutines, the words of many frames. O(root nodes + names × log names). */
export function computeNameRanks(graph: HeapGraph, origins: RootOrigins): NameRanks {
  const {roots, types} = graph;
  const nameOfRoot = (row: number) => origins.at(origins.idOf(row + 1)).name;
  const names = new Set(types.name);
  for (let row = 0; row < roots.count; row++) names.add(nameOfRoot(row));
  const rank = new Map(
    Array.from(names)
      .sort(byCodeUnits)
      .map((name, index) => [name, index]),
  );
  return {
    root: Uint32Array.from({length: roots.count}, (_, row) => rank.get(nameOfRoot(row))!),
    type: Uint32Array.from(types.name, (name) => rank.get(name)!),
  };
}

/** Not by locale: the same on every machine. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
