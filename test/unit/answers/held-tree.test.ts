/** Trees of telling paths against paths one by one, on 300 random graphs and by hand. */
import {expect, test} from 'vitest';
import {HeldTree, type HeldTreeRow} from '../../../src/answers/held-tree.js';
import type {ToldHeap} from '../../../src/answers/told-heap.js';
import {NONE, type NodeIndex} from '../../../src/base/units.js';
import {firstObjectNode, nodeCount, objectOfNode, sizeOf} from '../../../src/graph/objects.js';
import {nodeNamed} from '../../kit/graph-from-text.js';
import {randomFieldsText} from '../../kit/random-fields.js';
import {seededRandom} from '../../kit/random-graph.js';
import {tellText} from '../../kit/told-heaps.js';

function treeOf({columns, names}: ToldHeap, asked: readonly NodeIndex[]): HeldTreeRow[] {
  const {graph, holder} = columns;
  const tree = new HeldTree({
    pathOf: (node) => names.idOf(node),
    holderOf: (node) => (node <= graph.roots.count ? undefined : holder[node]!),
    parentOf: (path) => names.parentOf(path),
  });
  for (const node of asked) expect(tree.add(node, sizeOf(graph, objectOfNode(graph, node)!))).toBe(true);
  return tree.finish();
}

test('300 random graphs: each row counts the objects whose path goes through it, and has the pointers that lead into it', async () => {
  const seen = {rows: 0, folded: 0, shared: 0};
  for (let seed = 0; seed < 300; seed++) {
    const told = await tellText(randomFieldsText(seed));
    const {columns, names} = told;
    const {graph, holder, depth} = columns;
    const random = seededRandom(seed);
    const live = Array.from({length: nodeCount(graph)}, (_, node) => node).filter(
      (node) => node >= firstObjectNode(graph) && depth[node] !== NONE,
    );
    const asked = live.filter(() => random(3) > 0);
    const rows = treeOf(told, asked);
    const prefixes = (path: number): number[] => (path === 0 ? [] : [path, ...prefixes(names.parentOf(path))]);
    const chain = (node: NodeIndex): NodeIndex[] => (node <= graph.roots.count ? [node] : [node, ...chain(holder[node]!)]);
    const onPaths = new Set(asked.flatMap(chain));
    for (const {path, parent, count, bytes, ends, targets} of rows) {
      const through = asked.filter((node) => prefixes(names.idOf(node)).includes(path));
      expect(count, `seed ${seed}`).toBe(through.length);
      expect(count).toBeGreaterThan(0);
      expect(bytes).toBe(through.reduce((sum, node) => sum + sizeOf(graph, objectOfNode(graph, node)!), 0));
      expect(ends).toBe(asked.filter((node) => names.idOf(node) === path).length);
      expect(parent).toBe(names.parentOf(path));
      const entering = [...onPaths].filter(
        (node) => names.idOf(node) === path && (node <= graph.roots.count || names.idOf(holder[node]!) !== path),
      );
      expect(
        [...targets].sort((a, b) => a - b),
        `seed ${seed}`,
      ).toEqual(entering.sort((a, b) => a - b));
      seen.rows++;
      if (names.textOf(path).endsWith('…')) seen.folded++;
      if (targets.length > 1) seen.shared++;
    }
    const top = rows.filter(({parent}) => parent === 0);
    expect(top.reduce((sum, {count}) => sum + count, 0)).toBe(asked.length);
  }
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(10);
});

test('what a map holds is one row', async () => {
  const told = await tellText(`
    type main.Item 64 Next@0:*main.Item
    type main.Store 32 Items@0:[]*main.Item Last@24:*main.Item
    global main.store : *main.Store -> store
    store : main.Store -> array 24=c
    array : *main.Item x3 size=24 evidence=field -> a b
    a : main.Item -> d
    b : main.Item
    c : main.Item
    d : main.Item
  `);
  const {graph} = told.columns;
  const node = (name: string) => nodeNamed(graph, name);
  const rows = treeOf(told, ['a', 'b', 'c', 'd'].map(node));
  expect(rows.map(({path, count, ends, targets}) => [told.names.textOf(path), count, ends, [...targets]])).toEqual([
    ['main.store', 4, 0, [node('main.store')]],
    ['main.store.Items', 3, 0, [node('array')]],
    ['main.store.Items[…]', 3, 2, [node('a'), node('b')]],
    ['main.store.Last', 1, 1, [node('c')]],
    ['main.store.Items[…].Next', 1, 1, [node('d')]],
  ]);
});
