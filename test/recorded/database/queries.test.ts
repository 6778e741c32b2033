/**
 * Named queries against a database of the zoo: what they declare is what they give, and what the commands build on is right.
 */
import {describe, expect, test} from 'vitest';
import {findMostRetained} from '../../../src/database/largest-nodes.js';
import {dominated} from '../../../src/database/queries/dominator-queries.js';
import {inbound, instances, outbound} from '../../../src/database/queries/edge-queries.js';
import {histogramByKind, histogramByOwner, histogramByPackage, histogramByType} from '../../../src/database/queries/histogram-queries.js';
import {facts} from '../../../src/database/queries/info-queries.js';
import {queries} from '../../../src/database/queries/named-queries.js';
import {findByAddress, findById, findByName, findGoroutine, similarNames} from '../../../src/database/queries/node-lookup.js';
import {node} from '../../../src/database/queries/node-queries.js';
import {runQuery} from '../../../src/database/queries/run-query.js';
import {top, topOfNodes} from '../../../src/database/queries/top-queries.js';
import {addressOf, firstObjectNode, sizeOf} from '../../../src/graph/objects.js';
import {openDatabase} from '../../../src/sql/index.js';
import {exportText, ZOO} from '../../kit/exported.js';
import {nodeNamed} from '../../kit/graph-from-text.js';

async function zoo() {
  const {path: file, graph, all} = await exportText(ZOO);
  return {database: await openDatabase(file), graph, all, id: (name: string) => nodeNamed(graph, name)};
}

test.each([...queries])('%s declares its columns and parameters', async (_, query) => {
  const {database} = await zoo();
  expect(await database.columns(query.sql)).toEqual(Object.keys(query.columns));
  const used = new Set([...query.sql.matchAll(/:([a-z]\w*)/g)].map((match) => match[1]));
  expect([...used].sort()).toEqual(Object.keys(query.params).sort());
  await database.close();
});

test.each([
  'node',
  'outbound',
  'inbound',
  'dominated',
  'dominated-groups',
  'dominated-group',
  'dominator-tree',
  'dominator-path',
  'held-by',
  'related',
  'span-of',
  'goroutines-of-group',
  'frames-of-goroutines',
  'locals-of-goroutines',
  'instances',
  'sorted-instances',
  'sorted-among',
  'instance-ends',
  'count-instances',
  'count-among',
  'owners-of-type',
  'owners-among',
  'find-by-address',
  'find-by-name',
  'find-goroutine',
  'find-by-id',
])('%s answers by look-ups', async (id) => {
  const {database} = await zoo();
  const query = queries.get(id)!;
  const params = Object.fromEntries(Object.keys(query.params).map((name) => [name, 9]));
  const plan = await database.rows<{detail: string}>(`EXPLAIN QUERY PLAN ${query.sql}`, params);
  const large = /^SCAN (objects|edges|referrers|dominated|instances|roots|[oeirnxabdf])\b/;
  expect(plan.map((row) => row.detail).filter((detail) => large.test(detail) && !detail.startsWith('SCAN f'))).toEqual([]);
  await database.close();
});

test('find by address: every address of the heap and around it', async () => {
  const {database, graph} = await zoo();
  const firstNode = firstObjectNode(graph);
  for (let object = 0; object < graph.objects.count; object++) {
    const address = addressOf(graph, object);
    const size = sizeOf(graph, object);
    for (const offset of [0, 1, size - 1]) {
      expect(await runQuery(database, findByAddress, {address: address + offset})).toEqual([{id: firstNode + object, offset}]);
    }
  }
  const last = addressOf(graph, graph.objects.count - 1) + sizeOf(graph, graph.objects.count - 1);
  for (const address of [0, 1, 0xbfffffffff, addressOf(graph, 0) + 16, last, 2 ** 50]) {
    expect(await runQuery(database, findByAddress, {address})).toEqual([]);
  }
  const array = nodeNamed(graph, 'main.array');
  expect(await runQuery(database, findByAddress, {address: graph.roots.address[array - 1]! + 8})).toEqual([{id: array, offset: 8}]);
  await database.close();
});

test('find by name, by goroutine, by id', async () => {
  const {database, id} = await zoo();
  expect(await runQuery(database, findByName, {name: 'main.big'})).toEqual([{id: id('main.big'), kind: 'global', retained: 112}]);
  expect(await runQuery(database, findByName, {name: 'main.nothing'})).toEqual([]);
  const similar = await runQuery(database, similarNames, {name: 'big'});
  expect(similar.filter(({kind}) => kind === 'variable').map(({name}) => name)).toContain('main.big');
  expect(await runQuery(database, findGoroutine, {goid: 7, word: 'goroutine'})).toEqual([{id: id('goroutine 7')}]);
  expect(await runQuery(database, findGoroutine, {goid: 7, word: 'thread'})).toEqual([]);
  expect(await runQuery(database, findById, {id: id('big')})).toEqual([{id: id('big')}]);
  expect(await runQuery(database, findById, {id: 0})).toEqual([]);
  await database.close();
});

test('edges and dominated come in pages', async () => {
  const {database, id} = await zoo();
  const all = await runQuery(database, outbound, {id: id('big'), limit: -1, skip: 0});
  expect(all.map((row) => row.field)).toEqual(['In.Y', 'Ptrs[0]', 'Ptrs[2]', 'Tail']);
  expect(await runQuery(database, outbound, {id: id('big'), limit: 2, skip: 1})).toEqual(all.slice(1, 3));
  expect((await runQuery(database, inbound, {id: id('n3'), limit: 10, skip: 0})).map((row) => row.source)).toEqual([
    'main.array',
    'main.array',
    '0xc00000c000',
  ]);
  const below = await runQuery(database, dominated, {id: 0, limit: -1, skip: 0});
  expect(below[0]).toMatchObject({rank: 1, node_id: id('main.big'), retained: 112});
  expect(below.reduce((sum, row) => sum + row.retained!, 0)).toBe(272);
  expect(await runQuery(database, dominated, {id: 0, limit: 1, skip: 1})).toEqual([below[1]]);
  const type = (await runQuery(database, histogramByType, {filter: 'main.Node', limit: 1}))[0]!.type_id!;
  const nodes = await runQuery(database, instances, {id: type, limit: -1, skip: 0});
  expect(nodes.map((row) => row.retained)).toEqual([48, 16, 16, 16, 16, null, null]);
  await database.close();
});

describe('lists', () => {
  test('histograms', async () => {
    const {database} = await zoo();
    const types = await runQuery(database, histogramByType, {filter: '', limit: -1});
    expect(types.map((row) => [row.type, row.bytes])).toEqual([
      ['main.Node', 112],
      ['main.Big', 96],
      ['unknown', 40],
      ['uint8', 16],
      ['int', 8],
    ]);
    expect(await runQuery(database, histogramByType, {filter: 'big', limit: 5})).toEqual([types[1]]);
    const packages = await runQuery(database, histogramByPackage, {filter: '', limit: -1});
    expect(packages.map((row) => [row.package, row.bytes])).toEqual([
      ['main', 224],
      [null, 48],
    ]);
    const owners = await runQuery(database, histogramByOwner, {filter: 'main.', limit: -1});
    expect(owners.map((row) => [row.owner, row.kind, row.own_bytes, row.held_bytes])).toEqual([
      ['main.Big', 'type', 96, 16],
      ['main.Node', 'type', 112, 0],
    ]);
    const kinds = await runQuery(database, histogramByKind, {filter: '', limit: 1});
    expect(kinds.map((row) => [row.kind, row.objects])).toEqual([['struct', 6]]);
    await database.close();
  });

  test('top of the list equals top of all', async () => {
    const {database} = await zoo();
    const listed = await runQuery(database, top, {limit: 100});
    expect(listed.length).toBe(16);
    expect(await runQuery(database, topOfNodes, {ids: JSON.stringify(await findMostRetained(database, 100, {}))})).toEqual(listed);
    expect(await runQuery(database, top, {limit: 3})).toEqual(listed.slice(0, 3));
    await database.close();
  });

  test('facts and one node', async () => {
    const {database, id} = await zoo();
    const known = new Map((await runQuery(database, facts, {})).map((row) => [row.key, row.value]));
    expect(known.get('go_version')).toBe('go1.26.8');
    expect(known.get('reachable_bytes')).toBe(272);
    const [big] = await runQuery(database, node, {id: id('big')});
    expect(big).toMatchObject({
      kind: 'object',
      type: 'main.Big',
      used: 72,
      padding: 7,
      header: 8,
      waste: 16,
      size: 96,
      retained: 112,
      depth: 1,
    });
    const [goroutine] = await runQuery(database, node, {id: id('goroutine 7')});
    expect(goroutine).toMatchObject({kind: 'goroutine', name: 'goroutine 7', goroutine_id: 7, retained: 96, reachable: 1});
    const [garbage] = await runQuery(database, node, {id: id('dead1')});
    expect(garbage).toMatchObject({reachable: 0, retained: null, depth: null});
    await database.close();
  });
});
