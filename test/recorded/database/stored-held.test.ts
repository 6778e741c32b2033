/**
 * The trees that conversion makes of kinds of very many objects, here of all kinds, against those that are made of the objects' own paths: on random graphs and recorded cores.
 */
import Sqlite from 'better-sqlite3';
import {expect, test} from 'vitest';
import {sqlite} from '../../../formats/sqlite/export-sqlite.js';
import type {AnalysisColumns} from '../../../src/analyses/analysis-columns.js';
import {computeHeldKinds} from '../../../src/answers/held-kinds.js';
import {mergePaths} from '../../../src/answers/merged-paths.js';
import {computeOwners} from '../../../src/answers/owners.js';
import {tellHeap} from '../../../src/answers/told-heap.js';
import {readHeldBy} from '../../../src/database/read-held-by.js';
import {sumBridges} from '../../../src/database/scanned-bridges.js';
import {readStoredHeld} from '../../../src/database/stored-held.js';
import {writeHeap} from '../../../src/library/write-heap.js';
import {openDatabase, type SqlDatabase} from '../../../src/sql/index.js';
import {tablesOf} from '../../../src/tables/heap-tables.js';
import {analyzedFixture} from '../../kit/analyzed-fixture.js';
import {exportText, temporaryFolder, ZOO} from '../../kit/exported.js';
import {randomFieldsText} from '../../kit/random-fields.js';
import {readRows} from '../../kit/table-batches.js';
import {randomNamedText} from '../../kit/told-heaps.js';

const ALL = {depth: 1000, top: 1000, exclude: {pointers: [], nodes: []}};
const ROOM = {objects: 0, bytes: 1e9};

/** What conversion writes where so many targets are listed, in the place of what it wrote. */
async function store(columns: AnalysisColumns, path: string, targets: number): Promise<void> {
  const tables = tablesOf(columns, {contents: 'preview', meta: {}, held: {...ROOM, targets}});
  const database = new Sqlite(path);
  database.exec('DELETE FROM held_by_steps; DELETE FROM held_by');
  for (const {name, columns: names, batches} of tables.filter(({name}) => name.startsWith('held_by'))) {
    const statement = database.prepare(`INSERT INTO ${name} (${names.join()}) VALUES (${names.map(() => '?').join()})`);
    for (const row of await readRows(batches())) statement.run(...row);
  }
  database.close();
}

const KINDS = `SELECT k.type_id AS type, k.owner_id AS owner, k.objects, (SELECT json_group_array(s.targets) FROM held_by_steps s WHERE s.held_by_id = k.id) AS targets,
    (SELECT json_group_array(s.releases) FROM held_by_steps s WHERE s.held_by_id = k.id) AS releases
  FROM held_by k ORDER BY k.id`;
/** All that there are. */
const EXPECTED = `SELECT type, owner, objects FROM (
    SELECT type_id AS type, NULL AS owner, count(*) AS objects FROM objects WHERE reachable = 1 GROUP BY 1 UNION ALL
    SELECT NULL, owner_id, count(*) FROM objects WHERE reachable = 1 GROUP BY 2 UNION ALL
    SELECT type_id, owner_id, count(*) FROM objects WHERE reachable = 1 GROUP BY 1, 2) ORDER BY type, owner`;
const OF_KIND = `SELECT id FROM objects WHERE reachable = 1 AND (:type IS NULL OR type_id = :type) AND (:owner IS NULL OR owner_id = :owner) ORDER BY id`;

interface Row {
  readonly type: number | null;
  readonly owner: number | null;
  readonly objects: number;
  readonly targets: string; // JSON of JSON
  readonly releases: string; // JSON
}
const targetsOf = ({targets}: Row) =>
  (JSON.parse(targets) as (string | null)[]).map((text) => (text === null ? null : (JSON.parse(text) as number[])));
const sorted = (rows: readonly Row[]) =>
  rows
    .map(({type, owner, objects}) => ({type, owner, objects}))
    .sort((a, b) => (a.type ?? -1) - (b.type ?? -1) || (a.owner ?? -1) - (b.owner ?? -1));

/** What was compared. */
const seen = {kinds: 0, both: 0, steps: 0, shared: 0, released: 0, folded: 0};

/** `most` kinds: each is a walk through all objects. */
async function compare(columns: AnalysisColumns, path: string, what: string, most: number): Promise<void> {
  await store(columns, path, 1e6);
  const database = await openDatabase(path);
  const kinds = await database.rows<Row>(KINDS);
  expect(sorted(kinds), what).toEqual(await database.rows(EXPECTED));
  for (const kind of kinds.slice(0, most)) {
    const {type, owner} = kind;
    const asked = {types: type === null ? undefined : [type], owners: owner === null ? undefined : [owner]};
    const ids = (await database.rows<{id: number}>(OF_KIND, {type, owner})).map(({id}) => id);
    expect(await readStoredHeld(database, asked), what).toMatchObject({objects: ids.length});
    expect(await readHeldBy(database, asked, ALL), `${what}: ${type} of ${owner}`).toEqual(await readHeldBy(database, ids, ALL));
    seen.kinds++;
    if (type !== null && owner !== null) seen.both++;
    seen.steps += targetsOf(kind).length;
    seen.shared += targetsOf(kind).filter((targets) => targets!.length > 1).length;
  }
  await store(columns, path, 0);
  await compareReleases(database, kinds, what, most);
  await database.close();
}

/** What the pointers of a step release alone, where their targets were listed, and what is stored where they are not. */
async function compareReleases(database: SqlDatabase, listed: readonly Row[], what: string, most: number): Promise<void> {
  const summed = await database.rows<Row>(KINDS);
  expect(sorted(summed)).toEqual(sorted(listed));
  for (const [at, kind] of listed.slice(0, most).entries()) {
    const lists = targetsOf(kind).map((targets) => Uint32Array.from(targets!));
    const sums = await sumBridges(database, lists, {});
    expect(JSON.parse(summed[at]!.releases), what).toEqual(sums);
    expect(targetsOf(summed[at]!)).toEqual(lists.map(() => null));
    seen.released += sums.filter((sum) => sum > 0).length;
  }
}

test('random graphs: all kinds', {timeout: 120_000}, async () => {
  for (let seed = 0; seed < 12; seed++)
    for (const text of [randomFieldsText(seed), randomNamedText(seed)]) {
      const {columns, path, all} = await exportText(text);
      seen.folded += all("SELECT 1 FROM paths WHERE name LIKE '%…' AND name NOT LIKE '%[…]'").length;
      await compare(columns, path, `seed ${seed}`, 1000);
    }
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(3);
});

test.each(['tiny-1.27.1', 'leak-1.26.8'])('%s: all kinds', {timeout: 120_000}, async (name) => {
  const heap = await analyzedFixture(name);
  const path = `${temporaryFolder()}/heap.db`;
  await writeHeap(heap, sqlite, path, {});
  await compare(heap.columns, path, name, 6);
});

test('what is known of nodes is as before; kinds for which there is no room are left out', async () => {
  const {columns} = await exportText(ZOO);
  const told = tellHeap(columns);
  const paths = mergePaths(told);
  const owners = computeOwners(told);
  const before = paths.pathOf.slice();
  const all = computeHeldKinds(told, paths, owners, {...ROOM, targets: 100});
  expect(paths.pathOf).toEqual(before);
  const sizes = all.map(({objects}) => objects);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  const few = computeHeldKinds(told, paths, owners, {objects: 0, targets: 100, bytes: 10});
  expect(few.length).toBeGreaterThan(0);
  expect(few.length).toBeLessThan(all.length);
  for (const kind of few) expect(all).toContainEqual(kind);
  expect(computeHeldKinds(told, paths, owners)).toEqual([]);
});
