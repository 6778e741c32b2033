/**
 * Pointers of nodes and the shapes of these, by look-ups and by going through all: the same, on zoo. What rows of bridges release, against brute force on random graphs.
 */
import {expect, test} from 'vitest';
import {eachPointer, readShapes} from '../../../src/database/pointer-scan.js';
import {sumBridges} from '../../../src/database/scanned-bridges.js';
import {firstObjectNode} from '../../../src/graph/objects.js';
import {openDatabase} from '../../../src/sql/index.js';
import {BruteForce} from '../../kit/brute-force.js';
import {exportGraph} from '../../kit/exported.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {graphFromText} from '../../kit/graph-from-text.js';
import {randomGraphText, seededRandom} from '../../kit/random-graph.js';

const SCANNED = [
  {nodes: 0, pointers: 0},
  {nodes: 10_000, pointers: 0}, // node by node
];

test('on zoo: objects, whichever are asked for', async () => {
  const plain = await openFixtureDatabase('zoo-1.26.8');
  const database = await openDatabase(plain.name);
  const random = seededRandom(3);
  const all = plain.prepare<[], number>('SELECT id FROM objects ORDER BY id').pluck().all();
  for (const part of [1, 3, 50]) {
    const nodes = Uint32Array.from(all.filter(() => random(part) === 0));
    const shapes = await readShapes(database, nodes, {});
    const scanned = await readShapes(database, nodes, {}, SCANNED[0]);
    const list = ({shapes: rows, shapeOf}: typeof shapes) => Array.from(shapeOf, (shape) => rows[shape]);
    expect(list(scanned)).toEqual(list(shapes));
    const pointers = async (limits?: (typeof SCANNED)[number]) => {
      const found: number[][] = [];
      await eachPointer(database, nodes, (...pointer) => found.push(pointer), {}, limits);
      return found.sort(([a, at], [b, bt]) => a! - b! || at! - bt!);
    };
    const lookedUp = await pointers({nodes: 100_000, pointers: 10_000_000});
    expect(lookedUp.length).toBeGreaterThan(50);
    for (const limits of SCANNED) expect(await pointers(limits), `${part} ${limits.nodes}`).toEqual(lookedUp);
  }
  await database.close();
  plain.close();
});

test('on random graphs: what the pointers of a row release alone', async () => {
  let seen = 0;
  for (let seed = 0; seed < 25; seed++) {
    const graph = graphFromText(randomGraphText(seed));
    const {path} = await exportGraph(graph);
    const truth = new BruteForce(graph);
    const live = truth.distances();
    const random = seededRandom(seed);
    const {firstEdge, target, notFollowed} = graph.edges;
    const first = firstObjectNode(graph);
    const nodes = [...live.keys()].filter((node) => node > 0);
    const lists = Array.from({length: 40}, () => Uint32Array.from(nodes.filter(() => random(4) === 0)));
    const releasedBy = (node: number) => {
      // Without any single pointer to it: one that all paths go through.
      const edges = Array.from(target.keys()).filter(
        (edge) => target[edge] === node && !notFollowed.includes(edge) && live.has(firstEdge.findLastIndex((at) => at <= edge)),
      );
      const bridge = edges.find((edge) => !truth.distances([], edge).has(node));
      return bridge === undefined ? [] : [...live.keys()].filter((each) => !truth.distances([], bridge).has(each));
    };
    const released = new Map(nodes.filter((node) => node >= first).map((node) => [node, releasedBy(node)]));
    const ofRoot = (node: number) => [...live.keys()].filter((each) => each >= first && !truth.distances([node]).has(each));
    const expected = lists.map((list) => {
      const objects = new Set([...list].flatMap((node) => released.get(node) ?? []));
      seen += objects.size;
      return truth.bytes(objects) + [...list].reduce((sum, node) => sum + (node < first ? truth.bytes(ofRoot(node)) : 0), 0);
    });
    const database = await openDatabase(path);
    expect(await sumBridges(database, lists, {}), `seed ${seed}`).toEqual(expected);
    await database.close();
  }
  expect(seen).toBeGreaterThan(100);
});
