/**
 * Nodes and pointers of a goheap database → reachability by plain search, with some nodes and pointers left out. Brute force
 * by definition: it reads no column that an analysis computed, but for the ids to leave out.
 */
import type Database from 'better-sqlite3';

export interface PlainEdge {
  readonly source: number;
  readonly offset: number;
  readonly target: number;
  readonly bridge: number;
}
export interface PlainGraph {
  readonly nodeCount: number;
  readonly rootCount: number;
  readonly size: Float64Array; // per node: bytes of an object, 0 for the program and root nodes
  readonly children: readonly (readonly number[])[]; // per node: the root nodes below it
  readonly outgoing: readonly (readonly PlainEdge[])[];
}

export function readPlainGraph(database: Database.Database): PlainGraph {
  const roots = database.prepare('SELECT id, parent_id AS parent FROM roots').all() as {id: number; parent: number}[];
  const objects = database.prepare('SELECT id, size FROM objects').all() as {id: number; size: number}[];
  const nodeCount = 1 + roots.length + objects.length;
  const size = new Float64Array(nodeCount);
  for (const object of objects) size[object.id] = object.size;
  const children: number[][] = Array.from({length: nodeCount}, () => []);
  for (const {id, parent} of roots) children[parent]!.push(id);
  const outgoing: PlainEdge[][] = Array.from({length: nodeCount}, () => []);
  const edges = database
    .prepare('SELECT source_id AS source, offset, target_id AS target, bridge FROM edges WHERE followed')
    .all() as PlainEdge[];
  for (const edge of edges) outgoing[edge.source]!.push(edge);
  return {nodeCount, rootCount: roots.length, size, children, outgoing};
}

/** 1 for each node that can be reached from the program, without these nodes and pointers. */
export function findReachable(graph: PlainGraph, ...without: readonly (number | PlainEdge)[]): Uint8Array {
  const left = new Set(without);
  const reached = new Uint8Array(graph.nodeCount);
  const pending: number[] = [];
  const enter = (node: number) => {
    if (reached[node] === 1 || left.has(node)) return;
    reached[node] = 1;
    pending.push(node);
  };
  enter(0);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const child of graph.children[node]!) enter(child);
    for (const edge of graph.outgoing[node]!) if (!left.has(edge)) enter(edge.target);
  }
  return reached;
}

/** The objects that are in `before` and not in `after`, ascending. */
export function findLost(graph: PlainGraph, before: Uint8Array, after: Uint8Array): number[] {
  const lost: number[] = [];
  for (let node = graph.rootCount + 1; node < graph.nodeCount; node++) if (before[node] === 1 && after[node] === 0) lost.push(node);
  return lost;
}

export function sumOfSizes(graph: PlainGraph, nodes: readonly number[]): number {
  return nodes.reduce((sum, node) => sum + graph.size[node]!, 0);
}
