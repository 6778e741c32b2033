/**
 * What would become garbage as a database tells it: the same as of the graph, read by look-ups and as a whole, on random graphs and on zoo; there
 * also against the numbers that the database has of single pointers and nodes, and brute force.
 */
import {expect, test} from 'vitest';
import {computeOwners} from '../../../src/answers/owners.js';
import {tellHeap} from '../../../src/answers/told-heap.js';
import {answerWhatIf} from '../../../src/answers/what-if.js';
import {readWhatIf} from '../../../src/database/read-what-if.js';
import {openDatabase} from '../../../src/sql/index.js';
import {exportGraph} from '../../kit/exported.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {graphFromText} from '../../kit/graph-from-text.js';
import {randomCuts} from '../../kit/random-cuts.js';
import {seededRandom} from '../../kit/random-graph.js';
import {randomNamedText} from '../../kit/told-heaps.js';
import {findLost, findReachable, type PlainEdge, readPlainGraph, sumOfSizes} from '../../oracle/database-graph.js';

/** So that everything is read. */
const NOTHING = {objects: 0, pointers: 0};

test('on random graphs: as in memory, by look-ups and without', async () => {
  let stays = 0;
  for (let seed = 0; seed < 25; seed++) {
    const graph = graphFromText(randomNamedText(seed));
    const {columns, path} = await exportGraph(graph);
    const told = tellHeap(columns);
    const owners = computeOwners(told);
    const database = await openDatabase(path);
    const {edges} = graph;
    const sourceOf = (edge: number) => edges.firstEdge.findLastIndex((first) => first <= edge);
    for (const cuts of randomCuts(graph, seed)) {
      const stored = {nodes: cuts.nodes, pointers: cuts.edges.map((edge) => ({source: sourceOf(edge), offset: edges.slot[edge]! * 8}))};
      const expected = answerWhatIf(told, owners, cuts);
      expect(await readWhatIf(database, stored), `seed ${seed}`).toEqual(expected);
      expect(await readWhatIf(database, stored, {}, NOTHING), `seed ${seed}`).toEqual(expected);
      stays += expected.held.length;
    }
    await database.close();
  }
  expect(stays).toBeGreaterThan(20);
});

test('on zoo: single pointers as bridges, root nodes as what they retain, several of both as brute force', async () => {
  const plain = await openFixtureDatabase('zoo-1.26.8');
  const graph = readPlainGraph(plain);
  const reachable = findReachable(graph);
  const database = await openDatabase(plain.name);
  const random = seededRandom(17);
  const edges = graph.outgoing.flat().filter(({source}) => reachable[source] === 1);
  const pick = <T>(list: readonly T[], count: number) => Array.from({length: count}, () => list[random(list.length)]!);
  const retained = plain
    .prepare('SELECT coalesce((SELECT retained FROM objects WHERE id = :id), (SELECT retained FROM roots WHERE id = :id))')
    .pluck();
  const garbageWithout = async (nodes: readonly number[], pointers: readonly PlainEdge[]) =>
    (await readWhatIf(database, {nodes, pointers})).garbage;

  for (const edge of [
    ...pick(edges, 8),
    ...pick(
      edges.filter(({bridge}) => bridge === 1),
      8,
    ),
  ])
    expect((await garbageWithout([], [edge])).bytes).toBe(edge.bridge === 1 ? retained.get({id: edge.target}) : 0);
  const roots = plain
    .prepare<[], number>("SELECT id FROM roots WHERE kind IN ('global', 'static', 'goroutine') ORDER BY retained DESC LIMIT 8")
    .pluck()
    .all();
  const some = plain.prepare<[], number>('SELECT id FROM objects WHERE reachable ORDER BY retained_objects DESC LIMIT 300').pluck().all();
  for (const id of [...roots, ...pick(some, 4)]) expect((await garbageWithout([id], [])).bytes, `node ${id}`).toBe(retained.get({id}));
  for (let set = 0; set < 10; set++) {
    const nodes = [...pick(roots, random(2)), ...pick(some, random(12))];
    const pointers = pick(edges, random(40));
    const lost = findLost(graph, reachable, findReachable(graph, ...nodes, ...pointers));
    expect(await garbageWithout(nodes, pointers)).toEqual({objects: lost.length, bytes: sumOfSizes(graph, lost)});
  }
  await database.close();
  plain.close();
});
