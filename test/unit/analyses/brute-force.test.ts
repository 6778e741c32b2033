/** The analyses against their definitions on 500 seeded random graphs. */
import {describe, expect, test} from 'vitest';
import {computeAnalyses} from '../../../src/analyses/analyze.js';
import {computeReleases} from '../../../src/analyses/bridges.js';
import {computeDominatorPreorder} from '../../../src/analyses/dominator-preorder.js';
import {computeHistogram} from '../../../src/analyses/histogram.js';
import {computeReachability} from '../../../src/analyses/reachability.js';
import {computeRetainedTogether} from '../../../src/analyses/retained-together.js';
import {getBit} from '../../../src/base/bitset.js';
import {NONE} from '../../../src/base/units.js';
import {firstObjectNode, nodeCount, objectOfNode} from '../../../src/graph/objects.js';
import {BruteForce} from '../../kit/brute-force.js';
import {graphFromText, noContents} from '../../kit/graph-from-text.js';
import {randomGraphText, seededRandom} from '../../kit/random-graph.js';

const SEEDS = Array.from({length: 500}, (_, seed) => seed);

async function analyzed(seed: number) {
  const graph = graphFromText(randomGraphText(seed));
  const columns = await computeAnalyses(graph, noContents);
  const nodes = Array.from({length: nodeCount(graph)}, (_, node) => node);
  return {graph, columns, nodes, truth: new BruteForce(graph), text: `seed ${seed}:\n${randomGraphText(seed)}`};
}

describe('500 random graphs equal brute force', () => {
  test('they have what they are for', async () => {
    const seen = {unreachable: 0, selfLoops: 0, parallel: 0, bridges: 0, children: 0, notFollowed: 0, deep: 0};
    for (const seed of SEEDS) {
      const {graph, columns, nodes} = await analyzed(seed);
      const {firstEdge, target} = graph.edges;
      for (const node of nodes) {
        const targets = target.subarray(firstEdge[node]!, firstEdge[node + 1]!);
        if (columns.depth[node] === NONE && targets.length > 0) seen.unreachable++;
        if (targets.includes(node)) seen.selfLoops++;
        if (new Set(targets).size < targets.length) seen.parallel++;
        if (columns.depth[node] !== NONE && columns.depth[node]! > 4) seen.deep++;
      }
      seen.bridges += Array.from({length: graph.edges.count}, (_, edge) => edge).filter((edge) => getBit(columns.bridge, edge)).length;
      seen.children += graph.roots.parent.filter((parent) => parent !== 0).length;
      seen.notFollowed += graph.edges.notFollowed.length;
    }
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(100);
  });

  test('reachability', async () => {
    for (const seed of SEEDS) {
      const {graph, columns, nodes, truth, text} = await analyzed(seed);
      const distance = truth.distances();
      for (const node of nodes) expect(getBit(columns.reachable, node), text).toBe(distance.has(node));
      const objects = [...distance.keys()].filter((node) => objectOfNode(graph, node) !== undefined);
      expect([columns.reachableObjects, columns.reachableBytes], text).toEqual([objects.length, truth.bytes(objects)]);
      expect(computeReachability(graph), text).toEqual({
        reachable: columns.reachable,
        reachableObjects: columns.reachableObjects,
        reachableBytes: columns.reachableBytes,
      });
    }
  });

  test('dominators', async () => {
    for (const seed of SEEDS) {
      const {columns, nodes, truth, text} = await analyzed(seed);
      const expected = truth.dominators();
      for (const node of nodes) expect(columns.dominator[node], `node ${node} of ${text}`).toBe(expected.get(node) ?? NONE);
    }
  });

  test('retained bytes and objects, and their sum over the children of the program', async () => {
    for (const seed of SEEDS) {
      const {graph, columns, nodes, truth, text} = await analyzed(seed);
      const reachable = truth.distances();
      for (const node of nodes) {
        const dominated = truth.dominatedBy(node);
        expect(columns.retained[node], `node ${node} of ${text}`).toBe(reachable.has(node) ? truth.bytes(dominated) : Number.NaN);
        expect(columns.retainedObjects[node], text).toBe(dominated.filter((other) => other > graph.roots.count).length);
      }
      const children = nodes.filter((node) => columns.dominator[node] === 0);
      expect(
        children.reduce((sum, node) => sum + columns.retained[node]!, 0),
        text,
      ).toBe(columns.reachableBytes);
    }
  });

  test('bridges and what they release', async () => {
    for (const seed of SEEDS) {
      const {graph, columns, truth, text} = await analyzed(seed);
      const all = truth.bytes(truth.distances().keys());
      for (let edge = 0; edge < graph.edges.count; edge++) {
        expect(getBit(columns.bridge, edge), `edge ${edge} of ${text}`).toBe(truth.isBridge(edge));
        expect(computeReleases(columns, edge), text).toBe(all - truth.bytes(truth.distances([], edge).keys()));
      }
    }
  });

  test('what several nodes retain together, and all objects of a type', async () => {
    for (const seed of SEEDS) {
      const {graph, columns, nodes, truth, text} = await analyzed(seed);
      const random = seededRandom(seed + 1000);
      const some = nodes.filter(() => random(4) === 0);
      expect(computeRetainedTogether(columns, some), `${some} of ${text}`).toBe(truth.retainedTogether(some));
      const histogram = await computeHistogram(columns, computeDominatorPreorder(columns));
      for (let type = 0; type < graph.types.count; type++) {
        const ofType = nodes.filter((node) => node > graph.roots.count && graph.objects.type[node - firstObjectNode(graph)] === type);
        const live = ofType.filter((node) => columns.depth[node] !== NONE);
        expect(histogram.objects[type], text).toBe(live.length);
        expect(histogram.retainedExact[type], `type ${type} of ${text}`).toBe(
          live.length === 0 ? Number.NaN : truth.retainedTogether(ofType),
        );
        const topmost = live.filter((node) => !live.some((other) => other !== node && truth.dominatedBy(other).includes(node)));
        expect(histogram.retained[type], `type ${type} of ${text}`).toBe(topmost.reduce((sum, node) => sum + columns.retained[node]!, 0));
      }
    }
  });
});
