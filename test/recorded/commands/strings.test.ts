/** `goheap strings`: what matches is what reading every array finds; sums, duplicates and lengths are those of the database. */
import {beforeAll, expect, test} from 'vitest';
import {openStoredValues} from '../../../src/database/stored-values.js';
import {fixtureDatabase} from '../../kit/fixture-database.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {openDatabase} from '../../kit/goheap.js';
import {goheapHere, goheapJson} from '../../kit/goheap-here.js';
import {findJsonFaults} from '../../kit/json-schema.js';

interface Matched {
  readonly count: number;
  readonly unread: number;
  readonly places: readonly {name: string | null; count: number; bytes: number}[];
  readonly matches: readonly {node_id: number; offset: number; match: string; before: string; after: string; length: number}[];
}
const zoo = unpackFixture('zoo-1.26.8');
let [path, suspects] = ['', ''];
let arrays: {id: number; bytes: Buffer; name: string | null}[] = [];
beforeAll(async () => {
  [path, suspects] = [await fixtureDatabase('zoo-1.26.8'), await fixtureDatabase('suspects-1.26.8')];
  const database = openDatabase(path);
  const {contents, close} = await openStoredValues(path, {path: zoo.core, executable: zoo.executable});
  const rows = database
    .prepare(
      `SELECT o.id, o.address + o.header AS address, o.used, p.name FROM objects o LEFT JOIN paths p ON p.id = o.path_id
        WHERE o.bytes_kind IS NOT NULL AND o.reachable = 1 ORDER BY o.id`,
    )
    .all() as {id: number; address: number; used: number; name: string | null}[];
  arrays = rows.map(({id, address, used, name}) => ({id, name, bytes: Buffer.from(contents.bytes(address, used)!)}));
  close();
  database.close();
});

test.each(['small-[a-z]', 'GO[A-Z]+=', '^.{20,40}$', '(?i)ZOO', 'nowhere at all'])('--match %s', async (expression) => {
  const found = await goheapJson<Matched>(['strings', path, '--exe', zoo.executable, '--match', expression, '--top', '100000']);
  expect(findJsonFaults('strings', found)).toEqual([]);
  const [flags, plain] = expression.startsWith('(?i)') ? ['iu', expression.slice(4)] : ['u', expression];
  const pattern = new RegExp(plain, flags);
  const isText = ({bytes}: {bytes: Buffer}) => Buffer.from(bytes.toString('utf8')).equals(bytes); // the two engines see other bytes differently
  const expected = arrays.filter((array) => isText(array) && pattern.test(array.bytes.toString('utf8')));
  const texts = new Set(arrays.filter(isText).map(({id}) => id));
  expect(found.matches.filter(({node_id}) => texts.has(node_id)).map(({node_id}) => node_id)).toEqual(expected.map(({id}) => id));
  expect(found.count).toBe(found.matches.length);
  for (const {match, before, after, length} of found.matches) {
    expect(match).toMatch(new RegExp(plain.replaceAll(/[$^]/g, ''), flags));
    expect(before.length + match.length + after.length).toBeLessThanOrEqual(length);
  }
  const bytes = (rows: readonly {length: number}[]) => rows.reduce((sum, {length}) => sum + length, 0);
  expect(found.places.reduce((sum, place) => sum + place.bytes, 0)).toBe(bytes(found.matches));
  expect(found.places.reduce((sum, place) => sum + place.count, 0)).toBe(found.count);
});

test('what leads there is the path of the database, and few are shown', async () => {
  const {count, places, matches} = await goheapJson<Matched>(['strings', path, '--exe', zoo.executable, '--match', 'small-', '--top', '2']);
  expect(count).toBeGreaterThan(2);
  expect(matches).toHaveLength(2);
  const bytesAt = new Map<string | null, number>();
  for (const {name, bytes} of arrays) if (bytes.includes('small-')) bytesAt.set(name, (bytesAt.get(name) ?? 0) + bytes.length);
  const most = Math.max(...bytesAt.values());
  expect(places[0]).toMatchObject({bytes: most});
  expect(bytesAt.get(places[0]!.name)).toBe(most);
});

const BY = {owner: 'owners w ON w.rank = o.owner_id', path: 'paths w ON w.id = o.path_id'} as const;
interface Sum {
  readonly objects: number;
  readonly used: number;
  readonly bytes: number;
  readonly share: number;
}

test.each([
  ['zoo-1.26.8', 'owner'],
  ['zoo-1.26.8', 'path'],
  ['suspects-1.26.8', 'owner'],
  ['leak-1.26.8', 'path'],
] as const)('%s --by %s is what SQL adds up', async (fixture, by) => {
  const file = await fixtureDatabase(fixture);
  const found = await goheapJson<Record<string, Sum[]>>(['strings', file, '--by', by, '--top', '100000']);
  expect(findJsonFaults('strings', found)).toEqual([]);
  const database = openDatabase(file);
  const expected = database
    .prepare(
      `SELECT w.name AS ${by}, count(*) AS objects, sum(o.used) AS used, sum(o.size) AS bytes,
          sum(o.size) * 1.0 / (SELECT value FROM meta WHERE key = 'reachable_bytes') AS share
        FROM objects o LEFT JOIN ${BY[by]} WHERE o.bytes_kind IS NOT NULL AND o.reachable = 1 GROUP BY w.rowid ORDER BY bytes DESC, w.name`,
    )
    .all();
  database.close();
  expect(expected.length).toBeGreaterThan(5);
  expect(found[`${by}s`]).toEqual(expected);
  const {stdout} = await goheapHere(['strings', file, '--by', by, '--top', '3']);
  expect(stdout).toContain(`BY ${by.toUpperCase()}\n`);
});

test.each(['owner', 'use'] as const)('what matches, by %s', async (by) => {
  const found = await goheapJson<Matched>(['strings', path, '--exe', zoo.executable, '--match', 'small-', '--by', by, '--top', '100000']);
  expect(findJsonFaults('strings', found)).toEqual([]);
  const database = openDatabase(path);
  const keyOf = database
    .prepare(`SELECT ${by === 'use' ? 'o.bytes_kind' : 'w.name'} FROM objects o LEFT JOIN ${BY.owner} WHERE o.id = ?`)
    .pluck();
  const sums = new Map<string | null, {count: number; bytes: number}>();
  for (const {id, bytes} of arrays.filter((array) => array.bytes.includes('small-'))) {
    const key = keyOf.get(id) as string | null;
    const sum = sums.get(key) ?? {count: 0, bytes: 0};
    sums.set(key, {count: sum.count + 1, bytes: sum.bytes + bytes.length});
  }
  database.close();
  expect(new Map(found.places.map(({name, count, bytes}) => [name, {count, bytes}]))).toEqual(sums);
});

test.each(['(a*)*b', '(a|aa)+$', '((x+x+)+y)+', '(.*)*(.*)*(.*)*Z', 'a{1,500}b'])('%s takes no time', async (expression) => {
  const before = process.cpuUsage();
  await goheapJson(['strings', path, '--exe', zoo.executable, '--match', expression]);
  const {user, system} = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(20);
});

test.each(['(?<=a)b', '(a)\\1', '(', '[z-a]', 'a{100000}'])('%s is refused', async (expression) => {
  const {status, stderr} = await goheapHere(['strings', path, '--match', expression]);
  expect({status, isNamed: stderr.startsWith(`Error: --match ${expression}: `)}).toEqual({status: 2, isNamed: true});
  expect(stderr).toContain('RE2');
});

test('without an expression: sums, duplicates, the largest', async () => {
  const rows = await goheapJson<{uses: {bytes: number}[]; duplicates: {bytes: number}[]; largest: {size: number}[]}>(['strings', suspects]);
  expect(findJsonFaults('strings', rows)).toEqual([]);
  const database = openDatabase(suspects);
  const one = (sql: string) => database.prepare(sql).pluck().get();
  expect(rows.uses.reduce((sum, {bytes}) => sum + bytes, 0)).toBe(one("SELECT bytes FROM types WHERE name = 'uint8'"));
  expect(rows.duplicates.reduce((sum, {bytes}) => sum + bytes, 0)).toBe(one("SELECT sum(bytes) FROM waste WHERE kind GLOB 'duplicate-*'"));
  expect(rows.largest[0]!.size).toBe(one('SELECT max(size) FROM objects WHERE bytes_kind IS NOT NULL AND reachable = 1'));
  database.close();
  const {stdout} = await goheapHere(['strings', suspects, '--quiet']);
  expect(stdout).toMatch(/BY USE\n[\s\S]*EQUAL TO OTHERS\n[\s\S]*THE LARGEST\n/);
});

test('a database alone says what it cannot search', async () => {
  const {status, stderr, stdout} = await goheapHere([
    'strings',
    await fixtureDatabase('zoo-1.26.8', ['--contents', 'none']),
    '--match',
    'small-',
  ]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^0 match\./);
  expect(stderr).toMatch(/Note: the bytes of [\d,]+ are .*: they were not searched\./);
});
