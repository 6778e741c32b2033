/**
 * What src/answers says, by its definitions, over plain Maps: costs settle by trying again until nothing changes, roots are found by walking
 * forwards from each. Shares with src the costs of nodes and the names of root nodes only.
 */
import {computeTellingCosts} from '../../src/analyses/telling-costs.js';
import type {ToldHeap} from '../../src/answers/told-heap.js';
import {remember} from '../../src/base/remember.js';
import {NONE, type NodeIndex} from '../../src/base/units.js';
import {BruteForce} from './brute-force.js';

interface Arrow {
  readonly from: NodeIndex;
  readonly to: NodeIndex;
  readonly slot: number;
  readonly isInterior: boolean;
}

/** The pointers that are followed, of reachable nodes. */
export function listArrows({columns: {graph}}: ToldHeap): Arrow[] {
  const {edges} = graph;
  const reachable = new BruteForce(graph).distances();
  const skipped = new Set(edges.notFollowed);
  const interior = new Set(edges.interiorEdge);
  const arrows: Arrow[] = [];
  for (const from of reachable.keys()) {
    for (let edge = edges.firstEdge[from]!; edge < edges.firstEdge[from + 1]!; edge++) {
      if (!skipped.has(edge)) arrows.push({from, to: edges.target[edge]!, slot: edges.slot[edge]!, isInterior: interior.has(edge)});
    }
  }
  return arrows;
}

/** Per reachable object: its holder on the cheapest path and the offset of the pointer in it, in words. */
export function tellingHolders(told: ToldHeap): Map<NodeIndex, {holder: NodeIndex; slot: number}> {
  const {graph} = told.columns;
  const {roots, objects, types} = graph;
  const {start, rootPointer, typePointer, interiorPointer} = computeTellingCosts(graph);
  const isRoot = (node: NodeIndex) => node <= roots.count;
  const typeOf = (node: NodeIndex) => objects.type[node - 1 - roots.count]!;
  const pointerCost = ({from, isInterior}: Arrow) =>
    (isRoot(from) ? rootPointer[from - 1]! : typePointer[typeOf(from)]!) + (isInterior ? interiorPointer : 0);
  const nameOf = (node: NodeIndex) => (isRoot(node) ? told.origins.at(told.origins.idOf(node)).name : types.name[typeOf(node)]!);

  const arrows = listArrows(told);
  const byOwner = groupBy(arrows, (arrow) => arrow.from);
  const cost = new Map<NodeIndex, number>();
  for (let root = 1; root <= roots.count; root++) cost.set(root, start[root - 1]!);
  const changed = [...cost.keys()];
  for (const node of changed) {
    for (const arrow of byOwner.get(node) ?? []) {
      const {to} = arrow;
      const offer = cost.get(node)! + pointerCost(arrow);
      if (offer >= (cost.get(to) ?? Number.POSITIVE_INFINITY)) continue;
      cost.set(to, offer);
      changed.push(to);
    }
  }
  const holders = new Map<NodeIndex, {holder: NodeIndex; slot: number}>();
  for (const [to, into] of groupBy(arrows, (arrow) => arrow.to)) {
    const tight = into.filter((arrow) => cost.get(arrow.from)! + pointerCost(arrow) === cost.get(to));
    tight.sort((a, b) => compare(nameOf(a.from), nameOf(b.from)) || a.slot - b.slot || a.from - b.from);
    holders.set(to, {holder: tight[0]!.from, slot: tight[0]!.slot});
  }
  return holders;
}

/** The root nodes from which a path leads to one of the nodes without passing one of `around`; those that are among the nodes themselves may be passed. */
export function rootsReaching(
  told: ToldHeap,
  arrows: readonly Arrow[],
  nodes: ReadonlySet<NodeIndex>,
  around: ReadonlySet<NodeIndex>,
): NodeIndex[] {
  const byOwner = groupBy(arrows, (arrow) => arrow.from);
  const reaches = (root: NodeIndex) => {
    const seen = new Set([root]);
    for (const node of seen) {
      if (nodes.has(node)) return true;
      for (const {to} of byOwner.get(node) ?? []) if (nodes.has(to) || !around.has(to)) seen.add(to);
    }
    return false;
  };
  return Array.from({length: told.columns.graph.roots.count}, (_, row) => row + 1).filter(reaches);
}

/** The first node above, on the telling path, whose type is a named struct of these packages' programs; NONE when the root comes first. */
export function firstNamedAbove(told: ToldHeap, node: NodeIndex, owns: (type: number) => boolean): NodeIndex {
  const {roots, objects} = told.columns.graph;
  for (let above = told.columns.holder[node]!; above > roots.count; above = told.columns.holder[above]!)
    if (owns(objects.type[above - 1 - roots.count]!)) return above;
  return NONE;
}

function groupBy(arrows: readonly Arrow[], keyOf: (arrow: Arrow) => NodeIndex): Map<NodeIndex, Arrow[]> {
  const groups = new Map<NodeIndex, Arrow[]>();
  for (const arrow of arrows) remember(groups, keyOf(arrow), () => []).push(arrow);
  return groups;
}
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
