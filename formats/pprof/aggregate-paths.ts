/**
 * The analyzed heap → its objects by path. By default a path is the telling path, as `goheap path` has it, from the object's holder down: the
 * node below the program in the dominator tree, which is a row of `goheap top`. It may also go down the dominator tree, so that what is
 * at and below it is what it retains; or along the fewest pointers from a root node.
 *
 * One column of 4 bytes a node is what grows with the heap beside the paths themselves: it holds each object's code first (frame-names.ts),
 * and its path once that is known.
 */
import type {AnalysisColumns} from '../../src/analyses/analysis-columns.js';
import {computeShortestPaths} from '../../src/analyses/shortest-paths.js';
import {inSlices} from '../../src/analyses/slices.js';
import type {TellingPaths} from '../../src/analyses/telling-paths.js';
import {GeneralizedPaths} from '../../src/answers/generalized-paths.js';
import {GoroutineNodes} from '../../src/answers/goroutine-nodes.js';
import {buildCsr} from '../../src/base/csr.js';
import type {Work} from '../../src/base/progress.js';
import {NONE, type NodeIndex} from '../../src/base/units.js';
import {type HeapGraph, PROGRAM} from '../../src/graph/heap-graph.js';
import {nodeCount, nodeOfObject} from '../../src/graph/objects.js';
import {foldPaths} from './fold-paths.js';
import {FrameNames, type ProfileFrame} from './frame-names.js';
import {PathTree, TOP, TYPE_FRAME} from './path-tree.js';

export type PathKind = 'telling' | 'dominators' | 'shortest';

export interface ObjectsByPath {
  readonly tree: PathTree; // the last step of a path with objects is their type: TYPE_FRAME and above
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
/** Set in the column while it holds a code. */
const IS_CODE = 0x80000000;

/** Every reachable object is at one path. O(nodes + edges). Rejects with `signal.reason` when cancelled. */
export async function aggregatePaths(columns: AnalysisColumns, kind: PathKind, work?: Work, limits = LIMITS): Promise<ObjectsByPath> {
  const {graph, dominator} = columns;
  const names = new FrameNames(graph);
  const tree = new PathTree(PATHS_IN_MEMORY, names.add({name: '(smaller paths)'}));
  const paths = orderByDepth(kind === 'shortest' ? await computeShortestPaths(graph, undefined, work) : columns);
  const pathOf = await nameNodes(columns, names, paths, kind, work);
  const parent = kind === 'dominators' ? dominator : kind === 'shortest' ? paths.holder : holdersFirst(paths.holder, dominator);
  const resolver = new PathResolver(tree, names, parent, pathOf, limits.chain);
  pathOf[PROGRAM] = TOP;
  for (let root = 1; root <= graph.roots.count; root++) resolver.resolve(root);
  if (kind === 'dominators') pathOf[PROGRAM] = tree.child(TOP, names.add({name: '(several roots)'})); // for objects alone
  await countObjects(graph, parent, resolver, tree, work);
  foldPaths(tree, limits.paths);
  return {tree, frames: names.frames};
}

interface OrderedPaths extends Pick<TellingPaths, 'holder' | 'holderSlot'> {
  readonly order: Uint32Array; // of all reachable nodes but the program
  readonly count: number;
}

/** Fewest pointers first. */
function orderByDepth({holder, holderSlot, depth}: TellingPaths): OrderedPaths {
  const deepest = depth.reduce((most, each) => (each === NONE ? most : Math.max(most, each)), 0);
  const order = buildCsr(depth, deepest + 1).item;
  return {holder, holderSlot, order: order.subarray(1), count: order.length - 1}; // without the program
}

/** Codes of all reachable nodes, marked; NONE for the others. */
async function nameNodes(
  {graph, dominator}: AnalysisColumns,
  names: FrameNames,
  paths: OrderedPaths,
  kind: PathKind,
  work?: Work,
): Promise<Uint32Array> {
  const {roots, objects} = graph;
  const {holder, holderSlot, order} = paths;
  const codes = new Uint32Array(nodeCount(graph)).fill(NONE);
  for (let root = 1; root <= roots.count; root++) codes[root] = IS_CODE + names.ofRoot(root);
  const nameHolder = kind === 'telling' ? holderNamer(graph, names, paths, codes) : undefined;
  await inSlices('name pointers', paths.count, work, (from, to) => {
    for (let index = from; index < to; index++) {
      const node = order[index]!;
      if (node <= roots.count) continue;
      const above = holder[node]!;
      const type = objects.type[node - 1 - roots.count]!;
      const code = IS_CODE + names.along(codes[above]! - IS_CODE, above, holderSlot[node]!, type);
      codes[node] = code;
      if (nameHolder !== undefined && dominator[node] === PROGRAM) codes[node] = nameHolder(node, code);
      else if (kind === 'dominators' && dominator[node] !== above) codes[node] = IS_CODE + names.besideRoot(code - IS_CODE, type);
    }
  });
  return codes;
}

/** The g and the sudogs of a goroutine are called as the goroutine: they are parts of its row in `goheap top`. */
function holderNamer(
  graph: HeapGraph,
  names: FrameNames,
  paths: OrderedPaths,
  codes: Uint32Array,
): (node: NodeIndex, code: number) => number {
  const {roots, objects, goroutines} = graph;
  const generalized = new GeneralizedPaths(graph, paths, names.origins);
  const goroutineNodes = new GoroutineNodes(graph);
  return (node, code) => {
    const goroutine = goroutineNodes.goroutineOf(node);
    if (goroutine !== NONE) return codes[goroutines.root[goroutine]!]!;
    let root = node;
    while (root > roots.count) root = paths.holder[root]!;
    const path = generalized.idOf(node);
    const called = {parts: generalized.partsOf(path), asRoot: path === generalized.idOf(root)};
    return IS_CODE + names.ofHolder(code - IS_CODE, called, root, objects.type[node - 1 - roots.count]!);
  };
}

/** Per node: its holder on its path, but the program for those that nothing but the program dominates. */
function holdersFirst(holder: Uint32Array, dominator: Uint32Array): Uint32Array {
  const parent = holder.slice(); // the columns are the heap's
  for (let node = 0; node < parent.length; node++) if (dominator[node] === PROGRAM) parent[node] = PROGRAM;
  return parent;
}

/** Turns codes into paths, from the nearest node above whose path is known down to the one that was asked for. */
class PathResolver {
  readonly #tree: PathTree;
  readonly #names: FrameNames;
  readonly #parent: Uint32Array;
  readonly #pathOf: Uint32Array;
  readonly #chain: Uint32Array; // the nodes that were passed last, round and round

  constructor(tree: PathTree, names: FrameNames, parent: Uint32Array, pathOf: Uint32Array, chain: number) {
    this.#tree = tree;
    this.#names = names;
    this.#parent = parent;
    this.#pathOf = pathOf;
    this.#chain = new Uint32Array(chain);
  }

  resolve(node: NodeIndex): number {
    const [pathOf, parent, chain] = [this.#pathOf, this.#parent, this.#chain];
    while (pathOf[node]! >= IS_CODE) {
      let passed = 0;
      let at = node;
      for (; pathOf[at]! >= IS_CODE; at = parent[at]!) chain[passed++ % chain.length] = at;
      let path = pathOf[at]!;
      for (let left = Math.min(passed, chain.length); left > 0; left--) {
        const below = chain[--passed % chain.length]!;
        path = this.#tree.child(path, this.#names.frameOf(pathOf[below]! - IS_CODE));
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
      if (parent[node] === NONE) continue;
      tree.addObjects(tree.child(resolver.resolve(node), TYPE_FRAME + objects.type[object]!), 1, spans.slotSize[span]!);
    }
  });
}
