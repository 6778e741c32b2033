/**
 * A heap dump → a graph of plain arrays, and brute force over it: reachability, depth, retained bytes. Slow and obvious on
 * purpose: it is what the six views and the dominator tree are compared with, so it uses none of their algorithms and no
 * code of src/. What a heap dump lacks (registers, stack objects, cleanups, weak handles) callers add as `extra` roots.
 */
import {type HeapDump, type PointerBlock, wordAt} from './heap-dump.js';

export interface DumpGraph {
  readonly address: readonly number[]; // ascending
  readonly size: readonly number[];
  readonly edges: readonly (readonly DumpEdge[])[]; // per object, by offset
}
export interface DumpEdge {
  readonly offset: number; // of the pointer in its owner
  readonly target: number; // object
  readonly targetOffset: number;
}
/** A word outside the heap's objects that the collector scans, and the object it points into. */
export interface RootWord {
  readonly kind: 'data' | 'bss' | 'frame' | 'finalizer' | 'g';
  readonly address: number; // of the word
  readonly goroutine: number; // goid for frame and g, else 0
  readonly target: number;
}
/** What brute force leaves out: one object, or one pointer. */
export interface Without {
  readonly object?: number;
  readonly edge?: {readonly source: number; readonly offset: number};
  readonly rootWords?: (word: RootWord) => boolean; // true: leave it out
}

export function buildDumpGraph({objects}: HeapDump): DumpGraph {
  const edges = objects.address.map((_, object) => {
    const found: DumpEdge[] = [];
    for (let field = objects.firstField[object]!; field < objects.firstField[object + 1]!; field++) {
      const value = objects.fieldValue[field]!;
      const target = findObject(objects, value);
      if (target !== undefined) found.push({offset: objects.fieldOffset[field]!, target, targetOffset: value - objects.address[target]!});
    }
    return found;
  });
  return {address: objects.address, size: objects.size, edges};
}

/** The object whose slot contains the address. */
export function findObject({address, size}: Pick<DumpGraph, 'address' | 'size'>, at: number): number | undefined {
  let low = 0;
  let high = address.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (address[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  const object = low - 1;
  return object >= 0 && at < address[object]! + size[object]! ? object : undefined;
}

/** Where reachability starts. */
export interface Roots {
  readonly words: readonly RootWord[];
  readonly extra: readonly number[]; // objects that are alive for a reason that the dump does not tell
  readonly notFollowed: ReadonlySet<number>; // the g objects: their pointers count as root words of their goroutine
}

/**
 * The root words of a dump. `choose` may leave words out, and add objects that only the caller knows to be alive. A finalizer
 * keeps its function, and what its object points to – but not the object – where nothing else keeps the object alive.
 */
export function findRoots(
  dump: HeapDump,
  graph: DumpGraph,
  choose: (words: RootWord[]) => {words: RootWord[]; extra?: number[]} = (words) => ({words}),
): Roots {
  const {words, extra = []} = choose(findRootWords(dump, graph));
  const notFollowed = new Set(dump.goroutines.map(({g}) => findObject(graph, g)).filter((object) => object !== undefined));
  const depth = computeDepths(graph, {words, extra, notFollowed});
  const finalized = dump.finalizers
    .map(({object}) => findObject(graph, object))
    .filter((object): object is number => object !== undefined && depth[object] === 0);
  return {words: [...words, ...finalized.flatMap((object) => wordsOfObject(graph, 'finalizer', object))], extra, notFollowed};
}

function findRootWords(dump: HeapDump, graph: DumpGraph): RootWord[] {
  const words: RootWord[] = [];
  const add = (kind: RootWord['kind'], address: number, value: number, goroutine = 0) => {
    const target = findObject(graph, value);
    if (target !== undefined) words.push({kind, address, goroutine, target});
  };
  const addBlock = (kind: RootWord['kind'], block: PointerBlock, goroutine = 0) => {
    for (const offset of block.field) add(kind, block.address + offset, wordAt(block.contents, offset), goroutine);
  };
  addBlock('data', dump.data);
  addBlock('bss', dump.bss);
  for (const goroutine of dump.goroutines) {
    for (const frame of goroutine.frames) addBlock('frame', frame, goroutine.id);
    const g = findObject(graph, goroutine.g);
    if (g !== undefined) words.push(...wordsOfObject(graph, 'g', g, goroutine.id));
  }
  for (const finalizer of dump.finalizers) {
    add('finalizer', NaN, finalizer.function);
    if (finalizer.queued) add('finalizer', NaN, finalizer.object);
  }
  return words;
}

function wordsOfObject(graph: DumpGraph, kind: RootWord['kind'], object: number, goroutine = 0): RootWord[] {
  return graph.edges[object]!.map(({offset, target}) => ({kind, address: graph.address[object]! + offset, goroutine, target}));
}

/** Pointers from a root word to each object on the shortest way: 1 for what a root points to, 0 for garbage. */
export function computeDepths(graph: DumpGraph, roots: Roots, without: Without = {}): Uint32Array {
  const depth = new Uint32Array(graph.address.length);
  let layer: number[] = [];
  const enter = (object: number, at: number) => {
    if (depth[object] !== 0 || object === without.object) return;
    depth[object] = at;
    layer.push(object);
  };
  for (const word of roots.words) if (without.rootWords?.(word) !== true) enter(word.target, 1);
  for (const object of roots.extra) enter(object, 1);
  for (let at = 2; layer.length > 0; at++) {
    const owners = layer;
    layer = [];
    for (const owner of owners) {
      if (roots.notFollowed.has(owner)) continue;
      for (const {offset, target} of graph.edges[owner]!) {
        if (owner === without.edge?.source && offset === without.edge.offset) continue;
        enter(target, at);
      }
    }
  }
  return depth;
}

/** Bytes and number of the objects that are reachable in `before` and no longer in `after`. */
export function computeLoss(graph: DumpGraph, before: Uint32Array, after: Uint32Array): {bytes: number; objects: number} {
  let bytes = 0;
  let objects = 0;
  for (let object = 0; object < before.length; object++) {
    if (before[object] === 0 || after[object] !== 0) continue;
    bytes += graph.size[object]!;
    objects++;
  }
  return {bytes, objects};
}
