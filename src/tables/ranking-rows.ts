/**
 * Retained sizes → the tables that list nodes biggest first: `dominated`, `dominated_groups`, `instances`, `biggest_nodes`, and the index of
 * the objects of each owner.
 *
 * All read one order of the reachable nodes (retained descending, then id). The groups keep that order in a stable counting sort.
 * Loops over nodes count: an iterator of a typed array makes an object for each.
 */

import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {getBit} from '../base/bitset.js';
import {BATCH_ROWS, type Batch} from '../base/column-batch.js';
import {GoheapError} from '../base/errors.js';
import {NONE} from '../base/units.js';
import {ROOT_KINDS} from '../graph/heap-graph.js';
import {firstObjectNode, nodeCount} from '../graph/objects.js';
import {type BatchTable, countFrom, rowRanges} from './batch-table.js';
import {KnownTexts} from './text-columns.js';

/** How many nodes the view `biggest` shows. */
const BIGGEST = 10_000;

/** Nodes that dominate more than this many directly have rows in `dominated_groups`: shorter lists are read as they are. */
const LONG_LIST = 50;

/** A node that retains less than so many units of 8 bytes has its place in a list by that number. */
const FEW_UNITS = 1 << 16;

/** Nodes in groups: those of group g are `member[end[g - 1]]` … `member[end[g] - 1]`, biggest first. */
interface Groups {
  readonly end: Uint32Array;
  readonly member: Uint32Array;
}

/**
 * In the order in which they must be written: the order is computed by the first and dropped by the last. `takeOwners`: per node the row of
 * `owners` from 0, or NONE; asked once.
 */
export function rankingTables(columns: AnalysisColumns, takeOwners: () => Promise<Uint32Array>): BatchTable[] {
  const {roots, objects} = columns.graph;
  const reachable = roots.count + columns.reachableObjects;
  let tree: Groups | undefined;
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
      async *batches() {
        yield* ownerBatches(columns, orderOnce(), await takeOwners());
      },
    },
    {
      name: 'dominated',
      sorted: true,
      columns: ['dominator_id', 'rank', 'node_id'],
      rowCount: reachable,
      *batches() {
        yield* rankBatches(treeOnce());
      },
    },
    {
      name: 'dominated_groups',
      sorted: true,
      columns: ['dominator_id', 'rank', 'kind', 'type_id', 'nodes', 'retained', 'first_rank'],
      *batches() {
        const children = treeOnce();
        tree = undefined;
        yield* dominatedGroupBatches(columns, children);
      },
    },
    {
      name: 'instances',
      sorted: true,
      columns: ['type_id', 'rank', 'object_id'],
      rowCount: objects.count,
      *batches() {
        yield* rankBatches(sortInstances(columns, orderOnce()));
      },
    },
    {
      name: 'biggest_nodes',
      sorted: true,
      columns: ['rank', 'node_id'],
      rowCount: Math.min(BIGGEST, reachable),
      *batches() {
        const biggest = orderOnce().slice(0, BIGGEST);
        order = undefined;
        yield {count: biggest.length, columns: [countFrom(1, biggest.length), biggest]};
      },
    },
  ];
}

/** The reachable nodes but the program, most retained first, equal ones by id. Most retain little: a counting sort. The others' keys are sorted. */
export function orderByRetained(columns: AnalysisColumns): Uint32Array {
  const {graph, reachable, retained} = columns;
  const nodes = nodeCount(graph);
  const unit = graph.spans.slotSize.every((size) => size % 8 === 0) ? 8 : 1;
  const place = new Uint32Array(FEW_UNITS); // by units retained: how many nodes, then where the next one goes
  const order = new Uint32Array(graph.roots.count + columns.reachableObjects);
  let many = 0;
  for (let node = 1; node < nodes; node++) {
    if (!getBit(reachable, node)) continue;
    if (retained[node]! < FEW_UNITS * unit) place[retained[node]! / unit]++;
    else many++;
  }
  let end = many;
  for (let units = FEW_UNITS - 1; units >= 0; units--) {
    end += place[units]!;
    place[units] = end - place[units]!;
  }
  if (end !== order.length) throw new GoheapError('mismatch', `${end} nodes are reachable; the analysis counted ${order.length}`);
  const large = new Uint32Array(many);
  many = 0;
  for (let node = 1; node < nodes; node++) {
    if (!getBit(reachable, node)) continue;
    if (retained[node]! < FEW_UNITS * unit) order[place[retained[node]! / unit]++] = node;
    else large[many++] = node;
  }
  order.set(sortByRetained(columns, large));
  return order;
}

/**
 * Nodes by id → most retained first. What is sorted is keys of 64 bits, retained above and id below, as V8 sorts BigUint64Arrays natively;
 * the keys are written and read as halves, so no BigInt is ever made.
 */
function sortByRetained({graph, retained, reachableBytes}: AnalysisColumns, list: Uint32Array): Uint32Array {
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
  const keys = new BigUint64Array(list.length);
  const halves = new Uint32Array(keys.buffer);
  for (let at = 0; at < list.length; at++) {
    const node = list[at]!;
    const key = Math.floor((reachableBytes - retained[node]!) / unit); // descending; nothing retains more than all
    halves[2 * at] = (key % lowScale) * idScale + node;
    halves[2 * at + 1] = Math.floor(key / lowScale);
  }
  keys.sort();
  return list.map((_, at) => halves[2 * at]! % idScale);
}

function sortChildren({graph, dominator}: AnalysisColumns, order: Uint32Array): Groups {
  const nodes = nodeCount(graph);
  const end = new Uint32Array(nodes + 1);
  for (let node = 1; node < nodes; node++) if (dominator[node] !== NONE) end[dominator[node]! + 1]++; // unreachable ones have none
  for (let node = 1; node <= nodes; node++) end[node] += end[node - 1]!;
  const member = new Uint32Array(order.length);
  for (let at = 0; at < order.length; at++) member[end[dominator[order[at]!]!]++] = order[at]!; // now `end` says where each list ends
  return {end, member};
}

/** Objects by type. Garbage has no retained size and follows behind, by address. */
function sortInstances(columns: AnalysisColumns, order: Uint32Array): Groups {
  const {objects, types} = columns.graph;
  const firstObject = firstObjectNode(columns.graph);
  const end = new Uint32Array(types.count + 1);
  for (let object = 0; object < objects.count; object++) end[objects.type[object]! + 1]++;
  for (let type = 1; type <= types.count; type++) end[type] += end[type - 1]!;
  const member = new Uint32Array(objects.count);
  for (let at = 0; at < order.length; at++) {
    const node = order[at]!;
    if (node >= firstObject) member[end[objects.type[node - firstObject]!]++] = node;
  }
  for (let object = 0; object < objects.count; object++) {
    if (!getBit(columns.reachable, object + firstObject)) member[end[objects.type[object]!]++] = object + firstObject;
  }
  return {end, member};
}

/** Rows of group, rank from 1, and member. */
function* rankBatches({end: groupEnd, member}: Groups): Generator<Batch> {
  const group = new Uint32Array(BATCH_ROWS);
  const rank = new Uint32Array(BATCH_ROWS);
  let current = 0;
  let before = 0; // members of earlier groups
  for (const [first, end] of rowRanges(member.length)) {
    for (let at = first; at < end; at++) {
      while (at >= groupEnd[current]!) before = groupEnd[current++]!;
      group[at - first] = current;
      rank[at - first] = at - before + 1;
    }
    yield {count: end - first, columns: [group, rank, member.subarray(first, end)]};
  }
}

/** The objects of each owner, biggest first. */
function* ownerBatches({retained}: AnalysisColumns, order: Uint32Array, ownerOf: Uint32Array): Generator<Batch> {
  const {end: groupEnd, member} = groupInOrder(order, ownerOf);
  const owner = new Uint32Array(BATCH_ROWS);
  const bytes = new Float64Array(BATCH_ROWS);
  let current = 0;
  for (const [first, end] of rowRanges(member.length)) {
    for (let at = first; at < end; at++) {
      while (at >= groupEnd[current]!) current++;
      owner[at - first] = current + 1;
      bytes[at - first] = retained[member[at]!]!;
    }
    yield {count: end - first, columns: [owner, bytes, member.subarray(first, end)]};
  }
}

/** The nodes of `order` that have a group, in the same order; no other has one. */
function groupInOrder(order: Uint32Array, groupOf: Uint32Array): Groups {
  let groups = 0;
  for (let node = 0; node < groupOf.length; node++) if (groupOf[node] !== NONE) groups = Math.max(groups, groupOf[node]! + 1);
  const end = new Uint32Array(groups + 1);
  for (let node = 0; node < groupOf.length; node++) if (groupOf[node] !== NONE) end[groupOf[node]! + 1]++;
  for (let group = 1; group <= groups; group++) end[group] += end[group - 1]!;
  const member = new Uint32Array(end[groups]!);
  for (let at = 0; at < order.length; at++) {
    const group = groupOf[order[at]!]!;
    if (group !== NONE) member[end[group]++] = order[at]!; // now `end` says where each group ends
  }
  return {end: end.subarray(0, groups), member};
}

/** One row for each type of object and each kind of root node in a long list of children. A group's number: the type, behind all types the kind. */
function* dominatedGroupBatches({graph, retained}: AnalysisColumns, {end, member}: Groups): Generator<Batch> {
  const {roots, objects, types} = graph;
  const firstObject = firstObjectNode(graph);
  const nodes = new Uint32Array(types.count + ROOT_KINDS.length);
  const bytes = new Float64Array(nodes.length);
  const firstRank = new Uint32Array(nodes.length);
  const integers = () => new Uint32Array(BATCH_ROWS);
  const kind = new KnownTexts(['object', ...ROOT_KINDS]);
  const columns = [integers(), integers(), kind, integers(), integers(), new Float64Array(BATCH_ROWS), integers()] as const;
  let row = 0;
  for (let node = 0, at = 0; at < member.length; node++) {
    const first = at;
    at = end[node]!;
    if (at - first <= LONG_LIST) continue;
    const groups: number[] = [];
    for (let i = first; i < at; i++) {
      const child = member[i]!;
      const group = child < firstObject ? types.count + roots.kind[child - 1]! : objects.type[child - firstObject]!;
      if (nodes[group] === 0) {
        groups.push(group);
        firstRank[group] = i - first + 1;
      }
      nodes[group]++;
      bytes[group] += retained[child]!;
    }
    groups.sort((a, b) => bytes[b]! - bytes[a]! || a - b);
    for (const [index, group] of groups.entries()) {
      if (row === BATCH_ROWS) {
        yield {count: row, columns};
        row = 0;
      }
      columns[0][row] = node;
      columns[1][row] = index + 1;
      kind.set(row, group < types.count ? 0 : 1 + group - types.count);
      columns[3][row] = group < types.count ? group : NONE;
      columns[4][row] = nodes[group]!;
      columns[5][row] = bytes[group]!;
      columns[6][row++] = firstRank[group]!;
      nodes[group] = 0;
      bytes[group] = 0;
    }
  }
  yield {count: row, columns};
}
