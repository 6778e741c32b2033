/**
 * Groups of leaked goroutines → what they keep: memory that would be garbage if the goroutines went, with their g's and the records of their
 * waits. Each group's own, and what several keep together, which goes only with all of these. One marking from everything else, and one
 * from them over what that has not reached.
 */
import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {markReachable} from '../analyses/reachability.js';
import {buildSkippedEdges} from '../analyses/skipped-edges.js';
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import {buildCsr} from '../base/csr.js';
import {type Bytes, NONE, type NodeIndex} from '../base/units.js';
import {type HeapGraph, ROOT_KINDS} from '../graph/heap-graph.js';
import {nodeCount, nodeOfObject, objectAt} from '../graph/objects.js';

export interface LeakCosts {
  readonly heap: Float64Array; // per group: Bytes
  readonly stacks: Float64Array; // per group: Bytes
  readonly shared: Bytes; // of heap, by more than one group
  readonly nodes: readonly Uint32Array[]; // per group: of what it keeps alone the topmost nodes of the dominator tree
}

const G = ROOT_KINDS.indexOf('g');
/** More groups than there are places to wait in a program. */
const SHARED = 0xffff;

/** `groupOf[i]`: of goroutine `leaked[i]`, below `groups`. O(nodes + edges). */
export function measureLeaks(
  {graph, dominator}: Pick<AnalysisColumns, 'graph' | 'dominator'>,
  leaked: readonly number[],
  groupOf: Uint32Array,
  groups: number,
): LeakCosts {
  const stacks = new Float64Array(groups);
  const own = ownNodes(graph, leaked);
  const without = createBitset(nodeCount(graph));
  leaked.forEach((row, index) => {
    stacks[groupOf[index]!]! += graph.goroutines.stackBytes[row]!;
    for (const node of own[index]!) setBit(without, node);
  });
  const labels = new Labels(graph, without, markReachable(graph, without));
  leaked.forEach((_, index) => {
    for (const node of own[index]!) labels.spread(node, groupOf[index]! + 1);
  });
  return {stacks, ...labels.sumUp(groups), nodes: labels.topmost(groups, dominator)};
}

/** Of each goroutine its root nodes, its g, and the sudogs by which it waits. */
function ownNodes(graph: HeapGraph, leaked: readonly number[]): NodeIndex[][] {
  const {roots, waits, goroutines} = graph;
  const nodesOf = buildCsr(roots.goroutine, goroutines.count);
  const waitsOf = buildCsr(waits.goroutine, goroutines.count);
  return leaked.map((row) => {
    const own = Array.from(nodesOf.item.subarray(nodesOf.first[row], nodesOf.first[row + 1]), (root) => root + 1);
    const g = own.find((node) => roots.kind[node - 1] === G); // whose words lie in the g itself
    const object = g === undefined ? undefined : objectAt(graph, roots.address[g - 1]!);
    const sudogs = Array.from(waitsOf.item.subarray(waitsOf.first[row], waitsOf.first[row + 1]), (wait) => waits.sudog[wait]!);
    return [...own, ...(object === undefined ? [] : [nodeOfObject(graph, object)]), ...sudogs.filter((sudog) => sudog !== NONE)];
  });
}

/** Which group reaches a node of those that nothing else reaches: each node is passed twice at most. Nodes of goroutines are of nobody else. */
class Labels {
  readonly #graph: HeapGraph;
  readonly #closed: Uint8Array; // bit per node: reached by the rest, or a goroutine's own
  readonly #skipped: Uint8Array; // bit per edge
  readonly #label: Uint16Array; // per node: group + 1; SHARED

  constructor(graph: HeapGraph, own: Uint8Array, rest: Uint8Array) {
    this.#graph = graph;
    this.#closed = rest.map((bits, byte) => bits | own[byte]!);
    this.#skipped = buildSkippedEdges(graph.edges);
    this.#label = new Uint16Array(nodeCount(graph));
  }

  spread(start: NodeIndex, label: number): void {
    const {firstEdge, target} = this.#graph.edges;
    this.#label[start] = label;
    const pending = [start];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
        if (!getBit(this.#skipped, edge)) this.#meet(target[edge]!, this.#label[node]!, pending);
      }
    }
  }

  #meet(node: NodeIndex, label: number, pending: NodeIndex[]): void {
    const known = this.#label[node]!;
    if (known === label || known === SHARED || getBit(this.#closed, node)) return;
    this.#label[node] = known === 0 ? label : SHARED;
    pending.push(node);
  }

  sumUp(groups: number): Pick<LeakCosts, 'heap' | 'shared'> {
    const {spans, objects} = this.#graph;
    const bytes = new Float64Array(SHARED + 1);
    for (let span = 0; span < spans.count; span++) {
      for (let object = objects.firstObject[span]!; object < objects.firstObject[span + 1]!; object++) {
        bytes[this.#label[nodeOfObject(this.#graph, object)]!]! += spans.slotSize[span]!;
      }
    }
    return {heap: bytes.slice(1, groups + 1), shared: bytes[SHARED]!};
  }
  topmost(groups: number, dominator: Uint32Array): Uint32Array[] {
    const nodes = Array.from({length: groups}, () => new Column(Uint32Array, 0));
    for (let node = 1; node < dominator.length; node++) {
      const label = this.#label[node]!;
      if (label > 0 && label < SHARED && this.#label[dominator[node]!] !== label) nodes[label - 1]!.push(node);
    }
    return nodes.map((column) => column.finish());
  }
}
