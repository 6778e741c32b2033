/** The pure parts of the viewer's trees: rows of open branches, folded lists, values with padding, stacks, the memory table, the icicle. */
import {describe, expect, test} from 'vitest';
import {dominated, dominatedGroups, dominatorTree, largeGroups, program} from '../../../../src/database/queries/dominator-queries.js';
import {runQuery} from '../../../../src/database/queries/run-query.js';
import {openDatabase} from '../../../../src/sql/index.js';
import {bytesOf, type Child, fold} from '../../../../viewer/app/dominator-items.js';
import {stackItems} from '../../../../viewer/app/goroutine-items.js';
import {memoryItems} from '../../../../viewer/app/memory-items.js';
import {itemsOf, pointerOf, wholeItem} from '../../../../viewer/app/value-items.js';
import {withGroups} from '../../../../viewer/app/widgets/icicle-groups.js';
import {blockAt, layoutIcicle, neighbour, packageOf} from '../../../../viewer/app/widgets/icicle-layout.js';
import {type Branch, parentRow, type TreeSource, treeRows} from '../../../../viewer/app/widgets/tree-rows.js';
import {exportText, ZOO} from '../../../kit/exported.js';
import {nodeNamed} from '../../../kit/graph-from-text.js';
import {LONG_LISTS} from '../../../kit/long-lists.js';

describe('rows of a tree', () => {
  /** Items are their own keys; capitals have parts. */
  const source: TreeSource<string> = {
    keyOf: (item) => item,
    hasParts: (item) => item === item.toUpperCase(),
    load: async () => ({items: []}),
  };
  const rowsOf = (expanded: string[], branches: Record<string, Branch<string>>) =>
    treeRows(['A', 'b', 'C'], source, new Set(expanded), new Map(Object.entries(branches)));
  const show = (rows: ReturnType<typeof rowsOf>) =>
    rows.map((row) => `${'  '.repeat(row.level - 1)}${row.kind === 'item' ? row.item : row.text}`);

  test('open branches, in order, with what is to come', () => {
    const rows = rowsOf(['A', 'D', 'C', 'b'], {A: {items: ['D', 'e'], rest: '7 more'}, D: {items: ['f']}});
    expect(show(rows)).toEqual(['A', '  D', '    f', '  e', '  7 more', 'b', 'C', '  Loading…']);
    expect(rows.map((_, at) => parentRow(rows, at))).toEqual([-1, 0, 1, 0, 0, -1, -1, 6]);
    expect(new Set(rows.map(({key}) => key)).size).toBe(rows.length);
  });

  test('a closed branch hides what is open below it; a failure stands in its place', () => {
    expect(show(rowsOf(['D'], {A: {items: ['D']}, D: {items: ['f']}}))).toEqual(['A', 'b', 'C']);
    expect(show(rowsOf(['A'], {A: {items: ['e'], failure: {code: 'gone', message: 'no answer'}}}))).toEqual([
      'A',
      '  e',
      '  no answer',
      'b',
      'C',
    ]);
  });

  test('a tree as deep as a linked list', () => {
    const deep: TreeSource<number> = {keyOf: String, hasParts: (item) => item > 0, load: async () => ({items: []})};
    const keys = Array.from({length: 20_000}, (_, at) => at + 1);
    const branches = new Map(keys.map((key): [string, Branch<number>] => [String(key), {items: [key - 1]}]));
    expect(treeRows([20_000], deep, new Set(keys.map(String)), branches).at(-1)).toMatchObject({item: 0, level: 20_001});
  });
});

describe('folded lists', () => {
  async function folded(name: string | undefined, wanted: readonly Child[] = []) {
    const {path, graph} = await exportText(LONG_LISTS);
    const database = await openDatabase(path);
    const id = name === undefined ? 0 : nodeNamed(graph, name);
    const above = await runQuery(database, dominated, {id: name === undefined ? 0 : nodeNamed(graph, 'main.all'), limit: -1, skip: 0});
    const parent = name === undefined ? (await runQuery(database, program, {}))[0]! : above.find(({node_id}) => node_id === id)!;
    const children = await runQuery(database, dominated, {id, limit: -1, skip: 0});
    const items = fold(parent, children.slice(0, 100), await runQuery(database, dominatedGroups, {id, limit: -1}), wanted);
    await database.close();
    return {parent, children, items};
  }
  const nodes = (items: ReturnType<typeof fold>) => items.reduce((sum, item) => sum + (item.kind === 'group' ? item.group.nodes! : 1), 0);
  const bytes = (items: ReturnType<typeof fold>) => items.reduce((sum, item) => sum + bytesOf(item), 0);

  test('rows sum up to what the node keeps alive besides itself', async () => {
    const {parent, items} = await folded('list');
    expect(nodes(items)).toBe(200);
    expect(bytes(items)).toBe(parent.retained! - parent.size!);
    expect(items.map(bytesOf)).toEqual([...items.map(bytesOf)].sort((a, b) => b - a));
  });

  test('what retains a hundredth has a row of its own, the rest is folded by kind', async () => {
    const {parent, items} = await folded(undefined);
    expect(
      items.map((item) => (item.kind === 'node' ? item.node.name : item.kind === 'group' ? `${item.group.nodes} ${item.group.kind}` : '')),
    ).toEqual(['main.all', '60 global']);
    expect(bytes(items)).toBe(parent.retained);
  });

  test('a wanted node is taken out of its group', async () => {
    const {children} = await folded('list');
    const last = children.at(-1)!;
    const {parent, items} = await folded('list', [last]);
    expect(items.filter((item) => item.kind === 'node' && item.node.node_id === last.node_id).length).toBe(1);
    expect(nodes(items)).toBe(200);
    expect(bytes(items)).toBe(parent.retained! - parent.size!);
  });
});

describe('values', () => {
  const whole = wholeItem({kind: 'struct', type: 'main.T', size: 24, partCount: 2});

  test('padding has a row at its offset', () => {
    const items = itemsOf(whole, {key: '0', label: 'Flag', offset: 8, padding: 7, value: {kind: 'bool', size: 1, text: 'true'}});
    expect(items.map(({kind, offset, padding}) => [kind, offset, padding])).toEqual([
      ['value', 8, 0],
      ['padding', 9, 7],
    ]);
  });

  test('offsets add up inside the node and end where a pointer leads out of it', () => {
    const [inner] = itemsOf(whole, {key: '1', label: 'In', offset: 16, value: {kind: 'struct', size: 8, partCount: 1}});
    const [field] = itemsOf(inner!, {key: '0', label: 'P', offset: 0, value: {kind: 'ptr', size: 8, node: 5, partCount: 1}});
    const [target] = itemsOf(field!, {key: '*', label: '*', value: {kind: 'struct', size: 8, partCount: 1}});
    const [outside] = itemsOf(target!, {key: '0', label: 'Q', offset: 0, value: {kind: 'ptr', size: 8, node: 6}});
    const pointers = new Map([[16, 'edge']]);
    expect([inner, field, target, outside].map((item) => item!.offset)).toEqual([16, 16, undefined, undefined]);
    expect([inner, field, target, outside].map((item) => pointerOf(item!, pointers))).toEqual([undefined, 'edge', undefined, undefined]);
    expect(outside!.path).toEqual(['1', '0', '*', '0']);
  });

  test('the pointer of an interface is its second word; a key with parts has a row', () => {
    const [item] = itemsOf(whole, {key: '0', label: 'I', offset: 0, value: {kind: 'interface', size: 16, partCount: 1}});
    expect(pointerOf(item!, new Map([[8, 'edge']]))).toBe('edge');
    const entry = itemsOf(whole, {key: '3', label: '{X: 1}', mapKey: {kind: 'struct', partCount: 1}, value: {kind: 'int', text: '1'}});
    expect(entry.map(({kind, path}) => [kind, path])).toEqual([
      ['key', ['3k']],
      ['value', ['3']],
    ]);
  });
});

test('locals stand with their frames, others behind', () => {
  const frame = (id: number) => ({
    id,
    goroutine_id: 1,
    depth: 0,
    function: 'f',
    file: null,
    line: null,
    inlined: 0,
    size: null,
    omitted: 0,
  });
  const local = (id: number, frame_id: number | null) => ({
    id,
    goroutine_id: 1,
    frame_id,
    name: 'x',
    type: 'int',
    retained: 0,
    retained_objects: 0,
  });
  const items = stackItems([frame(1), frame(2)], [local(7, 2), local(8, null), local(9, 2)]);
  expect(items.map((item) => (item.kind === 'frame' ? item.locals.map(({id}) => id) : item.kind === 'local' ? item.local.id : ''))).toEqual(
    [[], [7, 9], 8],
  );
});

test('memory: categories by bytes, the sum, and what is reserved apart', () => {
  const row = (category: string, part: string, bytes: number) => ({category, part, bytes, touched: 1});
  const items = memoryItems([row('heap', 'a', 3), row('stacks', 'b', 9), row('heap', 'c', 4), row('reserved', 'd', 99)]);
  expect(items.map(({kind, name, bytes, touched}) => [kind, name, bytes, touched])).toEqual([
    ['category', 'stacks', 9, 1],
    ['category', 'heap', 7, 2],
    ['total', 'sum', 16, 3],
    ['reserved', 'reserved', 99, 1],
  ]);
  expect(items[1]!.parts.map(({name}) => name)).toEqual(['c', 'a']);
});

describe('icicle', () => {
  test.each([ZOO, LONG_LISTS])('blocks are as wide as what they retain, inside of their parents (graph %#)', async (text) => {
    const database = await openDatabase((await exportText(text)).path);
    const nodes = await runQuery(database, dominatorTree, {id: 0, levels: 20, least: 1, limit: 10_000});
    await database.close();
    const blocks = layoutIcicle(nodes);
    const total = nodes[0]!.retained!;
    expect(blocks.length).toBe(nodes.length);
    for (const [index, {left, right, level, parent, node, id}] of blocks.entries()) {
      expect(right - left).toBeCloseTo(node.retained! / total, 9);
      expect(blockAt(blocks, level, (left + right) / 2)).toBe(index);
      if (parent < 0) continue;
      expect(blocks[parent]).toMatchObject({id: node.parent_id, level: level - 1});
      expect(left).toBeGreaterThanOrEqual(blocks[parent]!.left - 1e-9);
      expect(right).toBeLessThanOrEqual(blocks[parent]!.right + 1e-9);
      expect(blocks[neighbour(blocks, index, 'ArrowUp')]!.id).toBe(node.parent_id);
      expect(blocks[neighbour(blocks, parent, 'ArrowDown')]!.parent).toBe(parent);
      expect(blocks[neighbour(blocks, index, 'ArrowRight')]!.level).toBe(level);
      expect(id).toBe(node.node_id);
    }
  });

  test.each([1, 100, 2000])('what is too small for a block of its own is in one of its type: %i bytes at least', async (least) => {
    const database = await openDatabase((await exportText(LONG_LISTS)).path);
    const nodes = await runQuery(database, dominatorTree, {id: 0, levels: 20, least, limit: 10_000});
    const groups = await runQuery(database, largeGroups, {ids: JSON.stringify(nodes.map(({node_id}) => node_id)), least});
    const shown = withGroups(nodes, groups, least);
    const below = async (id: number) => runQuery(database, dominated, {id, limit: 100_000, skip: 0});
    const isDrawn = new Set(nodes.map(({node_id}) => node_id));
    const folded = shown.filter(({kind}) => kind === 'group');
    expect(folded.length > 0).toBe(least > 1); // with a block for each node nothing is left
    for (const {parent_id, type, name, retained} of folded) {
      const members = (await below(parent_id!)).filter(
        (child) => !isDrawn.has(child.node_id) && (child.type === type || child.kind === type),
      );
      expect(name).toBe(`${members.length.toLocaleString('en-US').replaceAll(',', '\u202f')} × ${type}`);
      expect(retained).toBe(members.reduce((sum, child) => sum + child.retained!, 0));
    }
    await database.close();
    layoutIcicle(shown); // which throws for what is no tree
  });

  test('packages of types', () => {
    expect(packageOf('map[string]*example.com/a/cache.Item')).toBe('example.com/a/cache');
    expect(packageOf('[]uint8')).toBe('');
    expect(packageOf('main.(*T).F')).toBe('main');
  });

  test('nothing to draw', () => expect(layoutIcicle([])).toEqual([]));
});
