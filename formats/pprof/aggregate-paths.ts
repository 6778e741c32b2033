/**
 * The analyzed heap → its objects by path. A path goes down the dominator tree, so that what is at and below it is what it
 * retains; or along the shortest way from a root, so that it is what is reached that way first.
 *
 * One column of 4 bytes a node is all that grows with the heap: it holds each object's frame first, and its path once that is known.
 */
import type {AnalysisColumns} from '../../src/analyses/analysis-columns.js';
import {buildSkippedEdges} from '../../src/analyses/skipped-edges.js';
import {inSlices} from '../../src/analyses/slices.js';
import {getBit} from '../../src/base/bitset.js';
import type {Work} from '../../src/base/progress.js';
import {type Bytes, NONE, type NodeIndex, type TypeIndex} from '../../src/base/units.js';
import {type HeapGraph, PROGRAM} from '../../src/graph/heap-graph.js';
import {firstObjectNode, nodeCount, nodeOfObject, objectsWithHeader} from '../../src/graph/objects.js';
import {foldPaths} from './fold-paths.js';
import {FrameNames, type ProfileFrame} from './frame-names.js';
import {PathTree, TOP} from './path-tree.js';

export type PathKind = 'dominators' | 'shortest';

export interface ObjectsByPath {
  readonly tree: PathTree;
  readonly frames: readonly ProfileFrame[]; // by number
}

export interface PathLimits {
  readonly paths: number; // that are kept; a rest below each comes on top (foldPaths)
  readonly chain: number; // nodes that are remembered on the way up a long chain; what is beyond takes another turn
}

/** Twice as many samples as this pprof opens in half a second. */
const LIMITS: PathLimits = {paths: 50_000, chain: 1 << 20};
/** While objects are counted there may be more paths; some 60 bytes each. */
const PATHS_IN_MEMORY = 1 << 19;
/** Set in the column while it holds a frame. */
const IS_FRAME = 0x80000000;

/** Every reachable object is at one path. O(nodes + edges). Rejects with `signal.reason` when cancelled. */
export async function aggregatePaths(columns: AnalysisColumns, kind: PathKind, work?: Work, limits = LIMITS): Promise<ObjectsByPath> {
  const {graph} = columns;
  const names = new FrameNames(graph);
  const tree = new PathTree(PATHS_IN_MEMORY, names.add({name: '(smaller paths)'}));
  const pathOf = new Uint32Array(nodeCount(graph)).fill(NONE);
  for (let row = 0; row < graph.roots.count; row++) pathOf[row + 1] = IS_FRAME + names.ofRoot(row);
  await (kind === 'shortest' ? nameByHolder : nameByDominator)(columns, names, pathOf, work);
  const parent = kind === 'shortest' ? columns.holder : columns.dominator;
  const resolver = new PathResolver(tree, parent, pathOf, limits.chain);
  pathOf[PROGRAM] = TOP;
  for (let root = 1; root <= graph.roots.count; root++) resolver.resolve(root);
  pathOf[PROGRAM] = tree.child(TOP, names.add({name: '(several roots)'})); // for objects alone
  await countObjects(graph, parent, resolver, tree, work);
  foldPaths(tree, limits.paths);
  return {tree, frames: names.frames};
}

/** Frames of objects from the pointer that their dominator has to them, the first if it has several; it may have none. */
async function nameByDominator({graph, dominator}: AnalysisColumns, names: FrameNames, pathOf: Uint32Array, work?: Work): Promise<void> {
  const {objects, edges} = graph;
  const skipped = buildSkippedEdges(edges);
  const owners = new Owners(graph);
  await inSlices('name pointers', nodeCount(graph), work, (from, to) => {
    for (let node = from; node < to; node++) {
      for (let edge = edges.firstEdge[node]!; edge < edges.firstEdge[node + 1]!; edge++) {
        const target = edges.target[edge]!;
        if (dominator[target] !== node || pathOf[target] !== NONE || getBit(skipped, edge)) continue;
        const offset = owners.offset(node, edges.slot[edge]!);
        pathOf[target] = IS_FRAME + names.ofObject(objects.type[target - firstObjectNode(graph)]!, owners.type(node), offset);
      }
    }
  });
  for (let object = 0, node = firstObjectNode(graph); object < objects.count; object++, node++) {
    if (pathOf[node] === NONE && dominator[node] !== NONE) pathOf[node] = IS_FRAME + names.ofObject(objects.type[object]!);
  }
}

/** Frames of objects from the last pointer of their shortest path. */
async function nameByHolder(
  {graph, holder, holderSlot}: AnalysisColumns,
  names: FrameNames,
  pathOf: Uint32Array,
  work?: Work,
): Promise<void> {
  const {objects} = graph;
  const owners = new Owners(graph);
  await inSlices('name pointers', objects.count, work, (from, to) => {
    for (let object = from, node = nodeOfObject(graph, from); object < to; object++, node++) {
      const owner = holder[node]!;
      if (owner === NONE) continue;
      const offset = holderSlot[node] === NONE ? undefined : owners.offset(owner, holderSlot[node]!);
      pathOf[node] = IS_FRAME + names.ofObject(objects.type[object]!, owners.type(owner), offset);
    }
  });
}

/** What a pointer's owner is: its type, and where in it the pointer is. */
class Owners {
  readonly #graph: HeapGraph;
  readonly #hasHeader: Uint8Array;

  constructor(graph: HeapGraph) {
    this.#graph = graph;
    this.#hasHeader = objectsWithHeader(graph);
  }
  type(node: NodeIndex): TypeIndex {
    const {roots, objects} = this.#graph;
    const object = node - firstObjectNode(this.#graph);
    if (object >= 0) return objects.type[object]!;
    return node === PROGRAM ? 0 : roots.type[node - 1]!;
  }
  offset(node: NodeIndex, slot: number): Bytes {
    const object = node - firstObjectNode(this.#graph);
    return slot * 8 - (object >= 0 && getBit(this.#hasHeader, object) ? 8 : 0);
  }
}

/** Turns frames into paths, from the nearest node above whose path is known down to the one that was asked for. */
class PathResolver {
  readonly #tree: PathTree;
  readonly #parent: Uint32Array;
  readonly #pathOf: Uint32Array;
  readonly #chain: Uint32Array; // the nodes that were passed last, round and round

  constructor(tree: PathTree, parent: Uint32Array, pathOf: Uint32Array, chain: number) {
    this.#tree = tree;
    this.#parent = parent;
    this.#pathOf = pathOf;
    this.#chain = new Uint32Array(chain);
  }

  resolve(node: NodeIndex): number {
    const [pathOf, parent, chain] = [this.#pathOf, this.#parent, this.#chain];
    while (pathOf[node]! >= IS_FRAME) {
      let passed = 0;
      let at = node;
      for (; pathOf[at]! >= IS_FRAME; at = parent[at]!) chain[passed++ % chain.length] = at;
      let path = pathOf[at]!;
      for (let left = Math.min(passed, chain.length); left > 0; left--) {
        const below = chain[--passed % chain.length]!;
        path = this.#tree.child(path, pathOf[below]! - IS_FRAME);
        pathOf[below] = path;
      }
    }
    return pathOf[node]!;
  }
}

async function countObjects(graph: HeapGraph, parent: Uint32Array, resolver: PathResolver, tree: PathTree, work?: Work): Promise<void> {
  const {spans, objects} = graph;
  let span = 0;
  await inSlices('count by path', objects.count, work, (from, to) => {
    for (let object = from; object < to; object++) {
      while (objects.firstObject[span + 1]! <= object) span++;
      const node = nodeOfObject(graph, object);
      if (parent[node] !== NONE) tree.addObjects(resolver.resolve(node), 1, spans.slotSize[span]!);
    }
  });
}
