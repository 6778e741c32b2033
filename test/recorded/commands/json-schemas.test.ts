/** What commands give with --json is what docs/json says, on a recorded core. */
import {beforeAll, expect, test} from 'vitest';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {goheapJson} from '../../kit/goheap-here.js';
import {findJsonFaults} from '../../kit/json-schema.js';

let zoo = '';
let reachableBytes = 0;
let placed: {id: number; address: string}[] = [];
beforeAll(async () => {
  const database = await openFixtureDatabase('zoo-1.26.8');
  zoo = database.name;
  reachableBytes = database.prepare<[], number>("SELECT value FROM meta WHERE key = 'reachable_bytes'").pluck().get()!;
  placed = database
    .prepare<[], {id: number; address: string}>(
      "SELECT id, printf('0x%x', address) AS address FROM objects WHERE reachable AND depth > 3 ORDER BY retained DESC LIMIT 1",
    )
    .all();
  database.close();
});

const sum = (rows: readonly {readonly retained: number}[]) => rows.reduce((total, {retained}) => total + retained, 0);

test.each([
  ['top', []],
  ['top', ['--top', '100000']],
  ['top', ['--under', 'main.GHuge']],
  ['top', ['--all', '--top', '1000']],
  ['histogram', []],
  ['histogram', ['--by', 'owner', '--sort', 'retained']],
  ['histogram', ['--by', 'package', '--sort', 'objects']],
  ['histogram', ['--by', 'kind']],
  ['waste', []],
  ['waste', ['--kind', 'size-class']],
  ['waste', ['--by', 'type']],
  ['waste', ['--by', 'owner']],
  ['waste', ['--by', 'kind']],
])('%s %j', async (command, flags) => {
  const rows = await goheapJson<Record<string, unknown>[]>([command, zoo, ...flags]);
  expect(rows.length).toBeGreaterThan(1);
  expect(findJsonFaults(command, rows)).toEqual([]);
  const [first] = rows;
  const wrong = [{...first, share: 'much'}, {...first, more: 1}, Object.fromEntries(Object.entries(first!).slice(1)), 7];
  for (const row of wrong) expect(findJsonFaults(command, [row]), JSON.stringify(row)).not.toEqual([]);
});

test('holders sum up to all reachable bytes, however many are listed; all groups do', async () => {
  for (const count of [1, 5, 12, 9999]) {
    const rows = await goheapJson<{rank: number; kind: string; retained: number; share: number}[]>(['top', zoo, '--top', String(count)]);
    expect(sum(rows)).toBe(reachableBytes);
    expect(rows.map(({rank}) => rank)).toEqual(rows.map((_, index) => index + 1));
    expect(rows.reduce((total, {share}) => total + share, 0)).toBeCloseTo(1, 9);
    expect(rows.at(-1)!.kind === 'more').toBe(rows.length === count + 1);
  }
  for (const by of ['owner', 'package']) {
    const rows = await goheapJson<{bytes: number}[]>(['histogram', zoo, '--by', by, '--top', '100000']);
    expect(rows.reduce((total, {bytes}) => total + bytes, 0)).toBe(reachableBytes);
  }
});

test('what is below a holder sums up to what it retains, also by its name', async () => {
  const [, ...holders] = await goheapJson<{name: string; node_id: number; count: number; retained: number}[]>(['top', zoo, '--top', '12']);
  const single = holders.filter(({count, name}) => count === 1 && name !== null).slice(0, 3);
  expect(single).toHaveLength(3);
  for (const {name, node_id, retained} of single) {
    const rows = await goheapJson<{retained: number}[]>(['top', zoo, '--under', String(node_id), '--top', '7']);
    expect(sum(rows), name).toBe(retained);
    expect(await goheapJson(['top', zoo, '--under', name, '--top', '7'])).toEqual(rows);
  }
});

test('addresses are text, and find the node again', async () => {
  for (const {id, address} of placed) {
    for (const object of [String(id), address]) expect(await goheapJson(['object', zoo, object])).toMatchObject({id, address});
    const {paths} = await goheapJson<{paths: {steps: {node_id: number; kind: string; address: string | null}[]}[]}>(['path', zoo, address]);
    const steps = paths[0]!.steps.filter((step) => step.address !== null);
    expect(steps.length).toBeGreaterThan(2);
    for (const step of steps.filter(({kind}) => kind === 'object').slice(0, 2))
      expect(await goheapJson(['object', zoo, step.address!])).toMatchObject({id: step.node_id, address: step.address});
  }
  const rows = await goheapJson<{kind: string; name: string; address: string | null}[]>(['top', zoo, '--all', '--top', '20']);
  for (const {kind, name, address} of rows) expect(kind === 'object' ? name : address).toBe(address);
});

test('groups come in the order that was asked for', async () => {
  for (const by of ['type', 'owner', 'package'] as const) {
    for (const sort of ['bytes', 'retained', 'objects'] as const) {
      const rows = await goheapJson<Record<typeof sort, number>[]>(['histogram', zoo, '--by', by, '--sort', sort, '--top', '50']);
      const sizes = rows.map((row) => row[sort]);
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    }
  }
});

test('goroutines --by label: one row without labels, one for each set of them', async () => {
  const database = await openFixtureDatabase('stacks-1.26.8');
  const rows = await goheapJson<{labels: string | null}[]>(['goroutines', database.name, '--by', 'label']);
  database.close();
  expect(rows.filter(({labels}) => labels === null)).toHaveLength(1);
  expect(findJsonFaults('goroutines-by-label', rows)).toEqual([]);
  expect(findJsonFaults('goroutines-by-label', [{...rows[0], stacks: null}])).not.toEqual([]);
});

test('suspects, and what their next commands give', async () => {
  const database = await openFixtureDatabase('suspects-1.26.8');
  const path = database.name;
  database.close();
  const found = await goheapJson<Record<string, unknown>[]>(['suspects', path]);
  expect(found.length).toBeGreaterThan(4);
  expect(findJsonFaults('suspects', found)).toEqual([]);
  for (const wrong of [{...found[0], level: 'much'}, {...found[0], more: 1}, {...found[0], evidence: {}}, 7])
    expect(findJsonFaults('suspects', [wrong])).not.toEqual([]);
  for (const {next} of found as {next: string}[]) {
    const words = next.replaceAll("'", '').split(' ');
    expect(words.slice(0, 1).concat(words.slice(2, 3))).toEqual(['goheap', path]);
    const answer = await goheapJson<unknown>(words.slice(1));
    expect(Array.isArray(answer) ? answer.length : Object.keys(answer as object).length, next).toBeGreaterThan(0);
  }
  for (const args of [['timers'], ['timers', '--group'], ['contexts']] as const) {
    const rows = await goheapJson<Record<string, unknown>[]>([args[0], path, ...args.slice(1)]);
    expect(rows.length, args.join(' ')).toBeGreaterThan(1);
    expect(findJsonFaults(args[0], rows), args.join(' ')).toEqual([]);
    for (const wrong of [{...rows[0], more: 1}, {...rows[0], retained: 'much'}, 7])
      expect(findJsonFaults(args[0], [wrong])).not.toEqual([]);
  }
});
