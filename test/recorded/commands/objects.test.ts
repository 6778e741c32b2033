/** `goheap objects`: the objects of a type and of an owner against the program's own truth and plain SQL, and the paths they are listed with. */
import {beforeAll, expect, test} from 'vitest';
import {objectsOfOwnerByAddress, objectsOfOwnerByRetained, objectsOfOwnerBySize} from '../../../src/database/queries/object-queries.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {openDatabase} from '../../kit/goheap.js';
import {goheapHere, goheapJson} from '../../kit/goheap-here.js';
import {findJsonFaults} from '../../kit/json-schema.js';
import {databaseFromText} from '../../kit/small-database.js';
import {readTruth} from '../../oracle/truth.js';

interface OwnerRow {
  readonly rank: number;
  readonly name: string;
  readonly bytes: number;
}
interface Listed {
  readonly id: number;
  readonly address: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly retained: number;
}
const FIXTURE = 'zoo-1.26.8';
let zoo = '';
beforeAll(async () => {
  const database = await openFixtureDatabase(FIXTURE);
  zoo = database.name;
  database.close();
});
const list = (type: string, ...flags: string[]) => goheapJson<Listed[]>(['objects', zoo, '--type', type, ...flags]);

test('a list of a thousand items: every one, by retained size in the order of the list', async () => {
  const items = await list('main.ListNode', '--top', '100000');
  expect(findJsonFaults('objects', items)).toEqual([]);
  const inList = items.filter(({name}) => name.startsWith('main.GList'));
  expect(inList.map(({retained}) => retained)).toEqual(Array.from({length: 1000}, (_, index) => 16_000 - 16 * index));
  expect(inList[0]).toMatchObject({
    name: 'main.GList',
    address: `0x${readTruth(unpackFixture(FIXTURE).truth).addresses['GList.head']!.toString(16)}`,
  });
  expect(inList[9]!.name).toBe(`main.GList${'.Next'.repeat(9)}`);
  expect(inList[500]!.name).toBe(`main.GList${'.Next'.repeat(15)}…${'.Next'.repeat(16)}`);
});

test.each([
  ['retained', 'retained DESC'],
  ['size', 'size DESC'],
  ['address', 'address'],
] as const)('--sort %s', async (sort, order) => {
  const database = openDatabase(zoo);
  const sql = `SELECT o.size, o.retained FROM objects o JOIN types t ON t.id = o.type_id WHERE t.name = 'uint8' AND o.reachable ORDER BY o.${order} LIMIT 30`;
  const expected = database.prepare(sql).all() as Listed[];
  database.close();
  const rows = await list('uint8', '--sort', sort, '--top', '30');
  expect(rows).toHaveLength(30);
  const compared = sort === 'size' ? (['size'] as const) : (['size', 'retained'] as const);
  for (const column of compared) expect(rows.map((row) => row[column])).toEqual(expected.map((row) => row[column]));
});

test('a path is the one that goheap path gives', async () => {
  for (const {id, name} of await list('main.TreeNode', '--top', '3')) {
    const {paths} = await goheapJson<{paths: {expression: string}[]}>(['path', zoo, String(id)]);
    expect(paths[0]!.expression).toBe(name);
  }
});

const TEXT = `
  type example.com/shop/store.Item 32 Next@0:*example.com/shop/store.Item
  type example.com/shop/store.Gone 8
  type []*example.com/shop/store.Item 24
  type main.T 8
  type main.Cache 24 items@0:[]*example.com/shop/store.Item
  global main.cache : main.Cache size=24 -> 0=table
  goroutine 7
  local item in 7 : *example.com/shop/store.Item -> own
  table : *example.com/shop/store.Item x4 -> 0=a 8=b
  a : example.com/shop/store.Item
  b : example.com/shop/store.Item -> 0=c
  c : example.com/shop/store.Item
  own : example.com/shop/store.Item
  dead : example.com/shop/store.Item
  gone : example.com/shop/store.Gone
`;

test('a type by its short name; variables, slices and locals lead to its objects; garbage is not listed', async () => {
  const database = await databaseFromText(TEXT);
  const rows = await goheapJson<Listed[]>(['objects', database, '--type', 'store.Item', '--sort', 'address']);
  const names = rows.map(({name}) => name);
  expect(names.sort()).toEqual(['goroutine 7 item', 'main.cache.items[0]', 'main.cache.items[1]', 'main.cache.items[1].Next']);
  expect(rows.map(({address}) => Number(address))).toEqual(rows.map(({address}) => Number(address)).sort((a, b) => a - b));
  const {stdout} = await goheapHere(['objects', database, '--type', 'store.Gone']);
  expect(stdout).toBe('No live object of store.Gone; 1 that nothing reaches.\n');
  expect(await goheapJson(['objects', database, '--type', 'store.Gone'])).toEqual([]);
});

test.each(['zoo-1.26.8', 'leak-1.26.8'])(
  '%s: the objects of every owner are those that plain SQL finds, and add up to its bytes',
  async (name) => {
    const database = await openFixtureDatabase(name);
    const owners = database.prepare('SELECT rank, name, bytes, objects FROM owners ORDER BY rank LIMIT 6').all() as OwnerRow[];
    const truth = database.prepare('SELECT id, size, retained, type_id FROM objects NOT INDEXED WHERE +owner_id = ?');
    expect(owners.length).toBeGreaterThan(4);
    for (const owner of owners) {
      const rows = await goheapJson<Listed[]>(['objects', database.name, '--owner', owner.name, '--top', '1000000']);
      expect(findJsonFaults('objects', rows.slice(0, 100))).toEqual([]);
      const found = truth.all(owner.rank) as (Listed & {type_id: number})[];
      expect(rows.map(({id}) => id).sort((a, b) => a - b)).toEqual(found.map(({id}) => id).sort((a, b) => a - b));
      expect(rows.reduce((sum, {size}) => sum + size, 0)).toBe(owner.bytes);
      expect(rows.map(({retained}) => retained)).toEqual(found.map(({retained}) => retained).sort((a, b) => b - a));
    }
    database.close();
  },
);

test.each([
  ['retained', (a: Listed, b: Listed) => b.retained - a.retained || a.id - b.id],
  ['size', (a: Listed, b: Listed) => b.size - a.size || b.retained - a.retained || a.id - b.id],
  ['address', (a: Listed, b: Listed) => a.id - b.id],
] as const)('--owner with --type and --sort %s', async (sort, compare) => {
  const database = await openFixtureDatabase('leak-1.26.8');
  const found = database
    .prepare(`SELECT o.id, o.size, o.retained FROM objects o NOT INDEXED JOIN types t ON t.id = o.type_id
      WHERE t.name = 'uint8' AND +o.owner_id = (SELECT rank FROM owners WHERE name = 'main.Session')`)
    .all() as Listed[];
  const rows = await goheapJson<Listed[]>([
    'objects',
    database.name,
    '--owner',
    'main.Session',
    '--type',
    'uint8',
    '--sort',
    sort,
    '--top',
    '50',
  ]);
  database.close();
  expect(rows).toHaveLength(50);
  expect(rows.map(({id}) => id)).toEqual(
    found
      .sort(compare)
      .slice(0, 50)
      .map(({id}) => id),
  );
});

test.each([objectsOfOwnerByRetained, objectsOfOwnerBySize, objectsOfOwnerByAddress])('$title: by the index of owners', ({sql, id}) => {
  const database = openDatabase(zoo);
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all({owner: 1, type: -1, limit: 20}) as {detail: string}[];
  database.close();
  expect(plan[0]!.detail).toMatch(/^SEARCH o USING INDEX objects_owner \(owner_id=\?\)/);
  expect(plan.some(({detail}) => /ORDER BY/.test(detail))).toBe(id !== 'objects-of-owner-by-retained');
});

test('an owner by its short name; a name that is nearly one is told; neither type nor owner is a mistake', async () => {
  const database = await databaseFromText(TEXT);
  const ofItem = await goheapJson<Listed[]>(['objects', database, '--owner', 'store.Item']);
  expect(ofItem.map(({type}) => type)).toEqual(Array(4).fill('example.com/shop/store.Item'));
  const hint = async (...flags: string[]) => (await goheapHere(['objects', database, ...flags])).stderr;
  expect(await hint('--owner', 'Item')).toMatch(/no owner\n.*Did you mean example\.com\/shop\/store\.Item\?/s);
  expect(await hint('--owner', 'store.Iten')).toMatch(/Did you mean example\.com\/shop\/store\.Item\?/);
  expect(await hint()).toMatch(/--type T or --owner O/);
  const {stdout} = await goheapHere(['objects', database, '--owner', 'store.Item', '--type', 'store.Gone']);
  expect(stdout).toBe("No live object of store.Gone is store.Item's.\n");
});

test('bytes are what the program made of them', () => {
  const database = openDatabase(zoo);
  const usesBehind = (variable: string, depth: number) =>
    database
      .prepare(
        `WITH RECURSIVE below(id, depth) AS (SELECT id, 0 FROM roots WHERE name = ? UNION
           SELECT e.target_id, b.depth + 1 FROM below b JOIN edges e ON e.source_id = b.id WHERE b.depth < ?)
         SELECT o.bytes_kind AS uses, count(DISTINCT o.id) AS count FROM below b JOIN objects o ON o.id = b.id WHERE o.bytes_kind IS NOT NULL GROUP BY 1`,
      )
      .all(variable, depth);
  expect(usesBehind('main.GHugeBytes', 1)).toEqual([{uses: 'slice', count: 1}]);
  const [texts, ...others] = usesBehind('main.GMapLargeS', 9) as {uses: string; count: number}[];
  expect([texts!.uses, others]).toEqual(['string', []]);
  expect(texts!.count).toBeGreaterThan(4000);
  database.close();
});
