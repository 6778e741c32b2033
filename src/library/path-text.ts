/**
 * A chain of pointers → the expression a Go programmer would write: `main.cache.items[3].next`.
 * Pointers are followed silently, as Go's selectors do; an array behind a slice gets its index even when it has one element.
 * What no type covers is said in bytes (`+0x18`), so a text is always complete.
 */
import {NONE} from '../base/units.js';
import {type HeapGraph, ROOT_KINDS, TYPE_KINDS} from '../graph/heap-graph.js';
import {headerOf, lengthOf, objectOfNode} from '../graph/objects.js';
import {findPart, type Part} from '../values/field-path.js';
import type {Edge, Path} from './heap.js';

const SLICE = TYPE_KINDS.indexOf('slice');

/** The part of `node` that holds the pointer at `offset` of its slot. `indexed`: it was reached through a slice. */
export function partAt(graph: HeapGraph, node: number, offset: number, indexed = false): Part {
  const object = objectOfNode(graph, node);
  if (object === undefined) return findPart(graph, node === 0 ? 0 : graph.roots.type[node - 1]!, offset);
  const count = lengthOf(graph.objects, object);
  return findPart(graph, graph.objects.type[object]!, offset - headerOf(graph, object), count, indexed || count > 1);
}

/** What a root node is called; with its goroutine where it belongs to one. */
export function rootName(graph: HeapGraph, node: number): string {
  const {roots, goroutines, strings} = graph;
  const row = node - 1;
  const name = strings[roots.name[row]!]!;
  const goroutine = roots.goroutine[row]!;
  const owner = goroutine === NONE ? '' : `goroutine ${goroutines.id[goroutine]!}`;
  const kind = ROOT_KINDS[roots.kind[row]!] ?? 'unknown';
  if (kind === 'goroutine') return owner || name;
  if (roots.parent[row] === 0 || name.startsWith('goroutine ')) return name || kind;
  return `${owner} ${name || kind}`;
}

export class GraphPath implements Path {
  readonly #graph: HeapGraph;
  readonly #edges: readonly Edge[];
  readonly #start: number;

  /** `edges` lead from the root node `start` to the node the path is for. */
  constructor(graph: HeapGraph, start: number, edges: readonly Edge[]) {
    this.#graph = graph;
    this.#start = start;
    this.#edges = edges;
  }
  [Symbol.iterator](): Iterator<Edge> {
    return this.#edges[Symbol.iterator]();
  }
  toString(): string {
    let text = this.#start === 0 ? 'program' : rootName(this.#graph, this.#start);
    let indexed = false;
    for (const {source, offset} of this.#edges) {
      const part = partAt(this.#graph, source, offset, indexed);
      text += part.path === '' || '[+'.includes(part.path[0]!) ? part.path : `.${part.path}`;
      indexed = this.#graph.types.kind[part.type] === SLICE;
    }
    return text;
  }
}
