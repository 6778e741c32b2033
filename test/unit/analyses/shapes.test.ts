/** A few shapes whose answers one can see, as text: what every node retains, its dominator, and the pointers that are bridges. */
import {describe, expect, test} from 'vitest';
import {computeAnalyses} from '../../../src/analyses/analyze.js';
import {markReachable} from '../../../src/analyses/reachability.js';
import {createBitset, getBit, setBit} from '../../../src/base/bitset.js';
import {NONE} from '../../../src/base/units.js';
import type {HeapGraph} from '../../../src/graph/heap-graph.js';
import {nodeCount} from '../../../src/graph/objects.js';
import {graphFromText, nameOfNode, noContents} from '../../kit/graph-from-text.js';

/** One line a node: name, depth, dominator, retained bytes and objects; one line a bridge. */
async function answers(text: string): Promise<string[]> {
  const graph = graphFromText(text);
  const {depth, dominator, retained, retainedObjects, bridge} = await computeAnalyses(graph, noContents);
  const name = (node: number) => nameOfNode(graph, node);
  const lines: string[] = [];
  for (let node = 1; node < nodeCount(graph); node++) {
    const known = `depth ${depth[node]} under ${name(dominator[node]!)} retains ${retained[node]} in ${retainedObjects[node]}`;
    lines.push(`${name(node)}: ${depth[node] === NONE ? 'garbage' : known}`);
  }
  for (const [owner, edge] of ownedEdges(graph)) {
    if (getBit(bridge, edge)) lines.push(`bridge ${name(owner)} -> ${name(graph.edges.target[edge]!)}`);
  }
  return lines;
}

function* ownedEdges({edges}: HeapGraph): Iterable<[number, number]> {
  for (let owner = 0; owner + 1 < edges.firstEdge.length; owner++) {
    for (let edge = edges.firstEdge[owner]!; edge < edges.firstEdge[owner + 1]!; edge++) yield [owner, edge];
  }
}

describe('shapes', () => {
  test('static data below static data belongs to all around it', async () => {
    const text = 'static s -> a; static s.x in s -> b; static s.x.y in s.x -> c; global main.v -> d; c -> d';
    expect(await answers(text)).toEqual([
      's: depth 0 under program retains 24 in 3',
      's.x: depth 0 under s retains 16 in 2',
      's.x.y: depth 0 under s.x retains 8 in 1',
      'main.v: depth 0 under program retains 0 in 0',
      'a: depth 1 under s retains 8 in 1',
      'b: depth 1 under s.x retains 8 in 1',
      'c: depth 1 under s.x.y retains 8 in 1',
      'd: depth 1 under program retains 8 in 1',
      'bridge s -> a',
      'bridge s.x -> b',
      'bridge s.x.y -> c',
    ]);
    const graph = graphFromText(text);
    const without = createBitset(nodeCount(graph));
    setBit(without, 1);
    const kept = markReachable(graph, without);
    const lost = Array.from({length: nodeCount(graph)}, (_, node) => node).filter((node) => !getBit(kept, node));
    expect(lost.map((node) => nameOfNode(graph, node))).toEqual(['s', 's.x', 's.x.y', 'a', 'b', 'c']);
  });

  test('a diamond: the two sides release nothing of what they share', async () => {
    expect(await answers('roots: a; a -> b c; b -> d; c -> d; a : 16; d : 64')).toEqual([
      'main.a: depth 0 under program retains 96 in 4',
      'a: depth 1 under main.a retains 96 in 4',
      'b: depth 2 under a retains 8 in 1',
      'c: depth 2 under a retains 8 in 1',
      'd: depth 3 under a retains 64 in 1',
      'bridge main.a -> a',
      'bridge a -> b',
      'bridge a -> c',
    ]);
  });

  test('a ring: the pointer back is another way into its head, but not from outside', async () => {
    expect(await answers('roots: a; a -> b; b -> c; c -> a')).toEqual([
      'main.a: depth 0 under program retains 24 in 3',
      'a: depth 1 under main.a retains 24 in 3',
      'b: depth 2 under a retains 16 in 2',
      'c: depth 3 under b retains 8 in 1',
      'bridge main.a -> a',
      'bridge a -> b',
      'bridge b -> c',
    ]);
  });

  test('two pointers of one owner are each no bridge; a garbage owner does not count; nor an edge that is not followed', async () => {
    expect(await answers('roots: a; a -> b b c; garbage -> c; a -> !c d; d -> !d')).toEqual([
      'main.a: depth 0 under program retains 64 in 4',
      'a: depth 1 under main.a retains 64 in 4',
      'b: depth 2 under a retains 8 in 1',
      'c: depth 2 under a retains 8 in 1',
      'garbage: garbage',
      'd: depth 2 under a retains 8 in 1',
      'bridge main.a -> a',
      'bridge a -> c',
      'bridge a -> d',
    ]);
  });

  test("goroutines retain what their locals share, and a local's depth starts at itself", async () => {
    expect(await answers('goroutine 1; local x in 1 -> a; local y in 1 -> a b; local z in 2 -> b; goroutine 2 -> c')).toEqual([
      'goroutine 1: depth 0 under program retains 8 in 1',
      'x: depth 0 under goroutine 1 retains 0 in 0',
      'y: depth 0 under goroutine 1 retains 0 in 0',
      'z: depth 0 under goroutine 2 retains 0 in 0',
      'goroutine 2: depth 0 under program retains 8 in 1',
      'a: depth 1 under goroutine 1 retains 8 in 1',
      'b: depth 1 under program retains 8 in 1',
      'c: depth 1 under goroutine 2 retains 8 in 1',
      'bridge goroutine 2 -> c',
    ]);
  });

  test('the graph of semi-NCA’s hard case: the semidominator is not the dominator', async () => {
    const lines = await answers('roots: r; r -> a d; a -> b; b -> c; d -> b c');
    expect(lines.filter((line) => !line.startsWith('bridge'))).toEqual([
      'main.r: depth 0 under program retains 56 in 5',
      'r: depth 1 under main.r retains 56 in 5',
      'a: depth 2 under r retains 8 in 1',
      'd: depth 2 under r retains 16 in 1',
      'b: depth 3 under r retains 8 in 1',
      'c: depth 3 under r retains 8 in 1',
    ]);
  });

  test('a list of 100,000 items with pointers back: no recursion, no stack overflow', async () => {
    const ITEMS = 100_000;
    const graph = graphFromText(chain(ITEMS));
    const columns = await computeAnalyses(graph, noContents);
    const last = nodeCount(graph) - 1;
    expect([columns.depth[last], columns.retained[1], columns.retained[2]]).toEqual([ITEMS, 16 * ITEMS, 16 * ITEMS]);
  });

  test('an empty heap', async () => {
    const columns = await computeAnalyses(graphFromText(''), noContents);
    expect([columns.reachableObjects, columns.reachableBytes, columns.retained[0]]).toEqual([0, 0, 0]);
  });
});

/** n0 -> n1 -> …, and back to the item before. */
function chain(items: number): string {
  const lines = ['roots: n0', 'n0 : 16 -> 8=n1'];
  for (let item = 1; item < items; item++) lines.push(`n${item} : 16 -> n${item - 1}${item + 1 < items ? ` n${item + 1}` : ''}`);
  return lines.join('\n');
}
