import {describe, expect, test} from 'vitest';
import {RootOrigins} from '../../../src/analyses/root-origins.js';
import type {HeapGraph} from '../../../src/graph/heap-graph.js';
import {graphFromText} from '../../kit/graph-from-text.js';

/** The graph, with each goroutine's frames, innermost first, and its locals in the first of them. */
function withFrames(text: string, stacks: readonly (readonly string[])[], entry = 'main.entry'): HeapGraph {
  const graph = graphFromText(text);
  const names = stacks.flat();
  const strings = [...graph.strings, ...names, entry];
  const firsts = [0];
  for (const stack of stacks) firsts.push(firsts.at(-1)! + stack.length);
  const {roots, goroutines, frames} = graph;
  return {
    ...graph,
    strings,
    frames: {
      ...frames,
      count: names.length,
      functionName: Uint32Array.from(names, (name) => strings.indexOf(name)),
      wrapper: Uint8Array.from(names, (name) => (/gowrap|deferwrap|-fm$/.test(name) ? 1 : 0)),
    },
    goroutines: {
      ...goroutines,
      firstFrame: Uint32Array.from(firsts),
      entryFunction: new Uint32Array(goroutines.count).fill(strings.indexOf(entry)),
    },
    roots: {...roots, frame: roots.goroutine.map((goroutine, row) => (roots.parent[row] === 0 ? roots.frame[row]! : firsts[goroutine]!))},
  };
}

function rootNamed({roots, strings}: HeapGraph, name: string): number {
  return roots.name.findIndex((own) => strings[own] === name) + 1;
}

function originOf(graph: HeapGraph, name: string) {
  const origins = new RootOrigins(graph);
  return origins.at(origins.idOf(rootNamed(graph, name)));
}

describe('a goroutine is called', () => {
  test.each([
    ['by the outermost function that a person wrote', ['runtime.gopark', 'main.wait', 'main.worker', 'runtime.goexit'], 'main.worker'],
    [
      'not by a wrapper of the compiler',
      ['main.wait', 'main.(*T).Run', 'main.(*T).Run-fm', 'main.start.gowrap2', 'runtime.goexit'],
      'main.(*T).Run',
    ],
    ['nor by one of a defer', ['main.wait', 'main.f.deferwrap1', 'main.f', 'runtime.goexit'], 'main.f'],
    [
      'by the closure that a launcher calls',
      ['main.wait', 'main.main.func2', 'x/errgroup.(*Group).Go.func1', 'runtime.goexit'],
      'main.main.func2',
    ],
    [
      'by the method whose value a launcher calls',
      ['main.wait', 'main.(*T).Run', 'main.(*T).Run-fm', 'x/errgroup.(*Group).Go.func1', 'runtime.goexit'],
      'main.(*T).Run',
    ],
    ['not by a closure in the same function', ['main.f.func2', 'main.f.func1', 'runtime.goexit'], 'main.f.func1'],
    ['by a closure that calls a named function', ['main.serve', 'main.start.func1', 'runtime.goexit'], 'main.start.func1'],
    ['by a closure, which a person wrote', ['main.wait', 'main.start.func1', 'runtime.goexit'], 'main.start.func1'],
    ['main.main, not runtime.main', ['main.wait', 'main.main', 'runtime.main', 'runtime.goexit'], 'main.main'],
    [
      "as the runtime's own where there is no other",
      ['runtime.gopark', 'runtime.gcBgMarkWorker', 'runtime.gcBgMarkStartWorkers.gowrap1', 'runtime.goexit'],
      'runtime.gcBgMarkWorker',
    ],
    ['by its entry where it has no frames', [], 'main.entry'],
  ])('%s', (_, stack, expected) => {
    expect(originOf(withFrames('goroutine 1 -> a', [stack]), 'goroutine 1')).toMatchObject({kind: 'function', name: expected});
  });

  test('goroutine, where nothing is known of it', () => {
    expect(originOf(graphFromText('goroutine 1 -> a'), 'goroutine 1')).toEqual({
      kind: 'function',
      name: 'goroutine',
      variable: 'goroutine',
      package: '',
    });
  });
});

test('a local is called by its function too, and all its instances are one', () => {
  const stack = ['net/http.(*conn).readRequest', 'net/http.(*conn).serve', 'runtime.goexit'];
  const graph = withFrames('goroutine 1; local buf in 1 -> a; goroutine 2; register r in 2 -> b; goroutine 3; local copy in 3 -> c', [
    stack,
    stack,
    stack,
  ]);
  const copy = graph.strings.indexOf('copy');
  const name = graph.roots.name.map((own) => (own === copy ? graph.strings.indexOf('buf') : own));
  expect(originOf(graph, 'buf')).toEqual({
    kind: 'variable',
    name: 'buf in net/http.(*conn).readRequest',
    variable: 'buf',
    package: 'net/http',
  });
  const origins = new RootOrigins({...graph, roots: {...graph.roots, name}});
  const locals = [...name.keys()].filter((row) => graph.strings[name[row]!] === 'buf');
  expect(locals).toHaveLength(2);
  expect(new Set(locals.map((row) => origins.idOf(row + 1))).size).toBe(1);
  expect(originOf(graph, 'r')).toMatchObject({kind: 'function', name: 'net/http.(*conn).serve'}); // words of a frame are its goroutine's
});

test('other root nodes are called what they are called', () => {
  const graph = graphFromText('global net/http.DefaultServeMux -> a; finalizer f -> b');
  expect(originOf(graph, 'net/http.DefaultServeMux')).toEqual({
    kind: 'variable',
    name: 'net/http.DefaultServeMux',
    variable: 'net/http.DefaultServeMux',
    package: 'net/http',
  });
  expect(originOf(graph, 'f')).toMatchObject({kind: 'variable', name: 'f', package: 'runtime'});
  const nameless = {...graph, roots: {...graph.roots, name: new Uint32Array(graph.roots.count)}};
  const origins = new RootOrigins(nameless);
  expect(origins.at(origins.idOf(2)).name).toBe('finalizer');
});
