import {expect, test} from 'vitest';
import {mergePaths} from '../../../src/answers/merged-paths.js';
import {NONE} from '../../../src/base/units.js';
import {firstObjectNode, nodeCount, sizeOf} from '../../../src/graph/objects.js';
import {nodeNamed} from '../../kit/graph-from-text.js';
import {randomNamedText, tellText} from '../../kit/told-heaps.js';

const SEEDS = Array.from({length: 40}, (_, seed) => seed);

test.each(SEEDS)('random graph %i: what lies at each path, and what is held along it', async (seed) => {
  const [told, names] = [await tellText(randomNamedText(seed)), (await tellText(randomNamedText(seed))).names];
  const {graph, holder} = told.columns;
  const first = firstObjectNode(graph);
  const reachable = Array.from({length: nodeCount(graph) - first}, (_, object) => first + object).filter((node) => holder[node] !== NONE);
  const {rows, types, pathOf} = mergePaths(told);
  const nameOf = (id: number) => rows[id - 1]!.name;
  for (const node of reachable) expect(nameOf(pathOf[node]!)).toBe(names.textOf(names.idOf(node)));
  const isBelow = (id: number, path: number): boolean => id === path || (id !== 0 && isBelow(rows[id - 1]!.parent, path));
  for (const {id, parent, heldBytes, heldObjects} of rows) {
    expect(parent).toBeLessThan(id);
    const below = reachable.filter((node) => isBelow(pathOf[node]!, id));
    expect(heldObjects).toBe(below.length);
    expect(heldBytes).toBe(below.reduce((sum, node) => sum + sizeOf(graph, node - first), 0));
  }
  for (const {path, type, objects, bytes} of types) {
    const there = reachable.filter((node) => pathOf[node] === path && graph.objects.type[node - first] === type);
    expect(objects).toBe(there.length);
    expect(bytes).toBe(there.reduce((sum, node) => sum + sizeOf(graph, node - first), 0));
  }
  expect(types.reduce((sum, {objects}) => sum + objects, 0)).toBe(reachable.length);
});

test.each(SEEDS.slice(0, 10))('random graph %i: paths that are not kept are their parents', async (seed) => {
  const all = mergePaths(await tellText(randomNamedText(seed)));
  const few = mergePaths(await tellText(randomNamedText(seed)), undefined, 3);
  expect(few.rows).toHaveLength(Math.min(3, all.rows.length));
  const held = new Map(all.rows.map(({name, heldBytes}) => [name, heldBytes]));
  for (const {name, heldBytes, parent} of few.rows) {
    expect(heldBytes).toBe(held.get(name));
    expect(few.rows[parent - 1]?.name ?? '').toBe(all.rows[all.rows.find((row) => row.name === name)!.parent - 1]?.name ?? '');
  }
  const kept = new Map(few.rows.map(({name, id}) => [name, id]));
  const nearest = (id: number): number => (id === 0 ? 0 : (kept.get(all.rows[id - 1]!.name) ?? nearest(all.rows[id - 1]!.parent)));
  expect([...few.pathOf].map((path, node) => (all.pathOf[node] === 0 ? 0 : path))).toEqual([...all.pathOf].map(nearest));
});

test('elements that are in use are counted singly, those of a list are one path', async () => {
  const told = await tellText(`
    type main.Item 16 next@0:*main.Item; type main.List 32 first@0:*main.Item items@8:[]main.Item
    global main.list : *main.List -> l; l : main.List -> a 8=row; a : main.Item -> b; b : main.Item -> c; c : main.Item; row : main.Item x6 -> 16=d; d : main.Item
  `);
  const row = nodeNamed(told.columns.graph, 'row') - firstObjectNode(told.columns.graph);
  const {rows, types} = mergePaths(told, (array) => (array === row ? 5 : 0));
  const found = types.map(({path, objects, values}) => [rows[path - 1]!.name, objects, values]);
  expect(found).toEqual([
    ['main.list', 1, 1],
    ['main.list.first', 1, 1],
    ['main.list.items', 1, 5],
    ['main.list.first.next', 1, 1],
    ['main.list.first.next…', 1, 1],
    ['main.list.items[…].next', 1, 1],
  ]);
});
