/**
 * The queries of the viewer's own screens against databases of small graphs, compared with the tables that they read in other ways: the
 * dominator tree with its table, the held-by path with the path view and the edges, spans by class with the spans.
 */
import {expect, test} from 'vitest';
import {
  dominated,
  dominatedGroup,
  dominatedGroups,
  dominatorPath,
  dominatorTree,
  program,
} from '../../../src/database/queries/dominator-queries.js';
import {heldBy, PATH_END, related} from '../../../src/database/queries/held-by-queries.js';
import {spanClasses, spanOfNode} from '../../../src/database/queries/memory-map-queries.js';
import {runQuery} from '../../../src/database/queries/run-query.js';
import {openDatabase} from '../../../src/sql/index.js';
import {exportText, ZOO} from '../../kit/exported.js';
import {nodeNamed} from '../../kit/graph-from-text.js';
import {LONG_LISTS} from '../../kit/long-lists.js';
import {randomGraphText} from '../../kit/random-graph.js';

async function open(text: string) {
  const exported = await exportText(text);
  return {...exported, database: await openDatabase(exported.path), id: (name: string) => nodeNamed(exported.graph, name)};
}

const GRAPHS = [ZOO, LONG_LISTS, ...Array.from({length: 10}, (_, seed) => randomGraphText(seed))];

test.each(GRAPHS)('children and biggest child are those of the table (graph %#)', async (text) => {
  const {database, all} = await open(text);
  const rows = [...(await runQuery(database, program, {})), ...(await runQuery(database, dominated, {id: 0, limit: -1, skip: 0}))];
  for (const {node_id, children, biggest_child} of rows) {
    const below = all(
      'SELECT coalesce(o.retained, r.retained) AS retained FROM dominated d LEFT JOIN objects o ON o.id = d.node_id LEFT JOIN roots r ON r.id = d.node_id WHERE d.dominator_id = ?',
      node_id,
    ).map(({retained}) => retained as number);
    expect([children ?? 0, biggest_child]).toEqual([below.length, below.length === 0 ? null : Math.max(...below)]);
  }
  expect(rows.slice(1).reduce((sum, row) => sum + row.retained!, 0)).toBe(rows[0]!.retained);
  await database.close();
});

test.each(GRAPHS)('the tree has every node that is big enough, with its dominator and level (graph %#)', async (text) => {
  const {database, all} = await open(text);
  for (const least of [1, 40]) {
    const rows = await runQuery(database, dominatorTree, {id: 0, levels: 50, least, limit: 10_000});
    const expected = all(
      `WITH RECURSIVE below(id, parent, level) AS (SELECT 0, NULL, 0 UNION ALL SELECT d.node_id, d.dominator_id, b.level + 1 FROM below b JOIN dominated d ON d.dominator_id = b.id)
      SELECT b.id AS node_id, b.parent AS parent_id, b.level, coalesce(o.retained, r.retained) AS retained
      FROM below b LEFT JOIN objects o ON o.id = b.id LEFT JOIN roots r ON r.id = b.id WHERE b.id = 0 OR coalesce(o.retained, r.retained) >= ? ORDER BY b.id`,
      least,
    );
    const plain = rows.map(({node_id, parent_id, level, retained}) => ({
      node_id,
      parent_id,
      level,
      retained: node_id === 0 ? null : retained,
    }));
    expect(plain.sort((a, b) => a.node_id! - b.node_id!)).toEqual(expected);
  }
  expect((await runQuery(database, dominatorTree, {id: 0, levels: 50, least: 1, limit: 3})).length).toBeLessThanOrEqual(3);
  await database.close();
});

test.each(GRAPHS)('held-by is the stored path with what its pointers release (graph %#)', async (text) => {
  const {database, all} = await open(text);
  for (const {id} of all('SELECT id FROM objects UNION ALL SELECT id FROM roots') as {id: number}[]) {
    const rows = await runQuery(database, heldBy, {id});
    const stored = all('SELECT step, node_id, offset, field FROM path WHERE of = ? ORDER BY step DESC', id);
    expect(rows.map((row) => [row.step, row.node_id, row.offset, row.field])).toEqual(
      stored.map((row) => [row.step, row.node_id, row.offset, row.field]),
    );
    const above = new Set([id, ...(await runQuery(database, dominatorPath, {id, limit: 1000})).map((row) => row.node_id)]);
    for (const [index, row] of rows.entries()) {
      expect(row.dominates).toBe(above.has(row.node_id) ? 1 : 0);
      if (row.offset === null) continue;
      const releases = all('SELECT releases FROM outbound WHERE source_id = ? AND offset = ?', row.node_id, row.offset);
      expect(releases).toEqual([{releases: row.releases}]);
      expect(rows[index + 1]!.step).toBe(row.step! - 1);
    }
  }
  await database.close();
});

test('of a long list the ends are shown', async () => {
  const length = 3 * PATH_END;
  const links = Array.from({length}, (_, i) => `l${i} : main.L${i + 1 < length ? ` -> l${i + 1}` : ''}`).join('\n  ');
  const {database, id} = await open(`type main.L 8 Next@0:*main.L\n  global main.first : *main.L -> l0\n  ${links}`);
  const rows = await runQuery(database, heldBy, {id: id(`l${length - 1}`)});
  expect(rows.length).toBe(2 * PATH_END);
  expect(rows[0]).toMatchObject({name: 'main.first', step: length, steps: length + 1, dominates: 1});
  expect(rows.at(-1)).toMatchObject({step: 0, dominates: 1});
  expect((await runQuery(database, dominatorPath, {id: id(`l${length - 1}`), limit: 10_000})).length).toBe(length + 1);
  await database.close();
});

test('the members of a group come page by page', async () => {
  const {database, id} = await open(LONG_LISTS);
  const groups = await runQuery(database, dominatedGroups, {id: id('list'), limit: -1});
  expect(groups.map(({type, nodes}) => [type, nodes])).toEqual([
    ['main.B', 133],
    ['main.A', 67],
  ]);
  for (const group of groups) {
    const members: number[] = [];
    for (let skip = group.first_rank! - 1; ; ) {
      const page = await runQuery(database, dominatedGroup, {id: id('list'), kind: 'object', type: group.type_id!, limit: 20, skip});
      members.push(...page.map(({retained}) => retained!));
      if (page.length < 20) break;
      skip = page.at(-1)!.rank!;
    }
    expect(members.length).toBe(group.nodes);
    expect(members.reduce((sum, bytes) => sum + bytes, 0)).toBe(group.retained);
  }
  const globals = await runQuery(database, dominatedGroup, {id: 0, kind: 'global', type: -1, limit: 100, skip: 0});
  expect(globals.length).toBe(61);
  await database.close();
});

test('ties of nodes, and garbage has no dominators', async () => {
  const {database, id} = await open(ZOO);
  const ties = async (name: string) => (await runQuery(database, related, {id: id(name)})).map((row) => [row.relation, row.node_id]);
  expect(await ties('many')).toEqual([['dominator', id('stacked')]]);
  expect(await ties('x')).toEqual([['goroutine', id('goroutine 7')]]);
  expect(await ties('dead1')).toEqual([]);
  expect(await runQuery(database, dominatorPath, {id: id('dead1'), limit: 10})).toEqual([]);
  expect((await runQuery(database, heldBy, {id: id('dead1')})).map((row) => row.kind)).toEqual(['object']);
  await database.close();
});

test('spans by class add up', async () => {
  const {database, all, id} = await open(ZOO);
  const classes = await runQuery(database, spanClasses, {});
  const sum = (key: 'bytes' | 'allocated_bytes' | 'free_bytes' | 'tail') => classes.reduce((total, row) => total + row[key]!, 0);
  expect([{bytes: sum('bytes'), tail: sum('tail')}]).toEqual(all('SELECT sum(size) AS bytes, sum(tail) AS tail FROM spans'));
  expect([{bytes: sum('allocated_bytes')}]).toEqual(all('SELECT sum(size) AS bytes FROM objects'));
  const [span] = await runQuery(database, spanOfNode, {id: id('big')});
  expect(span).toMatchObject({slot_size: 96, state: 'in-use'});
  await database.close();
});
