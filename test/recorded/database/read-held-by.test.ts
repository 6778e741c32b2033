/**
 * What holds many objects, from databases: on random graphs against brute force, on zoo against the database's own numbers; with steps that are left out. By look-ups of
 * each object and by going through all, the answer is the same.
 */
import {expect, test} from 'vitest';
import {HeldTree} from '../../../src/answers/held-tree.js';
import {type ToldHeap, tellHeap} from '../../../src/answers/told-heap.js';
import {findCuts} from '../../../src/database/find-cuts.js';
import {liveOfTypes} from '../../../src/database/find-live.js';
import {findTypes} from '../../../src/database/find-types.js';
import {type HeldByTree, readHeldBy} from '../../../src/database/read-held-by.js';
import {firstObjectNode} from '../../../src/graph/objects.js';
import {openDatabase, type SqlDatabase} from '../../../src/sql/index.js';
import {BruteForce} from '../../kit/brute-force.js';
import {exportGraph} from '../../kit/exported.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {graphFromText} from '../../kit/graph-from-text.js';
import {randomCuts} from '../../kit/random-cuts.js';
import {randomFieldsText} from '../../kit/random-fields.js';
import {seededRandom} from '../../kit/random-graph.js';
import {SHOP} from '../../kit/shop.js';
import {databaseFromText} from '../../kit/small-database.js';

const ALL = {depth: 1000, top: 1000};
/** So that all objects are gone through: with the paths that were kept, and without. */
const ALL_READ = [{objects: 0}, {objects: 0, paths: 0}];
const NONE_LEFT_OUT = {pointers: [], nodes: []};
const roots = ({rows}: HeldByTree) => rows.filter(({level}) => level === 0);
const typesCalled = async (database: SqlDatabase, name: string) => (await findTypes(database, name)).map(({type_id}) => type_id!);
const sumOf = (answer: HeldByTree, what: 'count' | 'bytes') => roots(answer).reduce((sum, row) => sum + row[what], 0);

test('on random graphs: all that was asked for is somewhere; what nothing else holds is what brute force loses', async () => {
  let lost = 0;
  let others = 0;
  let compared = 0;
  for (let seed = 0; seed < 25; seed++) {
    const graph = graphFromText(randomFieldsText(seed));
    const {path, columns} = await exportGraph(graph);
    const told = tellHeap(columns);
    const database = await openDatabase(path);
    const truth = new BruteForce(graph);
    const random = seededRandom(seed);
    const objects = Array.from({length: graph.objects.count}, (_, object) => object + firstObjectNode(graph));
    const asked = objects.filter(() => random(4) > 0);
    const live = truth.distances();
    const released = releasesByPath(
      told,
      truth,
      asked.filter((node) => live.has(node)),
    );
    const sourceOf = (edge: number) => graph.edges.firstEdge.findLastIndex((first) => first <= edge);
    for (const cuts of [{nodes: [], edges: []}, ...randomCuts(graph, seed)]) {
      const exclude = {
        nodes: cuts.nodes,
        pointers: cuts.edges.map((edge) => ({source: sourceOf(edge), offset: graph.edges.slot[edge]! * 8})),
      };
      const answer = await readHeldBy(database, asked, {...ALL, exclude});
      for (const limits of ALL_READ)
        expect(await readHeldBy(database, asked, {...ALL, exclude}, {}, limits), `seed ${seed}`).toEqual(answer);
      const rest = truth.distances(cuts.nodes, ...cuts.edges);
      const gone = asked.filter((node) => live.has(node) && !rest.has(node));
      expect(answer, `seed ${seed}`).toMatchObject({
        objects: asked.length,
        bytes: truth.bytes(asked),
        garbage: asked.filter((node) => !live.has(node)).length,
        excluded: gone.length,
        unknown: 0,
      });
      expect(sumOf(answer, 'count'), `seed ${seed}`).toBe(asked.length - answer.garbage - answer.excluded);
      for (const {count, bytes, releases, exact} of answer.rows) {
        expect(exact).toBe(true);
        expect(count).toBeGreaterThan(0);
        expect(bytes).toBeGreaterThan(0);
        expect(releases).toBeGreaterThanOrEqual(0);
      }
      for (const {path: text, releases} of cuts.nodes.length + cuts.edges.length === 0 ? answer.rows : []) {
        expect(released.get(text!), `seed ${seed} ${text}`).toContain(releases);
        compared++;
      }
      lost += gone.length;
      others += cuts.edges.length > 0 ? answer.rows.length : 0;
    }
    await database.close();
  }
  expect(compared).toBeGreaterThan(30);
  expect(lost).toBeGreaterThan(20);
  expect(others).toBeGreaterThan(100);
});

/** By the text of a path, which several paths may have: what is lost without the pointers into its row of the tree. */
function releasesByPath(told: ToldHeap, truth: BruteForce, asked: readonly number[]): Map<string, number[]> {
  const {graph, holder, holderSlot} = told.columns;
  const {roots, edges} = graph;
  const tree = new HeldTree({
    pathOf: (node) => told.names.idOf(node),
    holderOf: (node) => (node <= roots.count ? undefined : holder[node]!),
    parentOf: (path) => told.names.parentOf(path),
  });
  for (const node of asked) tree.add(node, 1);
  const all = truth.bytes(truth.distances().keys());
  const found = new Map<string, number[]>();
  for (const {path, targets} of tree.finish()) {
    const objects = [...targets].filter((node) => node > roots.count);
    const pointers = objects.map((node) => {
      let edge = edges.firstEdge[holder[node]!]!;
      while (edges.slot[edge] !== holderSlot[node]) edge++;
      return edge;
    });
    const rest = truth.distances(
      [...targets].filter((node) => node <= roots.count),
      ...pointers,
    );
    const text = told.names.textOf(path);
    found.set(text, [...(found.get(text) ?? []), all - truth.bytes(rest.keys())]);
  }
  return found;
}

test('what a step releases, and who else holds it, added up by hand', async () => {
  const database = await openDatabase(await databaseFromText(SHOP));
  const items = await liveOfTypes(database, await typesCalled(database, 'shop.Item'));
  const rowsOf = async (...names: string[]) => {
    const answer = await readHeldBy(database, items, {...ALL, exclude: await findCuts(database, names, [])});
    const rows = answer.rows.map(({level, name, path, count, releases, exact}) => [level, name, path, count, releases, exact]);
    return {excluded: answer.excluded, rows};
  };
  expect(await rowsOf()).toEqual({
    excluded: 0,
    rows: [
      [0, 'main.index', 'main.index', 2, 0, true],
      [1, 'shop.Item.Next', 'main.index.Next', 1, 64, true],
      [0, 'main.server', 'main.server', 2, 16 + 32 + 24 + 48 + 64 + 64, true],
      [1, 'shop.Server.Cache', 'main.server.Cache', 2, 32 + 24 + 64, true],
      [2, 'shop.Cache.Last', 'main.server.Cache.Last', 1, 0, true],
      [2, 'shop.Cache.Items[…]', 'main.server.Cache.Items[…]', 1, 24 + 64, true],
    ],
  });
  // Without the index the cache holds all four; with it they hang on no other.
  expect(await rowsOf('main.index')).toEqual({
    excluded: 0,
    rows: [
      [0, 'main.server', 'main.server', 4, 376, true],
      [1, 'shop.Server.Cache', 'main.server.Cache', 4, 32 + 24 + 3 * 64 + 64 - 64, true],
      [2, 'shop.Cache.Items[…]', 'main.server.Cache.Items[…]', 3, 24 + 3 * 64, true],
      [3, 'shop.Item.Next', 'main.server.Cache.Items[…].Next', 1, 64, true],
      [2, 'shop.Cache.Last', 'main.server.Cache.Last', 1, 0, true],
    ],
  });
  expect(await rowsOf('main.server.Cache')).toMatchObject({excluded: 1});
  expect((await rowsOf('shop.Cache.Items[…]')).excluded).toBe(1);
  expect((await rowsOf('main.server', 'main.index')).excluded).toBe(4);
  await database.close();
});

test('zoo: rows add up to what was asked for, however few are shown; single steps release what their bridges do', async () => {
  const plain = await openFixtureDatabase('zoo-1.26.8');
  const database = await openDatabase(plain.name);
  for (const [type, count] of plain
    .prepare<[], [string, number]>("SELECT name, objects FROM types WHERE name IN ('main.ListNode', 'main.TreeNode', 'string', 'uint8')")
    .raw()
    .all()) {
    const ids = await liveOfTypes(database, await typesCalled(database, type));
    expect(ids).toHaveLength(count);
    for (const shown of [ALL, {depth: 3, top: 2}]) {
      const answer = await readHeldBy(database, ids, {...shown, exclude: NONE_LEFT_OUT});
      for (const limits of ALL_READ)
        expect(await readHeldBy(database, ids, {...shown, exclude: NONE_LEFT_OUT}, {}, limits), type).toEqual(answer);
      expect([answer.objects, sumOf(answer, 'count'), sumOf(answer, 'bytes')]).toEqual([count, count, answer.bytes]);
      for (const row of answer.rows.filter(({level, pointers}) => level === 0 && pointers === 1))
        expect(
          plain
            .prepare('SELECT max(retained = ?) FROM roots WHERE name = ?')
            .pluck()
            .get(row.releases, row.path!.replace(/[[‹].*| in .*/, '')),
          row.path!,
        ).toBeOneOf([1, null]);
    }
  }
  await database.close();
  plain.close();
});
