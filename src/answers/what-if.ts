/**
 * A region that hangs on what is to go (analyses/cut-region.ts) → the answer to "what if": how much becomes garbage, of which types and owners,
 * and who still holds the rest, in names. Here stands what answers have in common, wherever objects come from; `answerWhatIf` is that of a graph.
 */
import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {buildCutRegion, type GraphCuts} from '../analyses/cut-graph.js';
import {findHeld, findLedTo} from '../analyses/cut-region.js';
import {remember} from '../base/remember.js';
import {type Bytes, NONE, type NodeIndex} from '../base/units.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {objectOfNode, sizeOf} from '../graph/objects.js';
import {
  byBytes,
  type Entry,
  groupEntries,
  joinEntries,
  largestEntries,
  listHeldEntries,
  type ObjectSum,
  type StillHeld,
  sumOfEntries,
} from './held-entries.js';
import type {Owners} from './owners.js';
import type {ToldHeap} from './told-heap.js';

export interface TypeSum extends ObjectSum {
  readonly type: string;
}
export interface OwnerSum extends ObjectSum {
  readonly owner: string;
  readonly kind: 'type' | 'variable' | 'function';
}
export interface WhatIf {
  /** What becomes garbage. */
  readonly garbage: ObjectSum;
  /** What the cut led to and is held otherwise: objects whose telling path goes through the cut, and those that the garbage points to. */
  readonly stays: ObjectSum;
  readonly types: readonly TypeSum[]; // of the garbage, most bytes first
  readonly owners: readonly OwnerSum[]; // likewise
  readonly held: readonly StillHeld[]; // of what stays, likewise; adds up to it
}

export const typesByBytes = byBytes<TypeSum>(({type}) => type);
export const ownersByBytes = byBytes<OwnerSum>(({owner, kind}) => `${owner} ${kind}`);

/** What is garbage already counts for nothing. O(nodes + edges). */
export function answerWhatIf(told: ToldHeap, owners: Owners, cuts: GraphCuts): WhatIf {
  const {columns, names} = told;
  const {graph} = columns;
  const region = buildCutRegion(columns, cuts);
  const via = findHeld(region);
  const sizeAt = (position: number) => sizeOf(graph, objectOfNode(graph, region.node[position]!)!);
  const types = new Map<number, {objects: number; bytes: Bytes}>();
  const byOwner = new Map<number, {objects: number; bytes: Bytes}>();
  const garbage = {objects: 0, bytes: 0};
  for (let position = 0; position < region.node.length; position++) {
    if (!via.isGarbage(position)) continue;
    const node = region.node[position]!;
    const bytes = sizeAt(position);
    const type = graph.objects.type[objectOfNode(graph, node)!]!;
    for (const sum of [garbage, sumIn(types, type), sumIn(byOwner, owners.ownerOf[node]!)]) {
      sum.objects++;
      sum.bytes += bytes;
    }
  }
  const cut = new Set([...cuts.edges, ...graph.edges.notFollowed]);
  const typeName = (node: NodeIndex) => graph.types.name[graph.objects.type[objectOfNode(graph, node)!]!] || 'unknown';
  const entries = joinEntries(listHeldEntries(region.node, via, sizeAt), largestEntries(topmostOf(columns, findLedTo(region, via))));
  const held = groupEntries(entries, ({node, holder}) => ({
    name: names.textOf(holder === undefined ? names.idOf(node) : names.behind(holder, findSlot(graph, cut, holder, node), node)),
    type: typeName(node),
  }));
  return {
    garbage,
    stays: sumOfEntries(entries),
    types: [...types].map(([type, sum]) => ({type: graph.types.name[type] || 'unknown', ...sum})).sort(typesByBytes),
    owners: [...byOwner].map(([row, sum]) => ({owner: owners.rows[row]!.name, kind: owners.rows[row]!.kind, ...sum})).sort(ownersByBytes),
    held,
  };
}

function sumIn(sums: Map<number, {objects: number; bytes: Bytes}>, key: number): {objects: number; bytes: Bytes} {
  return remember(sums, key, () => ({objects: 0, bytes: 0}));
}

/** What these nodes retain, those that no other one dominates; they stay by their telling paths. */
function topmostOf({dominator, retained, retainedObjects}: AnalysisColumns, nodes: Uint32Array): Entry[] {
  const all = new Set(nodes);
  const isBelow = (node: NodeIndex) => {
    let above = dominator[node]!;
    while (above !== NONE && !all.has(above)) above = dominator[above]!;
    return above !== NONE;
  };
  const topmost = [...nodes].filter((node) => !isBelow(node));
  return topmost.map((node) => ({node, holder: undefined, objects: retainedObjects[node]!, bytes: retained[node]!}));
}

/** Of the first pointer from one node to another that is not `cut` (rows of edges). */
function findSlot({edges}: HeapGraph, cut: ReadonlySet<number>, from: NodeIndex, to: NodeIndex): number {
  let edge = edges.firstEdge[from]!;
  while (edges.target[edge] !== to || cut.has(edge)) edge++;
  return edges.slot[edge]!;
}
