/**
 * The level below a node, read from a database, against the graph in memory: every node below is in one row, has its name and type, and the
 * rows add up to what the node retains.
 */
import {beforeAll, describe, expect, test} from 'vitest';
import {computeAnalyses} from '../../../src/analyses/analyze.js';
import {Gatherer, type UsedLength} from '../../../src/answers/gathers.js';
import {type ToldHeap, tellHeap} from '../../../src/answers/told-heap.js';
import {remember} from '../../../src/base/remember.js';
import {readHoldersUnder} from '../../../src/database/holders-under.js';
import {ROOT_KINDS} from '../../../src/graph/heap-graph.js';
import {headerOf, objectOfNode, sizeOf} from '../../../src/graph/objects.js';
import {openCoreHeap} from '../../../src/open-core-heap.js';
import {openDatabase, type SqlDatabase} from '../../../src/sql/index.js';
import {computeArrayViews, usedRoomOf} from '../../../src/values/array-views.js';
import {nameAnyWord} from '../../../src/values/word-names.js';
import {exportText} from '../../kit/exported.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {nodeNamed} from '../../kit/graph-from-text.js';
import {randomNamedText} from '../../kit/told-heaps.js';

interface StoredHeap extends ToldHeap {
  readonly children: ReadonlyMap<number, readonly number[]>; // by dominator
}

function tellWithChildren(columns: ToldHeap['columns']): StoredHeap {
  const children = new Map<number, number[]>();
  columns.dominator.forEach((dominator, node) => {
    if (node > 0) remember(children, dominator, () => []).push(node);
  });
  return {...tellHeap(columns), children};
}

interface Expected {
  readonly nodes: number[];
  readonly text: string;
}

/** The rows below a node by their definition: what Go has no words for stands with the node. */
function groupBelow({columns, names, children}: StoredHeap, under: number): {own: number; rows: Expected[]} {
  const {graph, retained} = columns;
  const {roots, objects, types} = graph;
  const typeOf = (node: number) => (node > roots.count ? objects.type[node - 1 - roots.count]! : roots.type[node - 1]!);
  const isSilent = (node: number): boolean => {
    const holder = columns.holder[node]!;
    const object = objectOfNode(graph, holder);
    if (object === undefined && typeOf(holder) === 0) return false;
    const offset = columns.holderSlot[node]! * 8 - (object === undefined ? 0 : headerOf(graph, object));
    const isRow = object !== undefined && (objects.length[object]! > 1 || leadsToRow(holder));
    return nameAnyWord(types, typeOf(holder), offset, isRow, isRow || object === undefined ? 0 : enteredAt(holder)).text === '';
  };
  const enteredAt = (node: number) => {
    const {firstEdge, slot, interiorEdge, interiorOffset} = graph.edges;
    const from = columns.holder[node]!;
    const index = interiorEdge.findIndex(
      (edge) => edge >= firstEdge[from]! && edge < firstEdge[from + 1]! && slot[edge] === columns.holderSlot[node],
    );
    return index < 0 ? 0 : interiorOffset[index]! - headerOf(graph, objectOfNode(graph, node)!);
  };
  const leadsToRow = (node: number): boolean => {
    const holder = columns.holder[node]!;
    const object = objectOfNode(graph, holder);
    const offset = columns.holderSlot[node]! * 8 - (object === undefined ? 0 : headerOf(graph, object));
    return nameAnyWord(types, typeOf(holder), offset, false).leadsToElements;
  };
  const itself = new Set([under]);
  const below = new Map<string, Expected>();
  const slot = (node: number) => (node > roots.count ? sizeOf(graph, node - 1 - roots.count) : 0);
  let own = slot(under);
  const visit = (parent: number) => {
    for (const node of children.get(parent) ?? []) {
      if (node > roots.count && itself.has(columns.holder[node]!) && isSilent(node)) {
        itself.add(node);
        own += slot(node);
        visit(node);
      } else if (retained[node]! > 0) {
        const kind = node > roots.count ? 'object' : 'root';
        const text = `${kind} ${names.textOf(names.idOf(node))} ${types.name[typeOf(node)] || 'unknown'}`;
        const key = `${names.idOf(node)} ${typeOf(node)} ${kind}`;
        if (!below.has(key)) below.set(key, {nodes: [], text});
        below.get(key)!.nodes.push(node);
      }
    }
  };
  visit(under);
  return {own, rows: [...below.values()]};
}

async function expectLevel(told: StoredHeap, database: SqlDatabase, under: number, what: string, usedLength?: UsedLength): Promise<number> {
  const {graph, retained} = told.columns;
  const sumOf = (nodes: readonly number[]) => nodes.reduce((sum, node) => sum + retained[node]!, 0);
  const {own, rows: expected} = groupBelow(told, under);
  const rows = await readHoldersUnder(database, under, 1_000_000);
  expect(
    rows.reduce((sum, row) => sum + row.retained!, 0),
    what,
  ).toBe(retained[under]);
  const below = own > 0 ? rows.slice(1) : rows;
  if (own > 0) expect(rows[0], what).toMatchObject({retained: own, name: told.names.textOf(told.names.idOf(under)), gathers_count: null});
  const textOf = (text: string, count: number, bytes: number) => `${text} × ${count}: ${bytes}`;
  expect(
    below
      .map(({kind, name, type, count, retained: bytes}) => textOf(`${kind === 'object' ? kind : 'root'} ${name} ${type}`, count!, bytes!))
      .sort(),
    what,
  ).toEqual(expected.map(({text, nodes}) => textOf(text, nodes.length, sumOf(nodes))).sort());
  const gatherer = new Gatherer(told, usedLength);
  for (const row of below) {
    const {nodes} = expected.find((each) => each.nodes.includes(row.node_id!))!;
    expect(retained[row.node_id!], what).toBe(Math.max(...nodes.map((node) => retained[node]!)));
    const gathered = gatherer.gather(Uint32Array.from(nodes), sumOf(nodes));
    const {gathers_count: count, gathers_retained: bytes, gathers_type: type} = row;
    if (gathered === undefined) expect(count, what).toBeNull();
    else
      expect({count, bytes, type}, what).toEqual({count: gathered.count, bytes: gathered.retained, type: graph.types.name[gathered.type]});
    if (gathered && retained[row.gathers_id!] === retained[gathered.example])
      expect(row.gathers_name!.length > 0, what).toBe(gathered.path.length > 0);
  }
  return rows.length;
}

test('random graphs', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const {columns, path} = await exportText(randomNamedText(seed));
    const told = tellWithChildren(columns);
    const database = await openDatabase(path);
    for (let node = 1; node < columns.dominator.length; node++)
      if (columns.retainedObjects[node]! > 0) {
        await expectLevel(told, database, node, `node ${node} of seed ${seed}`);
        const scanned = await readHoldersUnder(database, node, 10, {mostChildren: 0});
        expect(scanned, `node ${node} of seed ${seed}`).toEqual(await readHoldersUnder(database, node, 10));
      }
    await database.close();
  }
});

describe('zoo', () => {
  let told: StoredHeap;
  let usedLength: UsedLength;
  let database: SqlDatabase;
  beforeAll(async () => {
    const {core, executable} = unpackFixture('zoo-1.26.8');
    const {graph, contents, close} = await openCoreHeap(core, {executable});
    told = tellWithChildren(await computeAnalyses(graph, contents));
    const rooms = computeArrayViews(graph, contents, told.columns.reachable);
    usedLength = (array) => usedRoomOf(rooms, array);
    close();
    const stored = await openFixtureDatabase('zoo-1.26.8');
    database = await openDatabase(stored.name);
    stored.close();
  });

  test('all variables that retain something', async () => {
    const {graph, retainedObjects} = told.columns;
    let rows = 0;
    for (let root = 1; root <= graph.roots.count; root++) {
      if (retainedObjects[root] === 0) continue;
      const what = `${ROOT_KINDS[graph.roots.kind[root - 1]!]} ${graph.strings[graph.roots.name[root - 1]!]}`;
      rows += await expectLevel(told, database, root, what, usedLength);
    }
    expect(rows).toBeGreaterThan(300);
  });
});

test('the first rows and the rest; garbage', async () => {
  const items = Array.from({length: 5}, (_, index) => `${index * 8}=o${index}`).join(' ');
  const objects = Array.from({length: 5}, (_, index) => `o${index} : size=${64 * (index + 1)}`).join('; ');
  const fields = Array.from({length: 5}, (_, index) => `f${index}@${index * 8}:unsafe.Pointer`).join(' ');
  const {path, graph} = await exportText(`type main.T 40 ${fields}; global main.t : main.T size=40 -> ${items}; ${objects}; dead : main.T`);
  const database = await openDatabase(path);
  const rows = await readHoldersUnder(database, nodeNamed(graph, 'main.t'), 2);
  expect(rows.map(({rank, name, kind, count, retained, share}) => [rank, name, kind, count, retained, share])).toEqual([
    [1, 'main.t.f4', 'object', 1, 320, 320 / 960],
    [2, 'main.t.f3', 'object', 1, 256, 256 / 960],
    [3, null, 'more', 3, 384, 384 / 960],
  ]);
  await expect(readHoldersUnder(database, nodeNamed(graph, 'dead'), 2)).rejects.toMatchObject({code: 'usage', hint: expect.any(String)});
  await database.close();
});
