/**
 * Lists of a type's objects put together from stretches, against sorting all rows here: every order, both directions, filters, garbage, and pages behind each other; with stretches so short that
 * there are many.
 */
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {
  countMatches,
  type Found,
  INSTANCE_ORDERS,
  type InstanceRow,
  sortInstances,
  sumOwners,
  type WantedInstances,
} from '../../../src/database/queries/instance-scan.js';
import {instanceEnds} from '../../../src/database/queries/objects-of-type.js';
import {type Ask, runQuery} from '../../../src/database/queries/run-query.js';
import {openDatabase, type SqlDatabase} from '../../../src/sql/index.js';
import {fixtureDatabase} from '../../kit/fixture-database.js';
import {databaseFromText} from '../../kit/small-database.js';

const ALL = `SELECT id AS object_id, address, length, size, used, reachable, retained, retained_objects, preview FROM objects WHERE type_id = ? ORDER BY id`;

let database: SqlDatabase;
let types: {readonly id: number; readonly objects: number}[];
let last: number;
beforeAll(async () => {
  database = await openDatabase(await fixtureDatabase('leak-1.26.8'));
  types = await database.rows(`SELECT id, objects + unreachable_objects AS objects FROM types ORDER BY objects DESC LIMIT 3`);
  [{last}] = (await database.rows<{last: number}>('SELECT max(id) AS last FROM objects')) as [{last: number}];
});
afterAll(() => database.close());

const ask: Ask = (query, params) => runQuery(database, query, params);

async function finish<T>(steps: AsyncIterable<Found<T>>): Promise<{found: T; isBeginning: boolean}> {
  let step: Found<T> | undefined;
  for await (step of steps) expect(step.share).toBeGreaterThan(0);
  expect(step!.share).toBe(1);
  return {found: step!.found, isBeginning: step!.isBeginning === true};
}

async function sorted({type, order, isDown, filter, isLive}: Omit<WantedInstances, 'limit'>): Promise<InstanceRow[]> {
  const rows = await database.rows<InstanceRow>(ALL, [type]);
  const kept = rows.filter(
    ({preview, reachable}) => (!isLive || reachable === 1) && (filter === '' || (preview ?? '').toLowerCase().includes(filter)),
  );
  const known = kept.filter((row) => row[order] !== null);
  const byText = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  const compare = (a: InstanceRow, b: InstanceRow) =>
    order === 'preview' ? byText(a.preview!, b.preview!) : (a[order] as number) - (b[order] as number);
  known.sort((a, b) => (isDown ? -compare(a, b) : compare(a, b)) || a.object_id! - b.object_id!);
  return [...known, ...kept.filter((row) => row[order] === null)];
}

describe.each([...INSTANCE_ORDERS])('by %s', (order) => {
  test.each([false, true])('down %s', async (isDown) => {
    for (const {id: type} of types) {
      for (const filter of ['', 'e', 'no such text']) {
        const wanted = {type, order, isDown, filter, isLive: filter === 'e'};
        const expected = await sorted(wanted);
        let after: InstanceRow | undefined;
        let got: InstanceRow[] = [];
        for (const limit of [7, 300, 20]) {
          const {found} = await finish(sortInstances(ask, {...wanted, after, limit}));
          got = [...got, ...found];
          expect(got).toEqual(expected.slice(0, got.length));
          expect(found).toHaveLength(Math.min(limit, expected.length - got.length + found.length));
          after = got.at(-1);
        }
      }
    }
  });
});

/** As `instance_ends` would have them of a type with more objects. */
test('the first ones that are stored come at once, and the next ones behind them', async () => {
  const type = types[0]!.id;
  const wanted = {type, order: 'size' as const, isDown: true, filter: '', isLive: false};
  const expected = await sorted(wanted);
  const asked: string[] = [];
  const askStored: Ask = async (query, params) => {
    asked.push(query.id);
    return query.id === instanceEnds.id ? (expected.slice(0, 5) as never) : runQuery(database, query, params);
  };
  const first = await finish(sortInstances(askStored, {...wanted, limit: 20}));
  expect(first).toEqual({found: expected.slice(0, 5), isBeginning: true});
  expect(asked).toEqual([instanceEnds.id]);
  const next = await finish(sortInstances(askStored, {...wanted, after: first.found.at(-1), limit: 20}));
  expect(next).toEqual({found: expected.slice(5, 25), isBeginning: false});
  const live = await finish(sortInstances(askStored, {...wanted, isLive: true, limit: 4}));
  expect(live.found).toEqual(expected.filter(({reachable}) => reachable === 1).slice(0, 4));
});

test('how many fit, and whose they are', async () => {
  for (const {id} of types) {
    const rows = await sorted({type: id, order: 'address', isDown: false, filter: '', isLive: false});
    for (const filter of ['', 'a']) {
      const fitting = rows.filter(({preview}) => filter === '' || (preview ?? '').toLowerCase().includes(filter));
      expect((await finish(countMatches(ask, id, filter))).found).toBe(fitting.length);
    }
    const owners = (await finish(sumOwners(ask, id))).found;
    expect(owners.reduce((sum, {objects}) => sum + objects!, 0)).toBe(rows.filter(({reachable}) => reachable === 1).length);
    const expected = await database.rows(
      `SELECT w.name AS owner, count(*) AS objects, sum(o.size) AS bytes FROM objects o JOIN owners w ON w.rank = o.owner_id
        WHERE o.type_id = ? AND o.reachable = 1 GROUP BY o.owner_id ORDER BY sum(o.size) DESC, o.owner_id`,
      [id],
    );
    expect(owners.map(({owner, objects, bytes}) => ({owner, objects, bytes}))).toEqual(expected);
  }
});

test('stretches by ids and by ranks, from either end, are each gone through once', async () => {
  const type = types[0]!.id;
  for (const [order, isDown, instances] of [
    ['address', true, last],
    ['address', false, last],
    ['size', true, last],
    ['retained', true, 3 * 8192],
  ] as const) {
    const seen: [number, number][] = [];
    const count: Ask = async (query, params) => {
      if (query.id === 'instance-counts') return [{instances, first: 1, last: instances}] as never;
      if (query.id === instanceEnds.id) return [] as never;
      const {from, to} = params as {from: number; to: number};
      seen.push([from, to]);
      await new Promise((resolve) => setTimeout(resolve, 30));
      return [];
    };
    await finish(sortInstances(count, {type, order, isDown, filter: 'x', isLive: false, limit: 5}));
    if (order === 'address' && isDown) seen.reverse();
    expect(seen[0]![0]).toBe(0);
    expect(seen.at(-1)![1]).toBe(instances);
    for (const [at, [from]] of seen.slice(1).entries()) expect(from).toBe(seen[at]![1]);
  }
});

test('a type without objects', async () => {
  const none = await openDatabase(await databaseFromText('type main.None 8 X@0:int\nglobal main.v -> o\no : main.None'));
  const wanted = {type: 9999, order: 'size' as const, isDown: true, filter: '', isLive: true, limit: 5};
  expect((await finish(sortInstances((query, params) => runQuery(none, query, params), wanted))).found).toEqual([]);
  await none.close();
});
