/**
 * The graph's rows → the names of paths: which part of a node holds a pointer, what a root node is called, and a path's expression.
 */
import {type Address, NONE} from '../base/units.js';
import {type HeapGraph, ROOT_KINDS} from '../graph/heap-graph.js';
import {addressOf, headerOf, lengthOf, objectOfNode} from '../graph/objects.js';
import {type Holder, nameOfRoot, PathExpression, type ValueAt} from '../values/path-expression.js';
import type {Edge, Path} from './heap.js';

/** The node as the owner of pointers. */
export function holderOf(graph: HeapGraph, node: number): Holder {
  const object = objectOfNode(graph, node);
  if (object === undefined) return {type: node === 0 ? 0 : graph.roots.type[node - 1]!, length: 1, header: 0};
  return {type: graph.objects.type[object]!, length: lengthOf(graph.objects, object), header: headerOf(graph, object)};
}

/** What a root node is called; with its goroutine where it belongs to one. */
export function rootName(graph: HeapGraph, node: number): string {
  const {roots, goroutines, strings} = graph;
  const row = node - 1;
  const goroutine = roots.goroutine[row]!;
  return nameOfRoot({
    kind: ROOT_KINDS[roots.kind[row]!] ?? 'unknown',
    name: strings[roots.name[row]!]!,
    goroutine: goroutine === NONE ? undefined : goroutines.id[goroutine],
    language: graph.metadata.language,
  });
}

export class GraphPath implements Path {
  readonly #graph: HeapGraph;
  readonly #edges: readonly Edge[];
  readonly #start: number;
  readonly #valueAt: ValueAt | undefined;

  /** `edges` lead from the root node `start` to the node the path is for. `valueAt` reads the keys of maps. */
  constructor(graph: HeapGraph, start: number, edges: readonly Edge[], valueAt?: ValueAt) {
    this.#graph = graph;
    this.#start = start;
    this.#valueAt = valueAt;
    this.#edges = edges;
    this.#valueAt = valueAt;
  }
  [Symbol.iterator](): Iterator<Edge> {
    return this.#edges[Symbol.iterator]();
  }
  toString(): string {
    const expression = new PathExpression(this.#graph, this.#start === 0 ? 'program' : rootName(this.#graph, this.#start), this.#valueAt);
    for (const {source, offset} of this.#edges)
      expression.follow({...holderOf(this.#graph, source), address: addressOfNode(this.#graph, source)}, offset);
    return expression.toString();
  }
}

/** Of the slot or the storage; undefined where there is none. */
function addressOfNode(graph: HeapGraph, node: number): Address | undefined {
  const object = objectOfNode(graph, node);
  if (object !== undefined) return addressOf(graph, object);
  const address = node === 0 ? Number.NaN : graph.roots.address[node - 1]!;
  return Number.isNaN(address) ? undefined : address;
}
