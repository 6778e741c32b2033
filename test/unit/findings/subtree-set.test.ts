/** Sets of subtrees against sets of nodes, listed one by one, on random graphs. */
import {expect, test} from 'vitest';
import {computeRetainedTogether, findRetainedTogether} from '../../../src/analyses/retained-together.js';
import type {ToldHeap} from '../../../src/answers/told-heap.js';
import {NONE} from '../../../src/base/units.js';
import {SubtreeSet} from '../../../src/findings/subtree-set.js';
import {firstObjectNode, nodeCount, sizeOf} from '../../../src/graph/objects.js';
import {seededRandom} from '../../kit/random-graph.js';
import {randomNamedText, tellText} from '../../kit/told-heaps.js';

/** The objects that one of the nodes dominates, itself included. */
function listBelow({columns: {graph, dominator}}: ToldHeap, nodes: Uint32Array): Set<number> {
  const found = new Set<number>();
  for (let object = firstObjectNode(graph); object < nodeCount(graph); object++) {
    let above = dominator[object] === NONE ? 0 : object;
    while (above !== 0 && !nodes.includes(above)) above = dominator[above]!;
    if (above !== 0) found.add(object);
  }
  return found;
}

function sumUp({columns: {graph}}: ToldHeap, objects: Iterable<number>): number {
  return [...objects].reduce((sum, node) => sum + sizeOf(graph, node - firstObjectNode(graph)), 0);
}

test('bytes, shared bytes, members and groups equal brute force', async () => {
  let shared = 0;
  for (let seed = 0; seed < 100; seed++) {
    const told = await tellText(randomNamedText(seed));
    const random = seededRandom(seed);
    const pick = () => Uint32Array.from({length: 1 + random(6)}, () => 1 + random(nodeCount(told.columns.graph) - 1));
    const [a, b] = [pick(), pick()];
    const [ours, theirs] = [new SubtreeSet(told, a), new SubtreeSet(told, b)];
    const [inA, inB] = [listBelow(told, a), listBelow(told, b)];
    expect(ours.bytes, `seed ${seed}`).toBe(sumUp(told, inA));
    const both = [...inA].filter((node) => inB.has(node));
    expect(ours.sharedWith(theirs), `seed ${seed}`).toBe(sumUp(told, both));
    shared += both.length;
    const reached = Array.from({length: nodeCount(told.columns.graph)}, (_, node) => node).filter(
      (node) => node >= firstObjectNode(told.columns.graph) && told.columns.dominator[node] !== NONE,
    );
    expect(
      reached.filter((node) => ours.has(node)),
      `seed ${seed}`,
    ).toEqual([...inA]);
    const groupOf = (node: number) => (node % 4 === 3 ? NONE : node % 4);
    const expected = new Map<number, number>();
    for (const node of inA)
      if (groupOf(node) !== NONE) expected.set(groupOf(node), (expected.get(groupOf(node)) ?? 0) + sumUp(told, [node]));
    expect(Object.fromEntries(ours.bytesBy(groupOf)), `seed ${seed}`).toEqual(Object.fromEntries(expected));
  }
  expect(shared).toBeGreaterThan(70);
});

test('what nodes retain together is what the topmost of it dominate', async () => {
  let more = 0;
  for (let seed = 0; seed < 100; seed++) {
    const told = await tellText(randomNamedText(seed));
    const random = seededRandom(seed + 1000);
    const nodes = Array.from({length: 1 + random(4)}, () => 1 + random(nodeCount(told.columns.graph) - 1));
    const tops = findRetainedTogether(told.columns, nodes);
    const set = new SubtreeSet(told, tops);
    expect(set.tops, `seed ${seed}`).toHaveLength(tops.length); // none below another
    expect(set.bytes, `seed ${seed}`).toBe(computeRetainedTogether(told.columns, nodes));
    if (set.bytes > new SubtreeSet(told, Uint32Array.from(nodes)).bytes) more++;
  }
  expect(more).toBeGreaterThan(2);
});
