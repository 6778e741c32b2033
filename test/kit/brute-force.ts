/**
 * The analyses by their definitions, for small graphs: remove a node or an edge, see what is no longer reachable. Nothing here is
 * shared with src/analyses.
 */
import {NONE, type NodeIndex} from '../../src/base/units.js';
import type {HeapGraph} from '../../src/graph/heap-graph.js';
import {nodeCount, objectOfNode, sizeOf} from '../../src/graph/objects.js';

interface Arrow {
  readonly from: NodeIndex;
  readonly to: NodeIndex;
  readonly edge: number; // NONE for the structure program → root node → child
}

/** Breadth first from the program, without some nodes or edges. Distance counts pointers only. */
export class BruteForce {
  readonly graph: HeapGraph;
  readonly #arrows: Arrow[][];

  constructor(graph: HeapGraph) {
    this.graph = graph;
    this.#arrows = Array.from({length: nodeCount(graph)}, () => []);
    const skipped = new Set(graph.edges.notFollowed);
    for (let root = 1; root <= graph.roots.count; root++) this.#add({from: graph.roots.parent[root - 1]!, to: root, edge: NONE});
    for (let node = 0; node < nodeCount(graph); node++) {
      for (let edge = graph.edges.firstEdge[node]!; edge < graph.edges.firstEdge[node + 1]!; edge++) {
        if (!skipped.has(edge)) this.#add({from: node, to: graph.edges.target[edge]!, edge});
      }
    }
  }
  #add(arrow: Arrow): void {
    this.#arrows[arrow.from]!.push(arrow);
  }

  /** Distance of every node that is reachable. */
  distances(withoutNodes: readonly NodeIndex[] = [], ...withoutEdges: readonly number[]): Map<NodeIndex, number> {
    const distance = new Map<NodeIndex, number>();
    if (!withoutNodes.includes(0)) distance.set(0, 0);
    // Structure is free of charge: settle it before pointers.
    const queue = [...distance.keys()];
    for (const free of [true, false]) {
      if (!free) queue.push(...distance.keys());
      for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
        for (const arrow of this.#arrows[node]!) {
          const isFree = arrow.edge === NONE;
          if (isFree !== free || withoutEdges.includes(arrow.edge) || distance.has(arrow.to) || withoutNodes.includes(arrow.to)) continue;
          distance.set(arrow.to, distance.get(node)! + (isFree ? 0 : 1));
          queue.push(arrow.to);
        }
      }
    }
    return distance;
  }
  size(node: NodeIndex): number {
    const object = objectOfNode(this.graph, node);
    return object === undefined ? 0 : sizeOf(this.graph, object);
  }
  bytes(nodes: Iterable<NodeIndex>): number {
    return [...nodes].reduce((sum, node) => sum + this.size(node), 0);
  }
  /** Bytes that become unreachable when all of `nodes` go. */
  retainedTogether(nodes: readonly NodeIndex[]): number {
    return this.bytes(this.distances().keys()) - this.bytes(this.distances(nodes).keys());
  }
  /** The nodes, itself included, that are reachable only through `node`. */
  dominatedBy(node: NodeIndex): NodeIndex[] {
    const rest = this.distances([node]);
    return [...this.distances().keys()].filter((other) => !rest.has(other));
  }
  /** NONE for the program: of all proper dominators the one that all others dominate, which is the one that dominates least. */
  dominators(): Map<NodeIndex, NodeIndex> {
    const dominated = new Map([...this.distances().keys()].map((node) => [node, this.dominatedBy(node)]));
    const result = new Map<NodeIndex, NodeIndex>();
    for (const node of dominated.keys()) {
      const proper = [...dominated].filter(([other, nodes]) => other !== node && nodes.includes(node));
      proper.sort(([, a], [, b]) => a.length - b.length);
      result.set(node, proper[0]?.[0] ?? NONE);
    }
    return result;
  }
  /** Whether the edge's target becomes unreachable without this one edge. */
  isBridge(edge: number): boolean {
    const target = this.graph.edges.target[edge]!;
    return this.distances().has(target) && !this.distances([], edge).has(target);
  }
}
