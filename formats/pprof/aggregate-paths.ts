/**
 * The analyzed heap → its objects by path. By default a path is the telling path, as `goheap path` has it, from the object's holder down: the
 * node below the program in the dominator tree, which is a row of `goheap top`. It may also go down the dominator tree, so that what is
 * at and below it is what it retains; or along the fewest pointers from a root node.
 */
import type {AnalysisColumns} from '../../src/analyses/analysis-columns.js';
import {computeShortestPaths} from '../../src/analyses/shortest-paths.js';
import {inSlices} from '../../src/analyses/slices.js';
import {GeneralizedPaths} from '../../src/answers/generalized-paths.js';
import {GoroutineNodes} from '../../src/answers/goroutine-nodes.js';
import {Column} from '../../src/base/columns.js';
import type {Work} from '../../src/base/progress.js';
import {NONE} from '../../src/base/units.js';
import {nodeOfObject} from '../../src/graph/objects.js';
import {foldPaths} from './fold-paths.js';
import {FrameNames, type ProfileFrame} from './frame-names.js';
import {PathTree, TOP, TYPE_FRAME} from './path-tree.js';
import {type OwnCode, Spots} from './spots.js';

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

/** Every reachable object is at one path. O(nodes + edges). Rejects with `signal.reason` when cancelled. */
export async function aggregatePaths(columns: AnalysisColumns, kind: PathKind, work?: Work, limits = LIMITS): Promise<ObjectsByPath> {
  const {graph, dominator} = columns;
  const names = new FrameNames(graph);
  const tree = new PathTree(PATHS_IN_MEMORY, names.add({name: '(smaller paths)'}));
  const {holder, holderSlot} = kind === 'shortest' ? await computeShortestPaths(graph, undefined, work) : columns;
  const parent = kind === 'dominators' ? dominator : holder;
  const ways = {holder, holderSlot, parent, top: kind === 'telling' ? dominator : parent};
  const spots = new Spots(graph, names, tree, ways, ownCodes(columns, kind, names), limits.chain);
  for (let root = 1; root <= graph.roots.count; root++) spots.at(root);
  if (kind === 'dominators') spots.startAt(tree.child(TOP, names.add({name: '(several roots)'}))); // for objects alone
  await countObjects(columns, spots, tree, work);
  foldPaths(tree, limits.paths);
  return {tree, frames: names.frames};
}

/** What objects are called whose path goes on from another node than their holder. */
function ownCodes(columns: AnalysisColumns, kind: PathKind, names: FrameNames): OwnCode {
  const {roots, objects} = columns.graph;
  return kind === 'telling' ? holderNamer(columns, names) : (node, code) => names.besideRoot(code, objects.type[node - 1 - roots.count]!);
}

/** The g and the sudogs of a goroutine are called as the goroutine: they are parts of its row in `goheap top`. */
function holderNamer({graph, ...paths}: AnalysisColumns, names: FrameNames): OwnCode {
  const {roots, objects, goroutines} = graph;
  const generalized = new GeneralizedPaths(graph, paths, names.origins);
  const goroutineNodes = new GoroutineNodes(graph);
  return (node, code) => {
    const goroutine = goroutineNodes.goroutineOf(node);
    if (goroutine !== NONE) return names.ofRoot(goroutines.root[goroutine]!);
    let root = node;
    while (root > roots.count) root = paths.holder[root]!;
    const path = generalized.idOf(node);
    const called = {parts: generalized.partsOf(path), asRoot: path === generalized.idOf(root)};
    return names.ofHolder(code, called, root, objects.type[node - 1 - roots.count]!);
  };
}

async function countObjects({graph, dominator}: AnalysisColumns, spots: Spots, tree: PathTree, work?: Work): Promise<void> {
  const {spans, objects} = graph;
  const pathOf = new Column(Uint32Array); // per spot: the path of its objects, which ends in their type; TOP until it has one
  let span = 0;
  await inSlices('count by path', objects.count, work, (from, to) => {
    for (let object = from; object < to; object++) {
      while (objects.firstObject[span + 1]! <= object) span++;
      const node = nodeOfObject(graph, object);
      if (dominator[node] === NONE) continue;
      const spot = spots.at(node);
      while (pathOf.length <= spot) pathOf.push(TOP);
      if (pathOf.data[spot] === TOP) pathOf.data[spot] = tree.child(spots.path.data[spot]!, TYPE_FRAME + objects.type[object]!);
      tree.addObjects(pathOf.data[spot]!, 1, spans.slotSize[span]!);
    }
  });
}
