/** `goheap diff` and `goheap trend` on recorded cores: a heap and itself, and one program of several versions of Go. */
import {beforeAll, describe, expect, test} from 'vitest';
import {SECTIONS} from '../../../src/findings/heap-rows.js';
import type {TrendRow} from '../../../src/findings/heap-trend.js';
import type {RowChange} from '../../../src/findings/row-series.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {openDatabase} from '../../kit/goheap.js';
import {goheapHere, goheapJson} from '../../kit/goheap-here.js';
import {findJsonFaults} from '../../kit/json-schema.js';

type Diff = Record<(typeof SECTIONS)[number], RowChange[]> & {sentences: string[]; objects: object[] | null; kept: object[] | null};
type Trend = Record<(typeof SECTIONS)[number], TrendRow[]> & {sentences: string[]};

const ALL = ['--top', '1000000'];
const VERSIONS = ['zoo-1.22.12', 'zoo-1.24.13', 'zoo-1.26.8'];
const zoos: string[] = [];
const typesOf: Map<string, number>[] = [];
beforeAll(async () => {
  for (const name of VERSIONS) {
    const database = await openFixtureDatabase(name);
    zoos.push(database.name);
    const types = database.prepare<[], [string, number]>(
      "SELECT coalesce(name, 'unknown'), sum(bytes) FROM types WHERE objects > 0 GROUP BY name",
    );
    typesOf.push(new Map(types.raw().all()));
    database.close();
  }
});

test('a heap and itself differ in nothing, nor does it grow', async () => {
  const [zoo] = zoos as [string];
  const diff = await goheapJson<Diff>(['diff', zoo, zoo, zoo]);
  expect(findJsonFaults('diff', diff)).toEqual([]);
  expect(diff).toEqual({sentences: [], objects: [], kept: [], ...Object.fromEntries(SECTIONS.map((section) => [section, []]))});
  const trend = await goheapJson<Trend>(['trend', zoo, zoo]);
  expect(findJsonFaults('trend', trend)).toEqual([]);
  expect(trend).toEqual({sentences: [], ...Object.fromEntries(SECTIONS.map((section) => [section, []]))});
  expect((await goheapHere(['diff', zoo, zoo])).stdout).toBe('Nothing is different.\n');
});

describe('one program built by two versions of Go', () => {
  let diff: Diff;
  beforeAll(async () => {
    diff = await goheapJson<Diff>(['diff', zoos[1]!, zoos[2]!, ...ALL]);
  });

  test('is another process: nothing is said of single objects', () => {
    expect(findJsonFaults('diff', diff)).toEqual([]);
    expect([diff.objects, diff.kept]).toEqual([null, null]);
    for (const wrong of [
      {...diff, objects: 1},
      {...diff, waste: [{}]},
      {...diff, more: []},
    ])
      expect(findJsonFaults('diff', wrong)).not.toEqual([]);
  });

  test('has states that its numbers say', () => {
    const rows = SECTIONS.flatMap((section) => diff[section]);
    expect(rows.length).toBeGreaterThan(50);
    for (const row of rows) {
      expect(row.delta_bytes).toBe(row.after_bytes - row.before_bytes);
      const isMore = row.delta_bytes > 0 || (row.delta_bytes === 0 && (row.delta_count ?? 0) > 0);
      const states = {
        new: row.before_bytes === 0 && !row.before_count,
        gone: row.after_bytes === 0 && !row.after_count,
        grown: isMore,
        shrunk: !isMore,
        moved: row.from !== null,
      };
      expect(states[row.state], JSON.stringify(row)).toBe(true);
      expect(row.delta_bytes !== 0 || row.delta_count !== 0 || row.state === 'moved' || row.state === 'new' || row.state === 'gone').toBe(
        true,
      );
    }
  });

  test('differs in types by what the two databases say', () => {
    const [before, after] = typesOf.slice(1) as [Map<string, number>, Map<string, number>];
    const names = [...new Set([...before.keys(), ...after.keys()])];
    const differing = names.filter((name) => !name.startsWith('closure ') && before.get(name) !== after.get(name));
    expect(differing.length).toBeGreaterThan(10);
    const found = new Map(diff.types.map(({name, delta_bytes}) => [name, delta_bytes]));
    for (const name of differing) expect(found.get(name), name).toBe((after.get(name) ?? 0) - (before.get(name) ?? 0));
  });

  test('leads to the rows of the later one', async () => {
    const database = openDatabase(zoos[2]!);
    const value = (sql: string, id: number) => database.prepare(sql).pluck().get(id);
    const leading = (section: 'types' | 'holders' | 'goroutine_groups') => {
      expect(diff[section].every(({state, after_id}) => (state === 'gone') === (after_id === null))).toBe(true);
      return diff[section].filter(({after_id}) => after_id !== null);
    };
    for (const {name, after_id} of leading('types'))
      expect(value("SELECT coalesce(name, 'unknown') FROM types WHERE id = ?", after_id!)).toBe(name);
    for (const {name, after_id} of leading('holders')) {
      const named = value('SELECT name FROM holders WHERE node_id = ?', after_id!) as string;
      expect(named.replace(/\.func\d+(?=‹captured )/, '.func')).toBe(name); // closures have no number in a comparison of builds
    }
    for (const {name, after_id} of leading('goroutine_groups'))
      expect(name).toContain(value('SELECT function FROM goroutines WHERE id = ?', after_id!));
    database.close();
  });

  test("says of the program's own variables nothing: they hold the same", () => {
    const large = diff.holders.filter(({name, delta_bytes}) => /\bmain\.G/.test(name) && Math.abs(delta_bytes) >= 4096);
    expect(large).toEqual([]);
    expect(diff.sentences).toEqual([]);
  });
});

test('the trend of three versions has what grew in every step first', async () => {
  const trend = await goheapJson<Trend>(['trend', ...zoos, ...ALL]);
  expect(findJsonFaults('trend', trend)).toEqual([]);
  for (const section of SECTIONS) {
    const growing = trend[section].map(({grows}) => grows);
    expect(growing).toEqual([...growing].sort((a, b) => Number(b) - Number(a)));
    for (const {bytes, grows} of trend[section]) expect(bytes[1]! > bytes[0]! && bytes[2]! > bytes[1]!).toBe(grows);
  }
});

test('too few inputs are wrong usage', async () => {
  expect(await goheapHere(['diff', zoos[0]!])).toMatchObject({status: 2, stderr: expect.stringContaining('missing: AFTER')});
  expect(await goheapHere(['trend', zoos[0]!])).toMatchObject({status: 2, stderr: expect.stringContaining('One dump has no trend')});
});
