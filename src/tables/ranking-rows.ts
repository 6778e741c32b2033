/**
 * Retained sizes → the tables that list nodes biggest first: `dominated`, `dominated_groups`, `instances`, `biggest_nodes`, and the index of
 * the objects of each owner.
 *
 * All read one order of the reachable nodes (retained descending, then id). It comes from sorting 64-bit keys, retained above and id
 * below, as V8 sorts BigUint64Arrays natively; the keys are written and read as halves, so no BigInt is ever made.
 * The groups then keep that order in a stable counting sort.
 */

import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {getBit} from '../base/bitset.js';
import {GoheapError} from '../base/errors.js';
import {NONE} from '../base/units.js';
import {ROOT_KINDS} from '../graph/heap-graph.js';
import {firstObjectNode, nodeCount} from '../graph/objects.js';

import type {RowSink, RowTable} from './row-table.js';

/** How many nodes the view `biggest` shows. */
const BIGGEST = 10_000;

/** Nodes that dominate more than this many directly have rows in `dominated_groups`: shorter lists are read as they are. */
const LONG_LIST = 50;

/** The dominator tree: the children of node n are `child[end[n - 1]]` … `child[end[n] - 1]`, biggest first. */
interface DominatorTree {
  readonly end: Uint32Array;
  readonly child: Uint32Array;
}

/**
 * In the order in which they must be written: the order is computed by the first and dropped by the last. `takeOwners`: per node the row of
 * `owners` from 0, or NONE; asked once.
 */
export function rankingTables(columns: AnalysisColumns, takeOwners: () => Promise<Uint32Array>): (RowTable | Omit<RowTable, 'rowCount'>)[] {
  const {roots, objects} = columns.graph;
  const reachable = roots.count + columns.reachableObjects;
  let tree: DominatorTree | undefined;
  const treeOnce = () => {
    tree ??= sortChildren(columns, orderOnce());
    return tree;
  };
  let order: Uint32Array | undefined;
  const orderOnce = () => {
    order ??= orderByRetained(columns);
    return order;
  };
  return [
    {
      name: 'objects_owner',
      sorted: true,
      columns: ['owner_id', 'retained', 'id'],
      rowCount: columns.reachableObjects,
      write: async (sink) => writeOwnerIndex(columns, orderOnce(), await takeOwners(), sink),
    },
    {
      name: 'dominated',
      sorted: true,
      columns: ['dominator_id', 'rank', 'node_id'],
      rowCount: reachable,
      write: (sink) => writeDominated(treeOnce(), sink),
    },
    {
      name: 'dominated_groups',
      sorted: true,
      columns: ['dominator_id', 'rank', 'kind', 'type_id', 'nodes', 'retained', 'first_rank'],
      async write(sink) {
        const children = treeOnce();
        tree = undefined;
        await writeDominatedGroups(columns, children, sink);
      },
    },
    {
      name: 'instances',
      sorted: true,
      columns: ['type_id', 'rank', 'object_id'],
      rowCount: objects.count,
      write: (sink) => writeInstances(columns, orderOnce(), sink),
    },
    {
      name: 'biggest_nodes',
      sorted: true,
      columns: ['rank', 'node_id'],
      rowCount: Math.min(BIGGEST, reachable),
      async write(sink) {
        const biggest = orderOnce().subarray(0, BIGGEST);
        order = undefined;
        for (let at = 0; at < biggest.length; at++) {
          sink.put(at + 1);
          sink.put(biggest[at]!);
          sink.endRow();
        }
      },
    },
  ];
}

/** The reachable nodes but the program, most retained first, equal ones by id. */
export function orderByRetained(columns: AnalysisColumns): Uint32Array {
  const {graph, reachable, retained, reachableBytes} = columns;
  const nodes = nodeCount(graph);
  const idBits = 32 - Math.clz32(nodes);
  const idScale = 2 ** idBits;
  const lowScale = 2 ** (32 - idBits);
  const unit = reachableBytes < lowScale * 2 ** 32 ? 1 : 8; // slots are multiples of 8 bytes
  if (reachableBytes / unit >= lowScale * 2 ** 32) {
    throw new GoheapError(
      'limit',
      `the heap's ${reachableBytes} bytes in ${nodes} nodes cannot be ranked; expected fewer than 2**67 / nodes`,
    );
  }
  const keys = new BigUint64Array(graph.roots.count + columns.reachableObjects);
  const halves = new Uint32Array(keys.buffer);
  let count = 0;
  for (let node = 1; node < nodes; node++) {
    if (!getBit(reachable, node)) continue;
    const key = Math.floor((reachableBytes - retained[node]!) / unit); // descending; nothing retains more than all
    halves[2 * count] = (key % lowScale) * idScale + node;
    halves[2 * count + 1] = Math.floor(key / lowScale);
    count++;
  }
  if (count !== keys.length) throw new GoheapError('mismatch', `${count} nodes are reachable; the analysis counted ${keys.length}`);
  keys.sort();
  for (let at = 0; at < count; at++) halves[at] = halves[2 * at]! % idScale; // in place: reads are ahead of writes
  return halves.subarray(0, count);
}

function sortChildren({graph, dominator}: AnalysisColumns, order: Uint32Array): DominatorTree {
  const nodes = nodeCount(graph);
  const end = new Uint32Array(nodes + 1);
  for (const node of order) end[dominator[node]! + 1]++;
  for (let node = 1; node <= nodes; node++) end[node] += end[node - 1]!;
  const child = new Uint32Array(order.length);
  for (const node of order) child[end[dominator[node]!]++] = node; // now `end` says where each list ends
  return {end, child};
}

async function writeDominated({end, child}: DominatorTree, sink: RowSink): Promise<void> {
  for (let node = 0, at = 0; at < child.length; node++) {
    for (let rank = 1; at < end[node]!; at++, rank++) {
      sink.put(node);
      sink.put(rank);
      sink.put(child[at]!);
      if (sink.endRow()) await sink.pause();
    }
  }
}

/** One row for each type of object and each kind of root node in a long list of children. A group's number: the type, behind all types the kind. */
async function writeDominatedGroups({graph, retained}: AnalysisColumns, {end, child}: DominatorTree, sink: RowSink): Promise<void> {
  const {roots, objects, types} = graph;
  const firstObject = firstObjectNode(graph);
  const nodes = new Uint32Array(types.count + ROOT_KINDS.length);
  const bytes = new Float64Array(nodes.length);
  const firstRank = new Uint32Array(nodes.length);
  for (let node = 0, at = 0; at < child.length; node++) {
    const first = at;
    at = end[node]!;
    if (at - first <= LONG_LIST) continue;
    const groups: number[] = [];
    for (let i = first; i < at; i++) {
      const member = child[i]!;
      const group = member < firstObject ? types.count + roots.kind[member - 1]! : objects.type[member - firstObject]!;
      if (nodes[group] === 0) {
        groups.push(group);
        firstRank[group] = i - first + 1;
      }
      nodes[group]++;
      bytes[group] += retained[member]!;
    }
    groups.sort((a, b) => bytes[b]! - bytes[a]! || a - b);
    for (const [index, group] of groups.entries()) {
      sink.put(node);
      sink.put(index + 1);
      sink.put(group < types.count ? 'object' : ROOT_KINDS[group - types.count]!);
      sink.put(group < types.count ? group : null);
      sink.put(nodes[group]!);
      sink.put(bytes[group]!);
      sink.put(firstRank[group]!);
      nodes[group] = 0;
      bytes[group] = 0;
      if (sink.endRow()) await sink.pause();
    }
  }
}

/** The objects of each owner, biggest first. */
async function writeOwnerIndex({retained}: AnalysisColumns, order: Uint32Array, ownerOf: Uint32Array, sink: RowSink): Promise<void> {
  const {end, member} = groupInOrder(order, ownerOf);
  for (let owner = 0, at = 0; owner < end.length; owner++) {
    for (; at < end[owner]!; at++) {
      const node = member[at]!;
      sink.put(owner + 1);
      sink.put(retained[node]!);
      sink.put(node);
      if (sink.endRow()) await sink.pause();
    }
  }
}

/** The nodes of `order` that have a group: those of group g are `member[end[g - 1]]` … `member[end[g] - 1]`, in the same order. */
function groupInOrder(order: Uint32Array, groupOf: Uint32Array): {end: Uint32Array; member: Uint32Array} {
  let groups = 0;
  for (const node of order) if (groupOf[node] !== NONE) groups = Math.max(groups, groupOf[node]! + 1);
  const end = new Uint32Array(groups + 1);
  for (const node of order) if (groupOf[node] !== NONE) end[groupOf[node]! + 1]++;
  for (let group = 1; group <= groups; group++) end[group] += end[group - 1]!;
  const member = new Uint32Array(end[groups]!);
  for (const node of order) if (groupOf[node] !== NONE) member[end[groupOf[node]!]++] = node; // now `end` says where each group ends
  return {end: end.subarray(0, groups), member};
}

/** Garbage has no retained size and follows behind, by address. */
async function writeInstances(columns: AnalysisColumns, order: Uint32Array, sink: RowSink): Promise<void> {
  const {objects, types} = columns.graph;
  const firstObject = firstObjectNode(columns.graph);
  const end = new Uint32Array(types.count + 1);
  for (let object = 0; object < objects.count; object++) end[objects.type[object]! + 1]++;
  for (let type = 1; type <= types.count; type++) end[type] += end[type - 1]!;
  const member = new Uint32Array(objects.count);
  for (const node of order) if (node >= firstObject) member[end[objects.type[node - firstObject]!]++] = node;
  for (let object = 0; object < objects.count; object++) {
    if (!getBit(columns.reachable, object + firstObject)) member[end[objects.type[object]!]++] = object + firstObject;
  }
  for (let type = 0, at = 0; type < types.count; type++) {
    for (let rank = 1; at < end[type]!; at++, rank++) {
      sink.put(type);
      sink.put(rank);
      sink.put(member[at]!);
      if (sink.endRow()) await sink.pause();
    }
  }
}
