/** What becomes garbage and what stays, against brute force on 300 random graphs with random cuts. */
import {describe, expect, test} from 'vitest';
import {buildCutRegion, type GraphCuts} from '../../../src/analyses/cut-graph.js';
import {findHeld} from '../../../src/analyses/cut-region.js';
import type {ObjectSum} from '../../../src/answers/held-entries.js';
import {computeOwners} from '../../../src/answers/owners.js';
import type {ToldHeap} from '../../../src/answers/told-heap.js';
import {answerWhatIf} from '../../../src/answers/what-if.js';
import {NONE, type NodeIndex} from '../../../src/base/units.js';
import {BruteForce} from '../../kit/brute-force.js';
import {nodeNamed} from '../../kit/graph-from-text.js';
import {randomCuts} from '../../kit/random-cuts.js';
import {randomNamedText, tellText} from '../../kit/told-heaps.js';

const SEEDS = Array.from({length: 300}, (_, seed) => seed);

/** By definition: objects whose telling path goes through what is cut, or what that points to; and what the lost ones point to retains, but for what the cuts hang on. */
function ledTo({columns: {graph, holder}}: ToldHeap, truth: BruteForce, cuts: GraphCuts): Set<NodeIndex> {
  const {roots, edges} = graph;
  const live = truth.distances();
  const rest = truth.distances(cuts.nodes, ...cuts.edges);
  const isGone = (node: NodeIndex): boolean =>
    cuts.nodes.includes(node) || (node > 0 && node <= roots.count && isGone(roots.parent[node - 1]!));
  const targetsOf = (node: NodeIndex, isWanted: (edge: number) => boolean) =>
    Array.from({length: edges.firstEdge[node + 1]! - edges.firstEdge[node]!}, (_, at) => edges.firstEdge[node]! + at)
      .filter((edge) => !edges.notFollowed.includes(edge) && isWanted(edge))
      .map((edge) => edges.target[edge]!);
  const seeds = new Set(
    [...live.keys()].flatMap((node) =>
      isGone(node) ? [node, ...targetsOf(node, () => true)] : targetsOf(node, (edge) => cuts.edges.includes(edge)),
    ),
  );
  const pathOf = (node: NodeIndex): NodeIndex[] => (node <= roots.count ? [] : [node, ...pathOf(holder[node]!)]);
  const above = new Set([...seeds].flatMap(pathOf));
  const hanging = [...live.keys()].filter((node) => pathOf(node).some((each) => seeds.has(each)));
  const pointedTo = hanging.filter((node) => !rest.has(node)).flatMap((node) => targetsOf(node, () => true));
  const further = pointedTo.filter((node) => !hanging.includes(node) && !above.has(node));
  return new Set([...hanging, ...further.flatMap((node) => truth.dominatedBy(node))]);
}

describe('300 random graphs', () => {
  test('equal brute force', async () => {
    const seen = {garbage: 0, stays: 0, together: 0, held: 0};
    for (const seed of SEEDS) {
      const text = `seed ${seed}\n${randomNamedText(seed)}`;
      const told = await tellText(randomNamedText(seed));
      const {graph} = told.columns;
      const owners = computeOwners(told);
      const truth = new BruteForce(graph);
      for (const cuts of randomCuts(graph, seed)) {
        const rest = truth.distances(cuts.nodes, ...cuts.edges);
        const lost = [...truth.distances().keys()].filter((node) => node > graph.roots.count && !rest.has(node));
        const stays = [...ledTo(told, truth, cuts)].filter((node) => rest.has(node));
        const answer = answerWhatIf(told, owners, cuts);
        expect(answer.garbage, text).toEqual({objects: lost.length, bytes: truth.bytes(lost)});
        expect(answer.stays, text).toEqual({objects: stays.length, bytes: truth.bytes(stays)});
        for (const {type, ...sum} of answer.types) {
          const own = lost.filter((node) => (graph.types.name[graph.objects.type[node - 1 - graph.roots.count]!] || 'unknown') === type);
          expect(sum, text).toEqual({objects: own.length, bytes: truth.bytes(own)});
        }
        for (const {owner, kind, ...sum} of answer.owners) {
          const own = lost.filter(
            (node) => owners.rows[owners.ownerOf[node]!]!.name === owner && owners.rows[owners.ownerOf[node]!]!.kind === kind,
          );
          expect(sum, text).toEqual({objects: own.length, bytes: truth.bytes(own)});
        }
        expect(sumOf(answer.types)).toEqual(answer.garbage);
        expect(sumOf(answer.owners)).toEqual(answer.garbage);
        expect(sumOf(answer.held), text).toEqual(answer.stays);
        seen.garbage += lost.length;
        seen.stays += stays.length;
        seen.held += answer.held.length;
        const alone = [...cuts.nodes, ...cuts.edges].length > 1 ? truth.bytes(lost) - sumOfEach(truth, cuts) : 0;
        if (alone > 0) seen.together++;
      }
    }
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(30);
  });

  test('what stays is held by a node that stays, through objects of the region', async () => {
    for (const seed of SEEDS.slice(0, 200)) {
      const told = await tellText(randomNamedText(seed));
      const {graph} = told.columns;
      const truth = new BruteForce(graph);
      for (const cuts of randomCuts(graph, seed)) {
        const rest = truth.distances(cuts.nodes, ...cuts.edges);
        const region = buildCutRegion(told.columns, cuts);
        const via = findHeld(region);
        for (const [position, node] of region.node.entries()) {
          const at = via.entryOf(position);
          expect(at !== NONE).toBe(rest.has(node));
          if (at === NONE) continue;
          expect(rest.has(via.holderOf(at))).toBe(true);
          expect(region.node).not.toContain(via.holderOf(at));
          const withoutEntry = truth.distances(
            [...cuts.nodes, ...region.node.filter((_, other) => other !== at && via.isEntry(other))],
            ...cuts.edges,
          );
          expect(withoutEntry.has(node) || node === region.node[at]).toBe(true);
        }
      }
    }
  });
});

function sumOf(sums: readonly ObjectSum[]): ObjectSum {
  return {objects: sums.reduce((sum, {objects}) => sum + objects, 0), bytes: sums.reduce((sum, {bytes}) => sum + bytes, 0)};
}

/** What the cuts would release each for itself, without what only all of them hold. */
function sumOfEach(truth: BruteForce, {nodes, edges}: GraphCuts): number {
  const live = [...truth.distances().keys()];
  const rests = [...nodes.map((node) => truth.distances([node])), ...edges.map((edge) => truth.distances([], edge))];
  return truth.bytes(live.filter((node) => rests.some((rest) => !rest.has(node))));
}

test('what two caches hold together goes with both, and names say who holds the rest', async () => {
  const told = await tellText(`
    type main.Item 64 Next@0:*main.Item
    type main.Cache 16 Items@0:*main.Item Log@8:*main.Log
    type main.Log 64 Out@0:*main.Item
    global main.a : *main.Cache -> ca
    global main.b : *main.Cache -> cb
    global main.log : *main.Log -> log
    ca : main.Cache -> item log
    cb : main.Cache -> item log
    item : main.Item -> last
    last : main.Item
    log : main.Log size=64
  `);
  const {graph} = told.columns;
  const owners = computeOwners(told);
  const node = (name: string) => nodeNamed(graph, name);
  const alone = answerWhatIf(told, owners, {nodes: [node('ca')], edges: []});
  expect(alone.garbage).toEqual({objects: 1, bytes: 16});
  expect(alone.held).toEqual([
    {name: 'main.b.Items', type: 'main.Item', node: node('item'), count: 1, objects: 2, bytes: 128},
    {name: 'main.log', type: 'main.Log', node: node('log'), count: 1, objects: 1, bytes: 64},
  ]);
  const both = answerWhatIf(told, owners, {nodes: [node('main.a'), node('main.b')], edges: []});
  expect(both.garbage).toEqual({objects: 4, bytes: 160});
  expect(both.types).toEqual([
    {type: 'main.Item', objects: 2, bytes: 128},
    {type: 'main.Cache', objects: 2, bytes: 32},
  ]);
});
