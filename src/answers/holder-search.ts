/**
 * The nodes of a holder's row → who keeps them: the root node that their telling path begins at, and how many other variables and goroutines
 * lead there without passing the first named holder above them – through that one, on a server, everything leads to everything.
 * Searched backwards over a limited number of pointers; beyond that the counts are lower bounds, and `exact` says so.
 */
import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {ownerOfEdge} from '../analyses/referrers.js';
import {getBit} from '../base/bitset.js';
import type {Csr} from '../base/csr.js';
import {indexOfSorted} from '../base/lower-bound.js';
import {NONE, type NodeIndex} from '../base/units.js';
import type {HolderRow} from './holders.js';
import {listOwnerTypes} from './owners.js';

export interface HoldingRoots {
  readonly root: NodeIndex; // where the telling path of the row's example begins
  readonly variables: number; // other root nodes that belong to no goroutine
  readonly goroutines: number; // other goroutines
  readonly exact: boolean;
}

const MOST_EDGES = 100_000;

export class HolderSearch {
  readonly #columns: AnalysisColumns;
  readonly #referrers: Csr;
  readonly #owns: Uint8Array; // per type

  /** `referrers`: `computeReferrers` of the graph. */
  constructor(columns: AnalysisColumns, referrers: Csr) {
    this.#columns = columns;
    this.#referrers = referrers;
    this.#owns = listOwnerTypes(columns.graph);
  }

  /** A row of root nodes is held by itself. At most `mostEdges` pointers are looked at. */
  find({kind, nodes, example}: Pick<HolderRow, 'kind' | 'nodes' | 'example'>, mostEdges = MOST_EDGES): HoldingRoots {
    if (kind !== 'object') return {root: kind === 'goroutine' ? nodes[0]! : example, variables: 0, goroutines: 0, exact: true};
    const {roots} = this.#columns.graph;
    const root = this.#rootOf(example);
    const search: Backwards = {budget: mostEdges, visited: new Set(), waiting: [], found: new Set()};
    const passed = new Set<NodeIndex>();
    for (let at = 0; at < nodes.length && search.budget > 0; at++) {
      const node = nodes[at]!;
      if (node <= roots.count) continue;
      search.visited.add(node);
      search.waiting.push(node);
      const named = this.#firstNamedAbove(node, search);
      if (named !== NONE) passed.add(named);
    }
    for (const node of passed) search.visited.add(node); // those that are in the row themselves wait already
    while (search.waiting.length > 0 && search.budget > 0) this.#visit(search.waiting.pop()!, search);
    return {root, ...this.#count(search.found, root), exact: search.budget > 0};
  }

  #rootOf(node: NodeIndex): NodeIndex {
    let root = node;
    while (root > this.#columns.graph.roots.count) root = this.#columns.holder[root]!;
    return root;
  }

  /** The nearest holder of a type that owns, on the telling path; NONE where there is none. */
  #firstNamedAbove(node: NodeIndex, search: Backwards): NodeIndex {
    const {objects, roots} = this.#columns.graph;
    const {holder} = this.#columns;
    for (let above = holder[node]!; above > roots.count; above = holder[above]!) {
      search.budget--;
      if (this.#owns[objects.type[above - 1 - roots.count]!] === 1) return above;
    }
    return NONE;
  }

  #visit(node: NodeIndex, search: Backwards): void {
    const {reachable, graph} = this.#columns;
    const {edges, roots} = graph;
    const {first, item} = this.#referrers;
    for (let index = first[node]!; index < first[node + 1]! && search.budget > 0; index++) {
      search.budget--;
      const edge = item[index]!;
      const source = ownerOfEdge(edges, edge);
      if (!getBit(reachable, source) || indexOfSorted(edges.notFollowed, edge) >= 0) continue;
      if (source <= roots.count) search.found.add(source);
      else if (!search.visited.has(source)) {
        search.visited.add(source);
        search.waiting.push(source);
      }
    }
  }

  #count(found: ReadonlySet<NodeIndex>, best: NodeIndex): {variables: number; goroutines: number} {
    const {roots} = this.#columns.graph;
    const own = roots.goroutine[best - 1]!;
    const goroutines = new Set<number>();
    let variables = 0;
    for (const root of found) {
      const goroutine = roots.goroutine[root - 1]!;
      if (goroutine === NONE) variables += root === best ? 0 : 1;
      else if (goroutine !== own) goroutines.add(goroutine);
    }
    return {variables, goroutines: goroutines.size};
  }
}

interface Backwards {
  budget: number; // pointers that may still be looked at
  readonly visited: Set<NodeIndex>;
  readonly waiting: NodeIndex[];
  readonly found: Set<NodeIndex>; // root nodes
}
