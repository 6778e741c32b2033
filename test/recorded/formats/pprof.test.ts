/**
 * pprof profiles: what stands for what, sums against the graph's own analyses, folding against brute force, and the options.
 */
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {aggregatePaths} from '../../../formats/pprof/aggregate-paths.js';
import {type PprofOptions, pprof} from '../../../formats/pprof/export-pprof.js';
import {foldPaths} from '../../../formats/pprof/fold-paths.js';
import {PathTree, TOP} from '../../../formats/pprof/path-tree.js';
import {computeAnalyses} from '../../../src/analyses/analyze.js';
import {computeShortestPaths} from '../../../src/analyses/shortest-paths.js';
import {NONE} from '../../../src/base/units.js';
import type {HeapGraph} from '../../../src/graph/heap-graph.js';
import {firstObjectNode, nodeCount, objectOfNode, sizeOf} from '../../../src/graph/objects.js';
import {temporaryFolder, withStacks} from '../../kit/exported.js';
import {graphFromText, noContents} from '../../kit/graph-from-text.js';
import {randomGraphText, seededRandom} from '../../kit/random-graph.js';
import {type ReadProfile, readProfile, sumByFrame} from '../../kit/read-profile.js';

const analyze = (graph: HeapGraph) => computeAnalyses(graph, noContents);
const RANDOM_GRAPHS = Array.from({length: 200}, (_, seed) => seed);

async function exportProfile(graph: HeapGraph, options: PprofOptions = {}): Promise<ReadProfile> {
  const path = join(temporaryFolder(), 'heap.pb.gz');
  await pprof.write({columns: await analyze(graph)}, path, options, {});
  return readProfile(path);
}
const linesOf = ({samples}: ReadProfile) => samples.map(({stack, objects, bytes}) => `${stack.join(' > ')}: ${objects} of ${bytes}`);

describe('what stands for what', () => {
  test('telling paths from holders down, equal ones together', async () => {
    const profile = await exportProfile(
      withStacks({executable: '/bin/x', build_id: 'b', dumped_at: '2026-11-22T16:03:45.160Z', complete: 0}),
    );
    expect(linesOf(profile).sort()).toEqual(
      [
        'goroutine main.work > goroutine main.work‹untyped› main.Node: 1 of 48',
        'goroutine main.work > state > state‹untyped›: 1 of 8',
        'goroutine main.work > state: 1 of 32',
        'goroutine main.work: 1 of 8',
        'main.array[…] main.Node: 1 of 16',
        'main.array[…].Next main.Node: 1 of 16',
        'main.big *main.Big > main.big main.Big > main.Big.In.Y: 1 of 16',
        'main.big *main.Big > main.big main.Big: 1 of 96',
        'main.list.Next main.Node: 1 of 16',
        'main.list main.Node: 1 of 16',
      ].sort(),
    );
    expect(profile).toMatchObject({
      sampleTypes: ['inuse_objects/count', 'inuse_space/bytes'],
      defaultType: 'inuse_space',
      milliseconds: Date.parse('2026-11-22T16:03:45.160Z'),
      mapping: {filename: '/bin/x', buildId: 'b', hasFunctions: true, hasFilenames: true, hasLineNumbers: true, hasInlineFrames: true},
    });
    expect(profile.comments).toEqual([
      'goheap: go1.26.8 amd64',
      expect.stringMatching(/^cum of a first frame: retained size/),
      expect.stringMatching(/^--paths dominators: cum: retained size/),
      expect.stringMatching(/^--paths shortest: cum: /),
      expect.stringMatching(/^\d+ reachable objects of \d+ bytes; 2 garbage objects left out$/),
      'parts of the dump were unreadable: sizes are at least',
    ]);
  });

  test('places, labels, fields without indices, headers, arrays', async () => {
    const profile = await exportProfile(
      graphFromText(`
        type main.T 48 P@0:*main.T List@8:[3]*main.T Name@32:string
        type main.Slot 16 A@0:*main.T B@8:*main.T
        global main.slots : main.Slot -> 0=a 8=b
        a : main.T size=64 header=8 -> 16=c 32=d 40=text
        b : main.T x2 size=96 -> 48=e
        c : *main.T x2 -> f
        text : uint8 x3 size=8 noscan
        d : main.T; e : main.T; f : main.T`),
    );
    expect(linesOf(profile)).toEqual([
      'main.slots main.Slot > main.slots.A main.T: 1 of 64',
      'main.slots main.Slot > main.slots.A main.T > main.T.List[…] > main.T.List[…][…] main.T: 1 of 48',
      'main.slots main.Slot > main.slots.A main.T > main.T.List[…]: 1 of 16',
      'main.slots main.Slot > main.slots.A main.T > main.T.List[…] main.T: 1 of 48',
      'main.slots main.Slot > main.slots.A main.T > main.T.Name: 1 of 8',
      'main.slots main.Slot > main.slots.B main.T: 1 of 96',
      'main.slots main.Slot > main.slots.B main.T > main.T.P main.T: 1 of 48',
    ]);
    expect(profile.samples[0]!.labels).toEqual({kind: 'global', type: 'main.T', package: 'main'});
    expect(profile.samples[4]!.labels).toEqual({kind: 'global', type: 'uint8'});
  });

  test('a place of declaration is that of the variable or the go statement', async () => {
    const graph = withStacks();
    const line = Uint32Array.from(graph.roots.line);
    const file = Uint32Array.from(graph.roots.file);
    [file[0], line[0]] = [graph.goroutines.file[0]!, 33];
    const {samples} = await exportProfile({...graph, roots: {...graph.roots, file, line}}, {paths: 'shortest'});
    const places = new Map(samples.map(({stack, places: [place]}) => [stack[0], place]));
    expect(places.get('main.list *main.Node')).toBe('main.go:33');
    expect(places.get('goroutine main.work')).toBe('main.go:12');
    expect(places.get('main.big *main.Big')).toBe('');
  });

  test('lists and trees are as deep as they have kinds of pointers', async () => {
    const profile = await exportProfile(
      graphFromText(`
        type main.Tree 24 Left@0:*main.Tree Right@8:*main.Tree
        global main.tree : *main.Tree -> a
        a : main.Tree -> b c; b : main.Tree -> d; c : main.Tree -> e 8=f; d : main.Tree -> 8=k; k : main.Tree -> h
        e : main.Tree; f : main.Tree; h : main.Tree`),
    );
    expect(linesOf(profile)).toEqual([
      'main.tree *main.Tree > main.tree main.Tree > main.Tree.Left main.Tree: 2 of 48',
      'main.tree *main.Tree > main.tree main.Tree > main.Tree.Left main.Tree > main.Tree.Right main.Tree: 2 of 48',
      'main.tree *main.Tree > main.tree main.Tree > main.Tree.Right main.Tree: 2 of 48',
      'main.tree *main.Tree > main.tree main.Tree > main.Tree.Right main.Tree > main.Tree.Left main.Tree: 1 of 24',
      'main.tree *main.Tree > main.tree main.Tree: 1 of 24',
    ]);
  });
});

describe('sums', () => {
  test.each(['telling', 'dominators', 'shortest'] as const)(
    'random graphs, paths by %s: cum of a root is what is below it',
    async (paths) => {
      for (const seed of RANDOM_GRAPHS) {
        const graph = graphFromText(randomGraphText(seed));
        const columns = await analyze(graph);
        const {holder} = await computeShortestPaths(graph);
        const {samples} = await exportProfile(graph, {paths});
        expect(total(samples)).toBe(columns.reachableBytes);
        expect(samples.reduce((sum, {objects}) => sum + objects, 0)).toBe(columns.reachableObjects);
        const sums = sumByFrame(samples);
        const {roots, strings} = graph;
        for (let row = 0; row < roots.count; row++) {
          const name = strings[roots.name[row]!]!;
          if (!/^g\d/.test(name)) continue; // goroutines share a name
          const below = paths === 'shortest' ? bytesHeldBy(graph, holder, row + 1) : columns.retained[row + 1]!;
          expect(sums.get(name)?.cum ?? 0, `seed ${seed}, ${name}`).toBe(below);
        }
      }
    },
  );

  test('a chain that is longer than what is remembered of it', async () => {
    const length = 50;
    const nodes = Array.from({length}, (_, at) => `n${at} : T size=16 -> n${at + 1}`).reverse();
    const columns = await analyze(graphFromText(`type T 16 next@0:*T; ${nodes.join('; ')}; n${length} : T; global main.x -> n0`));
    for (const paths of ['telling', 'dominators', 'shortest'] as const) {
      for (const chain of [1, 7, 50, 1000]) {
        const {tree} = await aggregatePaths(columns, paths, {}, {paths: 100, chain});
        expect([...tree.objects.finish()].filter((count) => count > 0)).toEqual([length, 1]);
      }
    }
  });
});

/** By definition: the objects from which the shortest path leads to the root node. */
function bytesHeldBy(graph: HeapGraph, holder: Uint32Array, root: number): number {
  let bytes = 0;
  for (let node = firstObjectNode(graph); node < nodeCount(graph); node++) {
    let at = node;
    while (at !== NONE && at !== root && at !== 0) at = holder[at]!;
    if (at === root) bytes += sizeOf(graph, objectOfNode(graph, node)!);
  }
  return bytes;
}

const total = (samples: ReadProfile['samples']) => samples.reduce((sum, {bytes}) => sum + bytes, 0);

describe('folding', () => {
  const REST = 99;
  /** Random walks through few frames, so that frames repeat. */
  const walks = (seed: number, frames: number) => {
    const random = seededRandom(seed);
    return Array.from({length: 300}, () => Array.from({length: 1 + random(9)}, () => random(frames)));
  };
  const treeOf = (paths: readonly number[][], limit = 1e6) => {
    const tree = new PathTree(limit, REST);
    for (const frames of paths)
      tree.addObjects(
        frames.reduce((path, frame) => tree.child(path, frame), TOP),
        1,
        frames.length,
      );
    return tree;
  };
  const samplesOf = (tree: PathTree) =>
    Array.from({length: tree.count}, (_, path) => ({stack: tree.framesOf(path).reverse(), bytes: tree.bytes.data[path]!})).filter(
      ({bytes}) => bytes > 0,
    );
  const sums = (samples: readonly {stack: readonly number[]; bytes: number}[]) => {
    const all = new Map<string, number>();
    for (const {stack, bytes} of samples) {
      const keys = [...new Set(stack)].map((frame) => `cum ${frame}`);
      for (const key of [...keys, `flat ${stack.at(-1)}`, 'total']) all.set(key, (all.get(key) ?? 0) + bytes);
    }
    return Object.fromEntries([...all].sort());
  };
  const asSamples = (paths: readonly number[][]) => paths.map((stack) => ({stack, bytes: stack.length}));

  test('of recursion leaves flat and cum of every frame as they are', () => {
    for (const seed of RANDOM_GRAPHS.slice(0, 50)) {
      const paths = walks(seed, 4);
      const samples = samplesOf(treeOf(paths));
      expect(sums(samples)).toEqual(sums(asSamples(paths)));
      for (const {stack} of samples) expect(stack.length).toBeLessThanOrEqual(5); // each of four, and the last again
    }
  });

  test('of too many paths leaves the total, and what is at and below a path that stays', () => {
    for (const seed of RANDOM_GRAPHS.slice(0, 50)) {
      const paths = walks(seed, 8);
      const whole = treeOf(paths);
      const folded = treeOf(paths);
      const limit = 40;
      expect(whole.count).toBeGreaterThan(200);
      foldPaths(folded, limit);
      const samples = samplesOf(folded);
      expect(samples.length).toBeLessThanOrEqual(2 * limit);
      expect(sums(samples).total).toBe(sums(asSamples(paths)).total);
      expect(samples.some(({stack}) => stack.at(-1) === REST)).toBe(true);
      const before = samplesOf(whole);
      for (const {stack} of samples) {
        const kept = stack.at(-1) === REST ? stack.slice(0, -1) : stack;
        const below = (all: typeof samples) => all.filter((other) => kept.every((frame, at) => other.stack[at] === frame));
        expect(sums(below(samples)).total).toBe(sums(below(before)).total);
      }
    }
  });

  test('of a tree that grows too large in memory leaves the total', () => {
    const paths = walks(1, 8);
    const tree = treeOf(paths, 50);
    expect(tree.count).toBeLessThanOrEqual(100);
    expect(sums(samplesOf(tree)).total).toBe(sums(asSamples(paths)).total);
    foldPaths(tree, 20); // some of these paths are a rest already
    expect(samplesOf(tree).length).toBeLessThanOrEqual(40);
    expect(sums(samplesOf(tree)).total).toBe(sums(asSamples(paths)).total);
    expect(tree.objects.finish().reduce((sum, objects) => sum + objects, 0)).toBe(paths.length);
  });
});

describe('names', () => {
  test('fields of equal names in different structs are different frames; map internals are none', async () => {
    const profile = await exportProfile(
      graphFromText(`
        type example.test/shop/v2/cart.Item 16 Blob@0:*uint8 Cart@8:*other.test/cart.Item
        type other.test/cart.Item 16 Blob@0:*uint8
        global main.item : *example.test/shop/v2/cart.Item -> a
        a : example.test/shop/v2/cart.Item -> 0=one 8=b
        b : other.test/cart.Item -> two
        one : uint8 x16 size=16; two : uint8 x32 size=32`),
    );
    expect(linesOf(profile)).toEqual([
      'main.item *shop/v2/cart.Item > main.item shop/v2/cart.Item > shop/v2/cart.Item.Cart other.test/cart.Item > other.test/cart.Item.Blob: 1 of 32',
      'main.item *shop/v2/cart.Item > main.item shop/v2/cart.Item > shop/v2/cart.Item.Cart other.test/cart.Item: 1 of 16',
      'main.item *shop/v2/cart.Item > main.item shop/v2/cart.Item: 1 of 16',
      'main.item *shop/v2/cart.Item > main.item shop/v2/cart.Item > shop/v2/cart.Item.Blob: 1 of 16',
    ]);
  });
});

describe('options', () => {
  test('names that the program made at run time are left out, or redacted', async () => {
    const graph = graphFromText('type main.secret 8; a : main.secret; global main.x : *main.secret -> a');
    const made = graph.types.name.indexOf('main.secret');
    const runtimeAddress = Float64Array.from(graph.types.runtimeAddress);
    runtimeAddress[made] = graph.spans.start[0]!;
    const secret = {...graph, types: {...graph.types, runtimeAddress}};
    const leaves = async (options: PprofOptions) => (await exportProfile(secret, options)).samples.map(({stack}) => stack.at(-1));
    expect(await leaves({})).toEqual(['main.x main.secret']);
    expect(await leaves({contents: 'none'})).toEqual([`main.x type ${made}, made by reflect`]);
    expect(await leaves({redact: /secret/})).toEqual(['main.x main.******']);
    expect(await leaves({contents: 'none', redact: /x/})).toEqual([`main.x type ${made}, made by reflect`]);
  });
});
