/**
 * Graph → database → rows: every table says what the graph says, read with plain SQL and compared with the accessors of the graph.
 */
import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {type SqliteOptions, sqlite} from '../../../formats/sqlite/export-sqlite.js';
import {computeHolders} from '../../../src/answers/holders.js';
import {mergePaths} from '../../../src/answers/merged-paths.js';
import {computeOwners} from '../../../src/answers/owners.js';
import {tellHeap} from '../../../src/answers/told-heap.js';
import {getBit} from '../../../src/base/bitset.js';
import {NONE} from '../../../src/base/units.js';
import {EVIDENCE, ROOT_KINDS} from '../../../src/graph/heap-graph.js';
import {addressOf, firstObjectNode, headerOf, lengthOf, nodeCount, nodeOfObject, sizeOf, usedOf} from '../../../src/graph/objects.js';
import {type Exported, exportGraph, exportText, temporaryFolder, withStacks, ZOO} from '../../kit/exported.js';
import {graphFromText, noContents} from '../../kit/graph-from-text.js';
import {LONG_LISTS} from '../../kit/long-lists.js';
import {randomGraphText} from '../../kit/random-graph.js';

const GRAPHS = [ZOO, LONG_LISTS, ...Array.from({length: 30}, (_, seed) => randomGraphText(seed))];

/** What `dominated_groups` says, from `dominated`. */
const GROUPS = `
  WITH children AS (
    SELECT d.*, coalesce(r.kind, 'object') AS kind, o.type_id, coalesce(o.retained, r.retained) AS bytes, coalesce(r.kind, o.type_id) AS key,
      count(*) OVER (PARTITION BY d.dominator_id) AS length
    FROM dominated d LEFT JOIN objects o ON o.id = d.node_id LEFT JOIN roots r ON r.id = d.node_id),
  sums AS (
    SELECT dominator_id, kind, type_id, count(*) AS nodes, sum(bytes) AS retained, min(rank) AS first_rank
    FROM children WHERE length > 50 GROUP BY dominator_id, key)
  SELECT dominator_id, row_number() OVER (PARTITION BY dominator_id ORDER BY retained DESC, first_rank) AS rank, kind, type_id, nodes, retained, first_rank
  FROM sums ORDER BY dominator_id, rank`;

test('long lists are grouped', async () => {
  const {all} = await exportText(LONG_LISTS);
  expect(all('SELECT kind, nodes FROM dominated_groups').map((row) => `${row.nodes} ${row.kind}`)).toEqual([
    '61 global',
    '133 object',
    '67 object',
  ]);
});

describe.each(GRAPHS.map((text, index) => [['the zoo', 'long lists'][index] ?? `random graph ${index - 2}`, text]))('%s', (_, text) => {
  test('every table', async () => {
    const database = await exportText(text);
    expect(database.all('SELECT * FROM objects').map(withoutStored)).toEqual(expectedObjects(database));
    expect(database.all('SELECT * FROM roots')).toEqual(expectedRoots(database));
    const edges = expectedEdges(database);
    expect(database.all('SELECT * FROM edges')).toEqual(edges);
    const referrers = edges.map(({target_id, source_id, offset}) => ({target_id, source_id, offset}));
    referrers.sort((a, b) => a.target_id - b.target_id || a.source_id - b.source_id || a.offset - b.offset);
    expect(database.all('SELECT * FROM referrers')).toEqual(referrers);
    expect(database.all('SELECT * FROM dominated')).toEqual(expectedDominated(database));
    expect(database.all('SELECT * FROM dominated_groups')).toEqual(database.all(GROUPS));
    expect(database.all('SELECT * FROM instances')).toEqual(expectedInstances(database));
    expect(database.all('SELECT node_id FROM biggest_nodes ORDER BY rank').map((row) => row.node_id)).toEqual(byRetained(database));
    expect(database.all('SELECT * FROM spans').length).toBe(database.graph.spans.count);
    expect(database.connection.pragma('integrity_check')).toEqual([{integrity_check: 'ok'}]);
  });
});

/** Without the columns from which others are computed. */
function withoutStored({
  evidence_code: _e,
  slack: _s,
  dominated_bytes: _b,
  other_dominator_id: _d,
  ...row
}: Record<string, unknown>): object {
  return row;
}

function expectedObjects({graph, columns}: Exported): object[] {
  const {ownerOf} = computeOwners(tellHeap(columns));
  const told = tellHeap(columns);
  computeHolders(told); // paths are numbered as they are met
  const {pathOf} = mergePaths(told);
  return Array.from({length: graph.objects.count}, (_, object) => {
    const node = nodeOfObject(graph, object);
    const type = graph.objects.type[object]!;
    const reachable = getBit(columns.reachable, node);
    const span = graph.objects.firstObject.findLastIndex((first) => first <= object);
    return {
      id: node,
      address: addressOf(graph, object),
      size: sizeOf(graph, object),
      header: headerOf(graph, object),
      used: usedOf(graph, object) ?? null,
      type_id: type,
      length: type === 0 ? null : lengthOf(graph.objects, object),
      evidence: graph.objects.evidence[object] === 0 ? null : EVIDENCE[graph.objects.evidence[object]!],
      bytes_kind: graph.types.name[type] === 'uint8' ? 'string' : null, // of the zoo's only text
      span_id: span,
      reachable: reachable ? 1 : 0,
      depth: reachable ? columns.depth[node] : null,
      holder_id: reachable ? columns.holder[node] : null,
      holder_offset: reachable && columns.holderSlot[node] !== NONE ? columns.holderSlot[node]! * 8 : null,
      owner_id: reachable ? ownerOf[node]! + 1 : null,
      path_id: pathOf[node] || null,
      dominator_id: reachable ? columns.dominator[node] : null,
      retained: reachable ? columns.retained[node] : null,
      retained_objects: reachable ? columns.retainedObjects[node] : null,
      preview: null,
    };
  });
}

function expectedRoots({graph, columns}: Exported): object[] {
  const {roots, goroutines, strings} = graph;
  return Array.from({length: roots.count}, (_, root) => ({
    id: root + 1,
    parent_id: roots.parent[root],
    kind: ROOT_KINDS[roots.kind[root]!],
    name: strings[roots.name[root]!],
    package: /^(.+)\.\w+$/.exec(strings[roots.name[root]!]!)?.[1] ?? null, // no goroutine has frames here
    type_id: roots.type[root],
    address: roots.address[root],
    size: roots.size[root],
    goroutine_id: roots.goroutine[root] === NONE ? null : goroutines.id[roots.goroutine[root]!],
    frame_id: null,
    object_id: null,
    file: null,
    line: null,
    variable_address: null, // of kind static alone
    retained: columns.retained[root + 1],
    retained_objects: columns.retainedObjects[root + 1],
  }));
}

interface EdgeRow {
  readonly source_id: number;
  readonly offset: number;
  readonly target_id: number;
}

function expectedEdges({graph, columns}: Exported): EdgeRow[] {
  const {edges} = graph;
  const rows: EdgeRow[] = [];
  for (let node = 0; node < nodeCount(graph); node++) {
    for (let edge = edges.firstEdge[node]!; edge < edges.firstEdge[node + 1]!; edge++) {
      const interior = edges.interiorEdge.indexOf(edge);
      rows.push({
        source_id: node,
        offset: edges.slot[edge]! * 8,
        target_id: edges.target[edge]!,
        ...{target_offset: interior < 0 ? headerOf(graph, edges.target[edge]! - firstObjectNode(graph)) : edges.interiorOffset[interior]!},
        ...{bridge: getBit(columns.bridge, edge) ? 1 : 0, followed: edges.notFollowed.includes(edge) ? 0 : 1},
      });
    }
  }
  return rows;
}

/** Reachable nodes but the program, most retained first. */
function byRetained({graph, columns}: Exported): number[] {
  const nodes = Array.from({length: nodeCount(graph) - 1}, (_, index) => index + 1).filter((node) => getBit(columns.reachable, node));
  return nodes.sort((a, b) => columns.retained[b]! - columns.retained[a]! || a - b);
}

function expectedDominated(exported: Exported): object[] {
  const order = byRetained(exported);
  return Array.from({length: nodeCount(exported.graph)}, (_, dominator) =>
    order
      .filter((node) => exported.columns.dominator[node] === dominator)
      .map((node_id, index) => ({dominator_id: dominator, rank: index + 1, node_id})),
  ).flat();
}

function expectedInstances(exported: Exported): object[] {
  const {graph, columns} = exported;
  const firstObject = firstObjectNode(graph);
  const garbage = Array.from(graph.objects.type.keys(), (object) => object + firstObject).filter(
    (node) => !getBit(columns.reachable, node),
  );
  const order = [...byRetained(exported).filter((node) => node >= firstObject), ...garbage];
  return Array.from({length: graph.types.count}, (_, type) =>
    order
      .filter((node) => graph.objects.type[node - firstObject] === type)
      .map((object_id, index) => ({type_id: type, rank: index + 1, object_id})),
  ).flat();
}

test('types, fields and what their objects sum up to', async () => {
  const {all} = await exportText(ZOO);
  expect(
    all(`SELECT name, kind, size, pointer_words, padding, length, package FROM types WHERE name IN ('main.Big', '[4]*main.Node')`),
  ).toEqual([
    {name: 'main.Big', kind: 'struct', size: 72, pointer_words: 6, padding: 7, length: null, package: 'main'},
    {name: '[4]*main.Node', kind: 'array', size: 32, pointer_words: 4, padding: 0, length: 4, package: null},
  ]);
  expect(
    all(`SELECT f.position, f.name, f.offset, f.size, x.name AS type FROM fields f JOIN types t ON t.id = f.type_id
      JOIN types x ON x.id = f.field_type_id WHERE t.name = 'main.Big'`),
  ).toEqual([
    {position: 0, name: 'Flag', offset: 0, size: 1, type: 'bool'},
    {position: 1, name: 'In', offset: 8, size: 16, type: 'main.Inner'},
    {position: 2, name: 'Ptrs', offset: 24, size: 32, type: '[4]*main.Node'},
    {position: 3, name: 'Tail', offset: 56, size: 16, type: 'string'},
  ]);
  expect(all(`SELECT objects, bytes, used, "values", unreachable_objects, unreachable_bytes FROM types WHERE name = 'main.Node'`)).toEqual([
    {objects: 5, bytes: 112, used: 112, values: 7, unreachable_objects: 2, unreachable_bytes: 32},
  ]);
  expect(all('SELECT name, kind, size, used, objects FROM types WHERE id = 0')).toEqual([
    {name: null, kind: 'unknown', size: null, used: null, objects: 2},
  ]);
});

test('goroutines, frames, memory, warnings, itabs and meta', async () => {
  const {graph, all} = await exportGraph(withStacks());
  expect(all('SELECT * FROM goroutines')).toEqual([
    {
      ...{
        id: 7,
        root_id: 4,
        status: 'waiting',
        wait_reason: 'chan receive',
        wait_seconds: 1.5,
        wait_exact: 1,
        wait_at_most: 2.5,
        blocked: 1,
        leaked: 0, // a variable leads to what it waits for
        system: 0,
        function: 'main.work',
      },
      ...{
        created_by: 'main.main',
        file: 'main.go',
        line: 12,
        stack_address: 0x70000000,
        stack_bytes: 8192,
        group_id: 3,
        labels: '{"a":"b"}',
      },
    },
  ]);
  expect(all('SELECT * FROM frames')).toEqual([
    {
      id: 0,
      goroutine_id: 7,
      depth: 0,
      function: 'runtime.gopark',
      file: null,
      line: null,
      pc: 100,
      sp: 200,
      size: 48,
      inlined: 0,
      wrapper: 0,
      omitted: 7,
    },
    {
      id: 1,
      goroutine_id: 7,
      depth: 8,
      function: 'main.work',
      file: 'main.go',
      line: 20,
      pc: 101,
      sp: 248,
      size: null,
      inlined: 1,
      wrapper: 0,
      omitted: 0,
    },
  ]);
  const wait = {
    goroutine_id: 7,
    position: 0,
    how: 'receive',
    address: 0xc000000010,
    object_id: graph.waits.object[0],
    type_id: 5,
    sudog_id: null,
  };
  expect(all('SELECT * FROM goroutine_waits')).toEqual([wait]);
  expect(all('SELECT * FROM memory')).toEqual([{category: 'heap', part: 'in use', bytes: 8192, touched: 4096}]);
  const frames = '[{"function":"main.make","file":"main.go","line":7}]';
  const site = {id: 0, stack: '["main.make"]', frames, object_size: 16, allocations: 3, frees: 1, live_objects: 5, live_bytes: 80};
  expect(all('SELECT * FROM sites')).toEqual([site]);
  expect(all('SELECT * FROM allocations')).toEqual([{object_id: graph.allocations.object[0], site_id: 0}]);
  expect(all('SELECT * FROM warnings')).toEqual([{code: 'gap', message: 'A gap.', count: 2}]);
  expect(all('SELECT * FROM itabs')).toEqual([{address: 0x600000, type_id: 5}]);
  expect(all('SELECT key, value, typeof(value) AS type FROM meta')).toEqual([
    ...[{key: 'complete', value: 1, type: 'integer'}, textRow('contents', 'preview'), {key: 'edges', value: 22, type: 'integer'}],
    ...[textRow('go_version', 'go1.26.8'), textRow('goarch', 'amd64'), textRow('goheap_version', '0.1.0')],
    ...[
      {key: 'heap_bytes', value: 304, type: 'integer'},
      {key: 'heap_objects', value: 12, type: 'integer'},
    ],
    ...[
      {key: 'reachable_bytes', value: 272, type: 'integer'},
      {key: 'reachable_objects', value: 10, type: 'integer'},
    ],
    ...[
      {key: 'roots', value: 6, type: 'integer'},
      {key: 'schema_version', value: 2, type: 'integer'},
    ],
    textRow('value_layouts', '{"hmap":{"count":0}}'),
  ]);
});

test('contents none leaves labels and arguments out of the file', async () => {
  const graph = withStacks({command_line: './server --password x'});
  const fileOf = async (options: SqliteOptions) => readFileSync((await exportGraph(graph, options)).path, 'latin1');
  const [kept, none] = [await fileOf({}), await fileOf({contents: 'none'})];
  for (const secret of ['--password x', '{"a":"b"}']) expect([kept.includes(secret), none.includes(secret)], secret).toEqual([true, false]);
});

test('a database whose counts are not the graph’s is refused', async () => {
  const {columns} = await exportText(ZOO);
  const {graph} = columns;
  const wrong = {...columns, graph: {...graph, edges: {...graph.edges, count: graph.edges.count + 1}}};
  const path = `${temporaryFolder()}/x.db`;
  await expect(sqlite.write({columns: wrong}, path, {}, {})).rejects.toThrow(/table edges: 22 rows written; expected 23/);
  const fewer = {...columns, reachableObjects: columns.reachableObjects - 1};
  await expect(sqlite.write({columns: fewer}, `${path}2`, {}, {})).rejects.toThrow(/16 nodes are reachable; the analysis counted 15/);
});

function textRow(key: string, value: string): object {
  return {key, value, type: 'text'};
}

test('an empty heap', async () => {
  const {all} = await exportGraph(graphFromText(''), {}, noContents);
  expect(all('SELECT (SELECT count(*) FROM objects) AS objects, (SELECT count(*) FROM histogram) AS types')).toEqual([
    {objects: 0, types: 0},
  ]);
});
