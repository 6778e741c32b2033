import {describe, expect, test} from 'vitest';
import {computeAnalyses} from '../../../src/analyses/analyze.js';
import {computeTellingPaths} from '../../../src/analyses/telling-paths.js';
import {BruteForce} from '../../kit/brute-force.js';
import {expectTellingPaths} from '../../kit/expect-telling-paths.js';
import {graphFromText, nameOfNode, noContents, nodeNamed} from '../../kit/graph-from-text.js';
import {randomNamedText, tellText} from '../../kit/told-heaps.js';

const SEEDS = Array.from({length: 500}, (_, seed) => seed);

/** The names along the telling path of an object, the root node first. */
async function pathTo(text: string, name: string): Promise<string> {
  const graph = graphFromText(text);
  const {holder} = await computeTellingPaths(graph);
  const names: string[] = [];
  for (let node = nodeNamed(graph, name); node !== 0; node = holder[node]!) names.push(nameOfNode(graph, node));
  return names.reverse().join(' ');
}

describe('telling paths equal brute force', () => {
  test('on 500 random graphs', async () => {
    let longer = 0;
    for (const seed of SEEDS) {
      const text = randomNamedText(seed);
      const told = await tellText(text);
      expectTellingPaths(told, `seed ${seed}:\n${text}`);
      const distance = new BruteForce(told.columns.graph).distances();
      for (const [node, pointers] of distance) {
        expect(told.columns.depth[node], text).toBeGreaterThanOrEqual(pointers);
        if (told.columns.depth[node]! > pointers) longer++;
      }
    }
    expect(longer).toBeGreaterThan(50); // the graphs have paths that tell more than the shortest
  });
});

describe('what a path goes through', () => {
  const TYPES = [
    'type main.T 32; type context.valueCtx 32; type runtime.timeTimer 32; type runtime.p 32; type sync.poolLocal 32',
    'type hchan<main.T> 32; type sudog<main.T> 32; type []main.T 24; type func 8; type *runtime.p 8',
  ].join('; ');
  const heap = (rest: string) => `${TYPES}; ${rest}`;

  test.each([
    [
      'a variable rather than a local',
      'global main.v -> a; goroutine 1; local l in 1 -> x; a : main.T -> b; b : main.T -> x',
      'main.v a b x',
    ],
    ['a local rather than the runtime', 'global runtime.v -> x; goroutine 1; local l in 1 -> a; a : main.T -> x', 'goroutine 1 l a x'],
    ['a local rather than a nameless word of its goroutine', 'goroutine 1 -> x; local l in 1 -> a; a : main.T -> x', 'goroutine 1 l a x'],
    ['a goroutine rather than a finalizer', 'finalizer f -> x; goroutine 1 -> x', 'goroutine 1 x'],
    [
      'a variable rather than a temporary of the compiler',
      'global main..stmp_1 : main.T -> x; global main.v : main.T -> a; a : main.T -> x',
      'main.v a x',
    ],
    [
      'a variable rather than nameless static data',
      'global bss+0x40 : main.T -> x; global main.v : main.T -> a; a : main.T -> x',
      'main.v a x',
    ],
    ['types rather than what has none', 'global main.v : main.T -> a b; a -> x; b : main.T -> c; c : main.T -> x', 'main.v b c x'],
    [
      'anything rather than a context',
      'global main.v : main.T -> a b; a : context.valueCtx -> x; b : main.T -> c; c : main.T -> x',
      'main.v b c x',
    ],
    [
      'channels as other structures',
      'global main.v : main.T -> a b; a : hchan<main.T> -> x; b : main.T -> c; c : main.T -> x',
      'main.v a x',
    ],
    [
      'no waiting goroutine',
      'global main.v : main.T -> a b; a : sudog<main.T> -> x; b : context.valueCtx -> c; c : main.T -> x',
      'main.v b c x',
    ],
    ['no pool', 'global main.v : main.T -> a b; a : sync.poolLocal -> x; b : sudog<main.T> -> x', 'main.v b x'],
    ['no list of pools', 'global sync.allPools : []main.T -> a; a : main.T -> x; finalizer f -> b; b : sudog<main.T> -> x', 'f b x'],
    ['no function', 'global main.f : func -> x; global main.v : main.T -> a; a : context.valueCtx -> x', 'main.v a x'],
    [
      'runtime.allp to a p, rather than a timer',
      'global main.v : main.T -> t; t : runtime.timeTimer -> p; global runtime.allp : []main.T -> a; a : *runtime.p -> p; p : runtime.p -> x',
      'runtime.allp a p x',
    ],
    [
      'a variable of the whole rather than one of a part',
      'global main.a : main.T -> x:8; global main.b : main.T -> b; b : main.T -> x; x : main.T size=32',
      'main.b b x',
    ],
  ])('%s', async (_, text, expected) => {
    expect(await pathTo(heap(text), 'x')).toBe(expected);
  });

  test('of equal costs the name decides, then the offset, and the address last', async () => {
    const named = 'global main.v : main.T -> b a; b : shop.B -> x; a : main.T -> x; type shop.B 8';
    expect(await pathTo(heap(named), 'x')).toBe('main.v a x');
    expect(await pathTo(heap('global main.v : main.T -> b a; b : main.T -> 8=x; a : main.T -> x'), 'x')).toBe('main.v a x');
    expect(await pathTo(heap('global main.v : main.T -> b a; b : main.T -> x; a : main.T -> x'), 'x')).toBe('main.v b x');
    expect(await pathTo('global shop.v -> x; global main.v -> x', 'x')).toBe('main.v x');
  });

  test('what a system goroutine holds comes last', async () => {
    const graph = graphFromText('goroutine 1 -> x; goroutine 2 -> x');
    const system = {...graph, goroutines: {...graph.goroutines, system: Uint8Array.of(1, 0)}};
    const {holder} = await computeTellingPaths(system);
    expect(nameOfNode(graph, holder[nodeNamed(graph, 'x')]!)).toBe('goroutine 2');
  });
});

test('it tells how far it is, and can be cancelled', async () => {
  const {graph} = await computeAnalyses(graphFromText('roots: a; a -> b'), noContents);
  const abort = new AbortController();
  const reason = new Error('interrupted');
  const seen: [string, number, number][] = [];
  const work = {signal: abort.signal, onProgress: (...progress: [string, number, number]) => void seen.push(progress)};
  await computeTellingPaths(graph, undefined, undefined, work);
  expect(seen).toEqual([['telling paths', 3, 4]]);
  abort.abort(reason);
  await expect(computeTellingPaths(graph, undefined, undefined, work)).rejects.toBe(reason);
});
