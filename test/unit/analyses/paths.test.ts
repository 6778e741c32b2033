import {describe, expect, test} from 'vitest';
import {computeAnalyses} from '../../../src/analyses/analyze.js';
import {computePaths, type PathOptions} from '../../../src/analyses/paths.js';
import {computeReferrers, ownerOfEdge} from '../../../src/analyses/referrers.js';
import type {HeapGraph} from '../../../src/graph/heap-graph.js';
import {firstObjectNode} from '../../../src/graph/objects.js';
import {BruteForce} from '../../kit/brute-force.js';
import {graphFromText, nameOfNode, noContents, nodeNamed} from '../../kit/graph-from-text.js';
import {randomGraphText} from '../../kit/random-graph.js';

const MAZE = 'roots: a b; a -> c; b -> c d; c -> e; d -> e x; goroutine 1; local l in 1 -> x; x -> c; e -> e !c; unreached -> e';

/** The paths to a node, each as the names along it with the offsets. */
function paths(graph: HeapGraph, name: string, options?: PathOptions): string[] {
  return [...computePaths(graph, nodeNamed(graph, name), options)].map(({root, edges}) =>
    edges.reduce(
      (text, edge) => `${text} +${graph.edges.slot[edge]! * 8} ${nameOfNode(graph, graph.edges.target[edge]!)}`,
      nameOfNode(graph, root),
    ),
  );
}

describe('computePaths', () => {
  test('one for each root node, the shortest first', () => {
    expect(paths(graphFromText(MAZE), 'e')).toEqual(['main.a +0 a +0 c +0 e', 'main.b +0 b +0 c +0 e', 'l +0 x +0 c +0 e']);
  });

  test('the first comes from the columns, and does not come twice', async () => {
    const graph = graphFromText(MAZE);
    const telling = await computeAnalyses(graph, noContents);
    const given = paths(graph, 'e', {telling});
    expect(new Set(given)).toEqual(new Set(paths(graph, 'e')));
    const [first] = computePaths(graph, nodeNamed(graph, 'e'), {telling, referrers: () => expect.unreachable('not needed for the first')});
    expect(first!.edges).toHaveLength(telling.depth[nodeNamed(graph, 'e')]!);
  });

  test('around what is to be avoided', async () => {
    const graph = graphFromText(MAZE);
    const telling = await computeAnalyses(graph, noContents);
    const avoid = (edge: number) => graph.edges.target[edge] === nodeNamed(graph, 'c');
    for (const options of [{avoid}, {avoid, telling}]) expect(paths(graph, 'e', options)).toEqual(['main.b +0 b +8 d +0 e']);
  });

  test('a root node is its own path; the program and garbage have none', async () => {
    const graph = graphFromText(MAZE);
    expect(paths(graph, 'main.b')).toEqual(['main.b']);
    expect(paths(graph, 'program')).toEqual([]);
    expect(paths(graph, 'unreached')).toEqual([]);
    expect(paths(graph, 'unreached', {telling: await computeAnalyses(graph, noContents)})).toEqual([]);
  });

  test('on random graphs: every path holds, the first is a shortest one or the telling one, and no root node has two', async () => {
    let seen = 0;
    for (let seed = 0; seed < 100; seed++) {
      const graph = graphFromText(randomGraphText(seed));
      const telling = await computeAnalyses(graph, noContents);
      const distance = new BruteForce(graph).distances();
      for (let node = firstObjectNode(graph); node < telling.depth.length; node++) {
        for (const options of [{}, {telling}]) {
          const found = [...computePaths(graph, node, options)];
          const searched = 'telling' in options ? found.slice(1) : found;
          if (searched === found) expect(found[0]?.edges.length).toBe(distance.get(node));
          else expect(found[0]?.edges.length).toBe(distance.has(node) ? telling.depth[node] : undefined);
          const lengths = searched.map((path) => path.edges.length);
          expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
          for (const {root, edges} of found) {
            const end = edges.reduce((at, edge) => (ownerOfEdge(graph.edges, edge) === at ? graph.edges.target[edge]! : -1), root);
            expect(end, `seed ${seed}`).toBe(node);
          }
          expect(new Set(found.map((path) => path.root)).size).toBe(found.length);
          seen += found.length;
        }
      }
    }
    expect(seen).toBeGreaterThan(500);
  });
});

describe('computeReferrers', () => {
  test('the edges to each node, by owner and slot, garbage and edges that are not followed included', () => {
    const graph = graphFromText(MAZE);
    const {first, item} = computeReferrers(graph);
    const e = nodeNamed(graph, 'e');
    const owners = [...item.subarray(first[e]!, first[e + 1]!)].map((edge) => nameOfNode(graph, ownerOfEdge(graph.edges, edge)));
    expect(owners.sort()).toEqual(['c', 'd', 'e', 'unreached']);
    expect(item).toHaveLength(graph.edges.count);
  });
});
