/**
 * Searches for paths by look-ups in a database against the search in memory and brute force: on random graphs, with and without pointers to avoid.
 */
import {expect, test} from 'vitest';
import {computePaths} from '../../../src/analyses/paths.js';
import {computeShortestPaths} from '../../../src/analyses/shortest-paths.js';
import type {TellingPaths} from '../../../src/analyses/telling-paths.js';
import {NONE} from '../../../src/base/units.js';
import {describePath} from '../../../src/database/path-steps.js';
import {heldBy} from '../../../src/database/queries/held-by-queries.js';
import {runQuery} from '../../../src/database/queries/run-query.js';
import {type Avoided, searchPaths} from '../../../src/database/search-paths.js';
import type {HeapGraph} from '../../../src/graph/heap-graph.js';
import {addressOf, firstObjectNode, objectOfNode} from '../../../src/graph/objects.js';
import {openDatabase, type SqlDatabase} from '../../../src/sql/index.js';
import type {ShownPath, ShownStep} from '../../../viewer/protocol.js';
import {answerPaths} from '../../../viewer/server/answer-paths.js';
import {exportGraph, exportText, ZOO} from '../../kit/exported.js';
import {graphFromText, nodeNamed} from '../../kit/graph-from-text.js';
import {randomGraphText, seededRandom} from '../../kit/random-graph.js';

/** The places of pointers along a path, and the root node in front. */
type Steps = string;

async function find(database: SqlDatabase, id: number, avoid: readonly Avoided[], shortest: boolean): Promise<Steps[]> {
  const {paths, cut} = await searchPaths(database, id, {count: 1000, avoid, shortest});
  expect(cut).toBe(false);
  return paths.map(({sources, offsets}) => sources.map((source, step) => `${source}+${offsets[step]}`).join(' '));
}

test('on random graphs: the same root nodes as in memory, each with a path that holds, the first telling or shortest', async () => {
  let compared = 0;
  let avoidedSome = 0;
  for (let seed = 0; seed < 40; seed++) {
    const graph = graphFromText(randomGraphText(seed));
    const {columns, path} = await exportGraph(graph);
    const database = await openDatabase(path);
    const random = seededRandom(seed);
    const {edges} = graph;
    const sourceOf = Uint32Array.from({length: edges.count}, (_, edge) => edges.firstEdge.findLastIndex((first) => first <= edge));
    for (let id = firstObjectNode(graph); id < columns.depth.length; id++) {
      for (const share of [0, 6, 2]) {
        const avoided = new Set<number>();
        for (let edge = 0; edge < edges.count; edge++) if (share > 0 && random(share) === 0) avoided.add(edge);
        const expected = new Map(
          [...computePaths(graph, id, {avoid: (edge) => avoided.has(edge)})].map((found) => [found.root, found.edges.length]),
        );
        const avoid = [...avoided].map((edge) => ({source: sourceOf[edge]!, offset: edges.slot[edge]! * 8}));
        const where = `seed ${seed}, node ${id}`;
        const shortest = await find(database, id, avoid, true);
        const lengths = shortest.map((text) => text.split(' ').length);
        expect(lengths.every((length, at) => at === 0 || lengths[at - 1]! <= length)).toBe(true);
        expect(new Map(shortest.map((text) => [rootOf(text), text.split(' ').length])), where).toEqual(expected);
        const found = await find(database, id, avoid, false);
        expect(new Set(found.map(rootOf)), where).toEqual(new Set(expected.keys()));
        expect(found.length).toBe(expected.size);
        const telling = tellingSteps(columns, id);
        if (share === 0) expect(found[0], where).toBe(telling);
        for (const text of [...shortest, ...found]) expectHolds(graph, text, id, avoided);
        compared += found.length;
        if (avoided.size > 0) avoidedSome += found.length;
      }
    }
    await database.close();
  }
  expect(compared).toBeGreaterThan(300);
  expect(avoidedSome).toBeGreaterThan(100);
});

function rootOf(steps: Steps): number {
  return Number(steps.split('+')[0]);
}

/** The path of holders to a node; undefined for garbage. */
function tellingSteps({graph, depth, holder, holderSlot}: TellingPaths & {graph: HeapGraph}, id: number): Steps | undefined {
  if (depth[id] === NONE) return undefined;
  const steps: string[] = [];
  for (let node = id; node > graph.roots.count; node = holder[node]!) steps.push(`${holder[node]}+${holderSlot[node]! * 8}`);
  return steps.reverse().join(' ');
}

/** The first of the shortest, by trying all: from the root nodes on in order, by offset. */
function fewestPointers(graph: HeapGraph, id: number): Steps | undefined {
  const {edges, roots} = graph;
  const skipped = new Set(edges.notFollowed);
  let layer = Array.from({length: roots.count}, (_, row) => ({node: row + 1, steps: [] as string[]}));
  const seen = new Set(layer.map(({node}) => node));
  while (layer.length > 0) {
    const found = layer.find(({node}) => node === id);
    if (found) return found.steps.join(' ');
    const next: typeof layer = [];
    for (const {node, steps} of layer) {
      for (let edge = edges.firstEdge[node]!; edge < edges.firstEdge[node + 1]!; edge++) {
        if (skipped.has(edge) || seen.has(edges.target[edge]!)) continue;
        seen.add(edges.target[edge]!);
        next.push({node: edges.target[edge]!, steps: [...steps, `${node}+${edges.slot[edge]! * 8}`]});
      }
    }
    layer = next;
  }
  return undefined;
}

test('the fewest pointers are those that a breadth-first search from the roots meets first', async () => {
  let compared = 0;
  let differ = 0;
  for (const text of [ZOO, ...Array.from({length: 60}, (_, seed) => randomGraphText(seed + 500))]) {
    const graph = graphFromText(text);
    const {columns, path} = await exportGraph(graph);
    const inMemory = await computeShortestPaths(graph);
    const database = await openDatabase(path);
    for (let id = firstObjectNode(graph); id < columns.depth.length; id++) {
      const {paths} = await searchPaths(database, id, {count: 1, avoid: [], shortest: true});
      const found = paths.map(({sources, offsets}) => sources.map((source, step) => `${source}+${offsets[step]}`).join(' '))[0];
      expect(found, `node ${id} of ${text}`).toBe(fewestPointers(graph, id));
      expect(found).toBe(tellingSteps({graph, ...inMemory}, id));
      compared += paths.length;
      if (found !== tellingSteps(columns, id)) differ++;
    }
    await database.close();
  }
  expect(compared).toBeGreaterThan(200);
  expect(differ).toBeGreaterThan(10);
});

/** Each pointer is there, may be used, and leads to where the next one is. */
function expectHolds({edges}: HeapGraph, steps: Steps, id: number, avoided: ReadonlySet<number>): void {
  const places = steps.split(' ').map((step) => step.split('+').map(Number) as [number, number]);
  for (const [at, [source, offset]] of places.entries()) {
    const edge = Array.from(
      {length: edges.firstEdge[source + 1]! - edges.firstEdge[source]!},
      (_, index) => edges.firstEdge[source]! + index,
    ).find((index) => edges.slot[index]! * 8 === offset)!;
    expect([edges.target[edge], avoided.has(edge), edges.notFollowed.includes(edge)]).toEqual([places[at + 1]?.[0] ?? id, false, false]);
  }
}

test('what the page gets: kinds, names, fields, what each pointer releases, and who dominates', async () => {
  const {path, graph} = await exportText(ZOO);
  const database = await openDatabase(path);
  const node = (name: string) => nodeNamed(graph, name);
  const ask = (name: string, avoid: readonly ShownStep[] = [], count = 5) =>
    answerPaths(
      database,
      {types: graph.types},
      {
        node: node(name),
        avoid: avoid.map(({node_id: source, offset}) => ({source, offset: offset!})),
        count,
      },
    );
  const {paths, cut} = await ask('n3');
  expect([paths[0]!.length, cut]).toEqual([2, false]);
  expect(paths.map(({length}) => length)).toEqual(paths.map(({steps}) => steps.length));
  expect(paths[0]!.expression).toBe('main.array[0]');
  expect(paths[0]!.steps.map(({kind, name, field, offset}) => [kind, name, field, offset])).toEqual([
    ['global', 'main.array', '[0]', 0],
    ['object', `0x${addressOf(graph, objectOfNode(graph, node('n3'))!).toString(16)}`, null, null],
  ]);
  expect(paths.map(({steps}) => steps[0]!.name).sort()).toEqual(['goroutine 7', 'main.array', 'main.big', 'main.list']);
  const local = (await ask('shared')).paths.find(({steps}) => steps[1]?.kind === 'local')!;
  expect(local.expression).toBe('goroutine 7 x');
  expect(local.steps.map(({kind, offset}) => [kind, offset])).toEqual([
    ['goroutine', null],
    ['local', 0],
    ['object', null],
  ]);
  const [held] = (await ask('text')).paths;
  expect(held!.expression).toBe('main.big.In.Y');
  expect(held!.steps.map(({kind, field, dominates}) => [kind, field, dominates])).toEqual([
    ['global', '', 1],
    ['object', 'In.Y', 1], // as short as the one through Tail
    ['object', null, 1],
  ]);
  expect(held!.steps.map(({releases}) => releases)).toEqual([112, null, null]);
  expect(await ask('text', [held!.steps[0]!])).toEqual({paths: [], cut: false});
  expect((await ask('dead1')).paths).toEqual([]);
  const [itself] = (await ask('main.big')).paths;
  expect([itself!.expression, itself!.steps]).toEqual([
    'main.big',
    [expect.objectContaining({node_id: node('main.big'), kind: 'global', field: null})],
  ]);
  const [program] = (await answerPaths(database, {types: graph.types}, {node: 0, avoid: [], count: 1})).paths;
  expect([program!.expression, program!.length]).toEqual(['program', 1]);
  await database.close();
});

test('the rows of the query held-by are the steps of the first path', async () => {
  const {path, graph} = await exportText(ZOO);
  const database = await openDatabase(path);
  for (let id = 1; id <= graph.roots.count + graph.objects.count; id++) {
    const rows = await runQuery(database, heldBy, {id});
    const {paths, dominates} = await searchPaths(database, id, {count: 1, avoid: []});
    if (paths.length === 0) expect(rows.map(({kind}) => kind)).toEqual(['object']);
    else {
      const {steps} = await describePath(database, paths[0]!, id, {types: graph.types, dominates});
      expect(steps.map(({address: _, size: __, step, ...rest}) => ({...rest, step: steps.length - 1 - step, steps: steps.length}))).toEqual(
        rows.map(({releases, ...row}) => ({...row, releases: releases || null})),
      );
    }
  }
  await database.close();
});

test('of a long list the ends', async () => {
  const count = 1000;
  const names = Array.from({length: count}, (_, at) => `o${at}`);
  const {path, graph} = await exportText(
    `roots: ${names[0]}; ${names.map((name, at) => (at + 1 < count ? `${name} -> ${names[at + 1]}` : '')).join(';')}`,
  );
  const database = await openDatabase(path);
  const [{expression, steps, length}] = (await answerPaths(database, {types: graph.types}, {node: count + 1, avoid: [], count: 1}))
    .paths as readonly [ShownPath];
  expect([length, steps.length, steps[0]!.kind, steps.at(-1)!.node_id]).toEqual([count + 1, 80, 'global', count + 1]);
  expect(steps.map(({step}) => step)).toEqual(
    [...Array(40).keys(), ...Array(40).keys()].map((at, index) => (index < 40 ? at : count + 1 - 40 + at)),
  );
  expect(expression).toBe(`main.${names[0]}…`);
  await database.close();
});

test('a search that is given little gives up and says so', async () => {
  // Every object is reached by two pointers, and the avoided one is no bridge: all must be looked at to know that there is no path.
  const count = 5000;
  const lines = Array.from({length: count}, (_, at) => `o${at + 1} -> o${at}; p${at + 1} -> o${at} p${at}`);
  const {path, graph} = await exportText(`roots: o${count} p${count}; ${lines.join(';')}`);
  const database = await openDatabase(path);
  const avoid = [...Array(2).keys()].map((root) => ({source: root + 1, offset: 0}));
  const id = nodeNamed(graph, 'o0');
  expect(await searchPaths(database, id, {count: 1, avoid})).toMatchObject({paths: [], cut: false});
  expect(await searchPaths(database, id, {count: 1, avoid, limits: {places: 100, seconds: 60}})).toMatchObject({paths: [], cut: true});
  expect(await searchPaths(database, id, {count: 1, avoid, limits: {places: 1e6, seconds: 0}})).toMatchObject({paths: [], cut: true});
  await database.close();
});
