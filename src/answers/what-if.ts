/**
 * A region that hangs on what is to go (analyses/cut-region.ts) → the answer to "what if": how much becomes garbage, of which types and owners,
 * and who still holds the rest, in names. Here stands what answers have in common, wherever objects come from; `answerWhatIf` is that of a graph.
 */
import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {buildCutRegion, type GraphCuts} from '../analyses/cut-graph.js';
import {type CutRegion, findLedTo, findStillHeld} from '../analyses/cut-region.js';
import {remember} from '../base/remember.js';
import {type Bytes, NONE, type NodeIndex} from '../base/units.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {objectOfNode, sizeOf} from '../graph/objects.js';
import type {Owners} from './owners.js';
import type {ToldHeap} from './told-heap.js';

/** Some objects. */
export interface ObjectSum {
  readonly objects: number;
  readonly bytes: Bytes; // of their slots
}
export interface TypeSum extends ObjectSum {
  readonly type: string;
}
export interface OwnerSum extends ObjectSum {
  readonly owner: string;
  readonly kind: 'type' | 'variable' | 'function';
}
/** What stays for one reason: a pointer of one generalized path, which leads to objects of one type. */
export interface StillHeld extends ObjectSum {
  readonly name: string; // of the path; '' for all that are not named
  readonly type: string; // '' likewise
  readonly node: NodeIndex | undefined; // of those that are pointed to, the one that most hangs on; undefined likewise
  readonly count: number; // of those that are pointed to
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

/** An object that stays because it is pointed to from elsewhere, with what stays because of that. */
export interface Entry extends ObjectSum {
  readonly node: NodeIndex;
  readonly holder: NodeIndex | undefined; // where such a pointer is; undefined where its telling path says it
}

/** Groups of entries that are named; the largest ones. */
export const MOST_ENTRIES = 10_000;

/** `sizeAt`: bytes of the object at a position. */
export function listHeldEntries({node, entry}: CutRegion, via: Uint32Array, sizeAt: (position: number) => Bytes): Entry[] {
  const entries = new Map<number, {node: NodeIndex; holder: NodeIndex; objects: number; bytes: Bytes}>();
  for (let position = 0; position < via.length; position++) {
    const at = via[position]!;
    if (at === NONE) continue;
    const found = remember(entries, at, () => ({node: node[at]!, holder: entry[at]!, objects: 0, bytes: 0}));
    found.objects++;
    found.bytes += sizeAt(position);
  }
  return [...entries.values()];
}

/** The largest first. */
export function sortEntries(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => b.bytes - a.bytes || a.node - b.node);
}

/** Sorted entries: those of one name and type become one; those that are not named one more. Most bytes first. */
export function groupEntries(
  entries: readonly Entry[],
  describe: (entry: Entry) => {readonly name: string; readonly type: string},
): StillHeld[] {
  const groups = new Map<string, {-readonly [K in keyof StillHeld]: StillHeld[K]}>();
  for (const [rank, entry] of entries.entries()) {
    const {name, type} = rank < MOST_ENTRIES ? describe(entry) : {name: '', type: ''};
    const node = rank < MOST_ENTRIES ? entry.node : undefined;
    const group = remember(groups, `${name} ${type}`, () => ({name, type, node, count: 0, objects: 0, bytes: 0}));
    group.count++;
    group.objects += entry.objects;
    group.bytes += entry.bytes;
  }
  return [...groups.values()].sort(byBytes(({name, type}) => `${name} ${type}`));
}

export function sumOf(sums: readonly ObjectSum[]): ObjectSum {
  return {objects: sums.reduce((sum, {objects}) => sum + objects, 0), bytes: sums.reduce((sum, {bytes}) => sum + bytes, 0)};
}

/** Most bytes first, then most objects; else by what `textOf` says. */
export function byBytes<S extends ObjectSum>(textOf: (sum: S) => string): (a: S, b: S) => number {
  return (a, b) => b.bytes - a.bytes || b.objects - a.objects || (textOf(a) < textOf(b) ? -1 : 1);
}
export const typesByBytes = byBytes<TypeSum>(({type}) => type);
export const ownersByBytes = byBytes<OwnerSum>(({owner, kind}) => `${owner} ${kind}`);

/** What is garbage already counts for nothing. O(nodes + edges). */
export function answerWhatIf(told: ToldHeap, owners: Owners, cuts: GraphCuts): WhatIf {
  const {columns, names} = told;
  const {graph} = columns;
  const region = buildCutRegion(columns, cuts);
  const {via} = findStillHeld(region);
  const sizeAt = (position: number) => sizeOf(graph, objectOfNode(graph, region.node[position]!)!);
  const types = new Map<number, {objects: number; bytes: Bytes}>();
  const byOwner = new Map<number, {objects: number; bytes: Bytes}>();
  const garbage = {objects: 0, bytes: 0};
  for (let position = 0; position < via.length; position++) {
    if (via[position] !== NONE) continue;
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
  const entries = sortEntries([...listHeldEntries(region, via, sizeAt), ...topmostOf(columns, findLedTo(region, via))]);
  const held = groupEntries(entries, ({node, holder}) => ({
    name: names.textOf(holder === undefined ? names.idOf(node) : names.behind(holder, findSlot(graph, cut, holder, node), node)),
    type: typeName(node),
  }));
  return {
    garbage,
    stays: sumOf(entries),
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
