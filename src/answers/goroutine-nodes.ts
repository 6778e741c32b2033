/**
 * Nodes that are a goroutine's own → the goroutine: its root node, the g that the runtime keeps for it, and the sudogs by which it waits. The
 * runtime's lists keep the latter two; to a reader they are the goroutine.
 */
import {NONE, type NodeIndex} from '../base/units.js';
import {type HeapGraph, ROOT_KINDS} from '../graph/heap-graph.js';
import {nodeOfObject, objectAt} from '../graph/objects.js';

const GOROUTINE = ROOT_KINDS.indexOf('goroutine');
const G = ROOT_KINDS.indexOf('g');
const SUDOG = /^(?:runtime\.sudog$|sudog<)/;

export class GoroutineNodes {
  readonly #graph: HeapGraph;
  readonly #ofG = new Map<NodeIndex, number>();
  readonly #mayBe: Uint8Array; // per type: 1 for sudogs, 2 for what the g of a goroutine is

  constructor(graph: HeapGraph) {
    this.#graph = graph;
    this.#mayBe = Uint8Array.from(graph.types.name, (name) => (SUDOG.test(name) ? 1 : 0));
    const {roots} = graph;
    for (let row = 0; row < roots.count; row++) {
      if (roots.kind[row] !== G || roots.goroutine[row] === NONE) continue;
      const g = objectAt(graph, roots.address[row]!); // the words of kind `g` lie in the g itself
      if (g === undefined) continue;
      this.#ofG.set(nodeOfObject(graph, g), roots.goroutine[row]!);
      this.#mayBe[graph.objects.type[g]!] = 2;
    }
  }

  /** The g of each goroutine that has one in the heap, with the goroutine's row. */
  gs(): Iterable<readonly [g: NodeIndex, goroutine: number]> {
    return this.#ofG;
  }
  /** Row of GoroutineTable; NONE for other nodes. */
  goroutineOf(node: NodeIndex): number {
    const {roots, objects, edges} = this.#graph;
    if (node <= roots.count) return roots.kind[node - 1] === GOROUTINE ? roots.goroutine[node - 1]! : NONE;
    const kind = this.#mayBe[objects.type[node - 1 - roots.count]!];
    if (kind !== 1) return (kind === 2 ? this.#ofG.get(node) : undefined) ?? NONE;
    for (let edge = edges.firstEdge[node]!; edge < edges.firstEdge[node + 1]!; edge++) {
      const waiting = this.#ofG.get(edges.target[edge]!);
      if (waiting !== undefined) return waiting;
    }
    return NONE;
  }
}
