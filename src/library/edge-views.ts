/**
 * Rows of the edge table → the pointers that callers look at, forwards and backwards. Edges are made when iterated, never kept.
 * The reverse indexes (who points here, who is dominated by this) are made on first use: 4 bytes a node and 4 a row.
 */
import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {computePaths} from '../analyses/paths.js';
import {computeReferrers, ownerOfEdge} from '../analyses/referrers.js';
import type {TellingPaths} from '../analyses/telling-paths.js';
import {buildCsr, type Csr} from '../base/csr.js';
import {GoheapError} from '../base/errors.js';
import {indexOfSorted} from '../base/lower-bound.js';
import type {HeapGraph, NodeIndex} from '../graph/heap-graph.js';
import {nodeCount} from '../graph/objects.js';
import type {NodeId} from '../values/identity.js';
import {partOfHolder, type ValueAt} from '../values/path-expression.js';
import type {Edge, Path} from './heap.js';
import {GraphPath, holderOf} from './path-text.js';

export class EdgeViews {
  readonly #graph: HeapGraph;
  readonly #valueAt: ValueAt;
  #referrers: Csr | undefined;
  #dominated: Csr | undefined;

  constructor(graph: HeapGraph, valueAt: ValueAt) {
    this.#graph = graph;
    this.#valueAt = valueAt;
  }

  *references(source: NodeIndex): Generator<Edge> {
    const {firstEdge} = this.#graph.edges;
    for (let row = firstEdge[source]!; row < firstEdge[source + 1]!; row++) yield buildEdge(this.#graph, source, row);
  }
  *referrers(target: NodeIndex): Generator<Edge> {
    const {first, item} = this.#reversed();
    for (let at = first[target]!; at < first[target + 1]!; at++) {
      yield buildEdge(this.#graph, ownerOfEdge(this.#graph.edges, item[at]!), item[at]!);
    }
  }
  #reversed(): Csr {
    this.#referrers ??= computeReferrers(this.#graph);
    return this.#referrers;
  }
  /** Biggest first; equal ones by id. */
  *dominated(node: NodeIndex, {dominator, retained}: AnalysisColumns): Generator<NodeId> {
    this.#dominated ??= buildCsr(dominator, nodeCount(this.#graph));
    const {first, item} = this.#dominated;
    const children = item.slice(first[node]!, first[node + 1]!).sort((a, b) => retained[b]! - retained[a]! || a - b);
    for (const child of children) yield child as NodeId;
  }
  /** One for each root node that reaches the node, the telling path first where it is given: `computePaths` says which. */
  *paths(node: NodeIndex, avoid: ((edge: Edge) => boolean) | undefined, telling: TellingPaths | undefined): Generator<Path> {
    const graph = this.#graph;
    const edgeAt = (row: number) => buildEdge(graph, ownerOfEdge(graph.edges, row), row);
    const options = {telling, referrers: () => this.#reversed(), avoid: avoid && ((row: number) => avoid(edgeAt(row)))};
    for (const {root, edges} of computePaths(graph, node, options)) yield new GraphPath(graph, root, edges.map(edgeAt), this.#valueAt);
  }
  /** The row of an edge that came from here or was put together by the caller. Throws `usage` when the node has no pointer there. */
  row({source, offset}: Pick<Edge, 'source' | 'offset'>): number {
    const {firstEdge, slot, wordBytes} = this.#graph.edges;
    const row = indexOfSorted(slot, offset / wordBytes, firstEdge[source] ?? 0, firstEdge[source + 1] ?? 0);
    if (row >= 0) return row;
    throw new GoheapError('usage', `node ${source} has no pointer at offset ${offset}`, {
      hint: 'references(id) lists the pointers of a node.',
    });
  }
}

export function buildEdge(graph: HeapGraph, source: NodeIndex, row: number): Edge {
  const offset = graph.edges.slot[row]! * graph.edges.wordBytes;
  return {
    source: source as NodeId,
    offset,
    target: graph.edges.target[row]! as NodeId,
    field: partOfHolder(graph, holderOf(graph, source), offset).path || undefined,
  };
}
