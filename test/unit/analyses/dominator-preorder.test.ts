import {describe, expect, test} from 'vitest';
import {sumTopmost} from '../../../src/analyses/topmost.js';
import {NONE} from '../../../src/base/units.js';
import {BruteForce} from '../../kit/brute-force.js';
import {seededRandom} from '../../kit/random-graph.js';
import {randomNamedText, tellText} from '../../kit/told-heaps.js';

const SEEDS = Array.from({length: 200}, (_, seed) => seed);

describe('200 random graphs', () => {
  test('every subtree is one stretch', async () => {
    for (const seed of SEEDS) {
      const text = randomNamedText(seed);
      const {columns, preorder} = await tellText(text);
      const {graph, retainedObjects} = columns;
      const truth = new BruteForce(graph);
      const reachable = truth.distances();
      for (let node = 0; node < retainedObjects.length; node++) {
        const from = preorder.position[node]!;
        expect(from === NONE, text).toBe(!reachable.has(node));
        if (from === NONE) continue;
        const stretch = Array.from(preorder.node.subarray(from, from + retainedObjects[node]!)).sort((a, b) => a - b);
        const objects = truth.dominatedBy(node).filter((other) => other > graph.roots.count);
        expect(stretch, `node ${node} of ${text}`).toEqual(objects.sort((a, b) => a - b));
      }
    }
  });

  test('what the topmost objects of a group retain', async () => {
    for (const seed of SEEDS) {
      const text = randomNamedText(seed);
      const {columns, preorder} = await tellText(text);
      const {graph, retained} = columns;
      const random = seededRandom(seed + 1);
      const truth = new BruteForce(graph);
      const objects = [...truth.distances().keys()].filter((node) => node > graph.roots.count);
      const groupOf = new Uint32Array(retained.length).fill(NONE);
      for (const object of objects) groupOf[object] = [0, 1, NONE][random(3)]!;
      const expected = [0, 1].map((group) => {
        const own = objects.filter((object) => groupOf[object] === group);
        const topmost = own.filter((object) => !own.some((other) => other !== object && truth.dominatedBy(other).includes(object)));
        return topmost.reduce((sum, object) => sum + retained[object]!, 0);
      });
      expect([...sumTopmost(columns, preorder, {groupOf, count: 2})], text).toEqual(expected);
    }
  });
});
