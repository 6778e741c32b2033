/**
 * A level of the dominator tree → rows that a person can read. The children of the program hold the whole reachable heap, each byte once; those
 * of one generalized path and type are one row, a goroutine's g and sudogs belong to the row of its group. So every level is a partition:
 * its rows, the last one included, add up to what the node above retains, without its own slot.
 */
import {Column} from '../base/columns.js';
import {buildCsr} from '../base/csr.js';
import {remember} from '../base/remember.js';
import {type Bytes, NONE, type NodeIndex} from '../base/units.js';
import {PROGRAM, ROOT_KINDS, type RootKind, type TypeIndex} from '../graph/heap-graph.js';
import {threadWord} from '../graph/language.js';
import {sizeOf} from '../graph/objects.js';
import {type Gathered, Gatherer, type UsedLength} from './gathers.js';
import {GoroutineNodes} from './goroutine-nodes.js';
import type {ToldHeap} from './told-heap.js';

export interface HolderRow {
  readonly kind: RootKind | 'object' | 'more'; // `more`: all rows that were not kept
  readonly name: string; // generalized path; '' for `more`
  readonly type: TypeIndex; // 0 for goroutines, for `more`, and where it is unknown
  readonly group: number; // of a goroutine: GoroutineTable.group; else NONE
  readonly count: number; // nodes; of a goroutine's row goroutines; of `more` rows
  readonly retained: Bytes;
  readonly example: NodeIndex; // the node that retains most; PROGRAM for `more`
  readonly nodes: Uint32Array; // all that the row stands for, root nodes first; empty for `more`
  readonly unfolded: boolean; // what its nodes dominate has rows of its own: `retained` is their slots alone
  readonly gathers: Gathered | undefined;
}

export interface HolderOptions {
  /** The level below this reachable node; the program's by default. */
  readonly under?: NodeIndex | undefined;
  /** Whether a row that holds nearly all is replaced by the level below it: by default below the program. */
  readonly unfold?: boolean | undefined;
  /** Rows that are kept; what the others retain is one row more. */
  readonly most?: number | undefined;
  readonly usedLength?: UsedLength | undefined;
}

const MOST_ROWS = 10_000;
/** A row above this share of its level says too little. */
const TOO_MUCH = 0.8;
const GOROUTINE = ROOT_KINDS.indexOf('goroutine');

/** Most retained first; equal rows by their example. O(nodes). */
export function computeHolders(
  told: ToldHeap,
  {under = PROGRAM, unfold = under === PROGRAM, most = MOST_ROWS, usedLength}: HolderOptions = {},
): HolderRow[] {
  const gatherer = new Gatherer(told, usedLength);
  const goroutines = new GoroutineNodes(told.columns.graph);
  const rows = groupNodes(told, goroutines, [under]);
  if (unfold) unfoldFirst(told, goroutines, gatherer, rows, TOO_MUCH * told.columns.retained[under]!);
  const rest = rows.splice(most);
  return [...rows.map((row) => ({...row, gathers: row.unfolded ? undefined : gatherer.gather(row.nodes, row.retained)})), ...moreRow(rest)];
}

type Row = Omit<HolderRow, 'gathers'>;

function byRetained(a: Row, b: Row): number {
  return b.retained - a.retained || a.example - b.example;
}

/** Replaces a first row above the limit by the level below it; by the next one where Go has no words between the two: a variable and what it points to. */
function unfoldFirst(told: ToldHeap, goroutines: GoroutineNodes, gatherer: Gatherer, rows: Row[], limit: Bytes): void {
  const name = rows[0]?.name;
  while (true) {
    const [first] = rows;
    const isTooMuch = first !== undefined && !first.unfolded && first.retained > limit && first.name === name;
    if (!isTooMuch || !gatherer.gathersAnything(first.nodes)) return;
    rows.splice(0, 1, ...withoutChildren(told, first), ...groupNodes(told, goroutines, first.nodes));
    rows.sort(byRetained);
  }
}

/** What is left of a row when its children have rows of their own: the slots of its objects. */
function withoutChildren({columns: {graph}}: ToldHeap, row: Row): Row[] {
  const own = row.nodes.reduce((sum, node) => sum + (node > graph.roots.count ? sizeOf(graph, node - 1 - graph.roots.count) : 0), 0);
  return own > 0 ? [{...row, retained: own, unfolded: true}] : [];
}

function moreRow(rest: readonly Row[]): HolderRow[] {
  if (rest.length === 0) return [];
  const retained = rest.reduce((sum, row) => sum + row.retained, 0);
  const nothing = {name: '', type: 0, group: NONE, example: PROGRAM, nodes: new Uint32Array(), unfolded: false, gathers: undefined};
  return [{...nothing, kind: 'more', count: rest.length, retained}];
}

/** The children of all `parents` in the dominator tree, in groups, the largest first. */
function groupNodes(told: ToldHeap, goroutines: GoroutineNodes, parents: Iterable<NodeIndex>): Row[] {
  const {retained} = told.columns;
  const children = listChildren(told, parents);
  const rowOfKey = new Map<number, number>();
  const rowOf = new Uint32Array(children.length);
  let lastKey = Number.NaN;
  let last = 0;
  for (let index = 0; index < children.length; index++) {
    const key = keyOf(told, goroutines, children[index]!);
    if (key !== lastKey) last = remember(rowOfKey, key, () => rowOfKey.size);
    rowOf[index] = last;
    lastKey = key;
  }
  const {first, item} = buildCsr(rowOf, rowOfKey.size);
  for (let index = 0; index < item.length; index++) item[index] = children[item[index]!]!;
  const rows: Row[] = [];
  for (let row = 0; row < rowOfKey.size; row++) {
    const nodes = item.subarray(first[row]!, first[row + 1]!);
    const goroutine = goroutines.goroutineOf(nodes[0]!);
    const group = sumUp(retained, nodes);
    if (group.retained > 0) rows.push(goroutine === NONE ? rowOfNodes(told, group) : rowOfGoroutines(told, group, goroutine));
  }
  return rows.sort(byRetained);
}

/** Root nodes and objects of one path and type are different things: a variable, and what an unnamed word of it leads to. */
function keyOf({columns, names}: ToldHeap, goroutines: GoroutineNodes, node: NodeIndex): number {
  const {roots, objects, types} = columns.graph;
  const goroutine = goroutines.goroutineOf(node);
  if (goroutine !== NONE) return -1 - columns.graph.goroutines.group[goroutine]!;
  const isObject = node > roots.count;
  const type = isObject ? objects.type[node - 1 - roots.count]! : roots.type[node - 1]!;
  return (names.idOf(node) * types.count + type) * 2 + (isObject ? 1 : 0);
}

function rowOfNodes({columns, names}: ToldHeap, group: Group): Row {
  const {roots, objects} = columns.graph;
  const {example} = group;
  const isObject = example > roots.count;
  const kind = isObject ? 'object' : ROOT_KINDS[roots.kind[example - 1]!]!;
  const type = isObject ? objects.type[example - 1 - roots.count]! : roots.type[example - 1]!;
  const name = names.textOf(names.idOf(example));
  return {...group, kind, name, type, group: NONE, count: group.nodes.length, unfolded: false};
}

function rowOfGoroutines({columns, origins}: ToldHeap, members: Group, goroutine: number): Row {
  const {goroutines, roots} = columns.graph;
  const name = `${threadWord(columns.graph.metadata.language)} ${origins.at(origins.idOf(goroutines.root[goroutine]!)).name}`;
  const count = members.nodes.reduce((sum, node) => sum + (node <= roots.count ? 1 : 0), 0);
  const group = goroutines.group[goroutine]!;
  return {...members, kind: 'goroutine', name, type: 0, group, count, unfolded: false};
}

type Group = Pick<Row, 'nodes' | 'retained' | 'example'>;

function sumUp(retained: Float64Array, nodes: Uint32Array): Group {
  let sum = 0;
  let example = nodes[0]!;
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index]!;
    sum += retained[node]!;
    if (retained[node]! > retained[example]!) example = node;
  }
  return {nodes, retained: sum, example};
}

/** Those that retain something, and all goroutines: they count. */
function listChildren({columns: {graph, retainedObjects}, preorder}: ToldHeap, parents: Iterable<NodeIndex>): Uint32Array {
  const {roots} = graph;
  const children = new Column(Uint32Array);
  for (const parent of parents) {
    let position = preorder.position[parent]! + (parent > roots.count ? 1 : 0);
    const end = preorder.position[parent]! + retainedObjects[parent]!;
    for (let root = 1; parent <= roots.count && root <= roots.count; root++) {
      if (roots.parent[root - 1] !== parent) continue;
      position += retainedObjects[root]!; // the subtrees of root nodes come first
      if (retainedObjects[root]! > 0 || roots.kind[root - 1] === GOROUTINE) children.push(root);
    }
    while (position < end) {
      const child = preorder.node[position]!;
      children.push(child);
      position += retainedObjects[child]!;
    }
  }
  return children.finish();
}
