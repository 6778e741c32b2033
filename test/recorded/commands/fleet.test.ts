/**
 * `goheap fleet`: dumps that are added side by side, what fails, what was added before, compaction, and the questions on a fleet that was made up with facts and decoys.
 */
import {cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {unpackFixture} from '../../../fixtures/unpack.js';
import {readQuestions} from '../../../src/fleet/questions.js';
import {ANSWERS, TOLD, writeFleet} from '../../kit/fleet-dumps.js';
import {goheapHere, goheapJson} from '../../kit/goheap-here.js';
import {findJsonFaults} from '../../kit/json-schema.js';
import {temporaryFolder} from '../../kit/small-database.js';

const folder = temporaryFolder();

const files = (root: string) =>
  (readdirSync(root, {recursive: true}) as string[]).filter((path) => statSync(join(root, path)).isFile() && !path.includes('_added'));
const ask = (root: string, question: string, ...flags: string[]) =>
  goheapJson<Record<string, unknown>[]>(['fleet', 'query', root, question, ...flags]).catch((error: unknown) => Promise.reject(error));

describe('fleet add', () => {
  const cores = join(folder, 'cores');
  const place = (name: string, service: string, host: string) => {
    const {core, executable} = unpackFixture(name);
    const path = join(cores, service, host);
    mkdirSync(path, {recursive: true});
    cpSync(core, join(path, 'core'));
    cpSync(executable, join(path, 'exe'));
    return join(path, 'core');
  };
  const inputs: string[] = [];
  beforeAll(() => {
    inputs.push(place('leak-1.26.8', 'shop', 'web-1'), place('tiny-1.26.8', 'tiny', 'web-2'), place('tiny-1.24.13', 'tiny', 'web-3'));
  });
  const add = (root: string, list: readonly string[], ...flags: string[]) =>
    goheapHere([
      'fleet',
      'add',
      ...list,
      '--to',
      root,
      '--quiet',
      '--jobs',
      '2',
      '--from-path',
      '/(?<service>[^/]+)/(?<host>[^/]+)/core$',
      ...flags,
    ]);

  test('other labels replace those that are there, also when they were there before; a note that is damaged is none', async () => {
    const root = join(folder, 'labels');
    const [, tiny] = inputs as [string, string];
    const host = async () => (await ask(root, 'SELECT host FROM dumps')).map((row) => row.host);
    for (const name of ['a', 'b', 'a']) {
      const added = await goheapHere(['fleet', 'add', tiny, '--to', root, '--host', name, '--quiet']);
      expect(added).toMatchObject({status: 0, stdout: '1 added, 0 there already, 0 failed\n'});
      expect(await host()).toEqual([name]);
    }
    const notes = join(root, 'v1', '_added');
    for (const name of readdirSync(notes)) writeFileSync(join(notes, name), '');
    const again = await goheapHere(['fleet', 'add', tiny, '--to', root, '--host', '', '--quiet']);
    expect(again).toMatchObject({status: 0, stdout: '1 added, 0 there already, 0 failed\n'});
    expect(await host()).toEqual([null]);
  });

  test('a place where no fleet can be, and labels that are too long', async () => {
    const [, tiny] = inputs as [string, string];
    const file = join(folder, 'no-folder');
    writeFileSync(file, '');
    expect(await goheapHere(['fleet', 'add', tiny, '--to', file])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no fleet can be written there'),
    });
    const long = await goheapHere(['fleet', 'add', tiny, '--to', join(folder, 'long'), '--host', 'h'.repeat(70_000)]);
    expect(long.stdout).toContain('a label of 70000 characters');
  });

  test('reads what can be read, and reports the rest; what is there is passed over', async () => {
    const root = join(folder, 'added');
    const damaged = join(cores, 'bad', 'web-9', 'core');
    mkdirSync(join(cores, 'bad', 'web-9'), {recursive: true});
    writeFileSync(damaged, 'no core');
    const first = await add(root, [inputs[0]!, damaged, inputs[1]!, join(cores, 'missing')]);
    expect(first.status).toBe(1);
    expect(first.stdout).toContain('2 added, 0 there already, 2 failed\n');
    expect(first.stdout).toContain(`${damaged}: `);
    expect(first.stdout).toContain('its path does not match');
    expect(files(root)).toHaveLength(2 * 9);
    const next = await add(root, inputs);
    expect(next).toMatchObject({status: 0, stdout: '1 added, 2 there already, 0 failed\n'});
    expect(files(root)).toHaveLength(3 * 9);
    expect(await add(root, inputs, '--again')).toMatchObject({status: 0, stdout: '3 added, 0 there already, 0 failed\n'});
    const {stdout} = await add(root, [...inputs, damaged], '--json');
    expect(findJsonFaults('fleet-add', JSON.parse(stdout))).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({added: 0, there: 3, failed: 1});
    expect(files(root)).toHaveLength(3 * 9);
    expect(readdirSync(join(root, 'v1', '_added')).every((name) => name.endsWith('.json'))).toBe(true);
    const rows = await ask(root, 'SELECT service, host, complete FROM dumps ORDER BY host');
    expect(rows.map(({service, host}) => `${service} ${host}`)).toEqual(['shop web-1', 'tiny web-2', 'tiny web-3']);
  });

  test('a dump of which files are missing is in no answer until it is whole; compacted ones are there once', async () => {
    const root = join(folder, 'half');
    await add(root, inputs);
    const count = () => ask(root, 'SELECT count(DISTINCT dump_id) AS dumps, count(*) AS rows, sum(bytes) AS bytes FROM types');
    const [all] = await count();
    expect(all!.dumps).toBe(3);
    const dumps = join(root, 'v1', 'dumps');
    const [day] = readdirSync(dumps);
    const [file] = readdirSync(join(dumps, day!));
    rmSync(join(dumps, day!, file!));
    expect((await count())[0]!.dumps).toBe(2);
    expect((await add(root, inputs)).stdout).toBe('1 added, 2 there already, 0 failed\n');
    expect(await count()).toEqual([all]);
    const compact = () => goheapHere(['fleet', 'compact', root, '--quiet']);
    expect(await compact()).toMatchObject({status: 0, stdout: expect.stringMatching(/^3 dumps of \d days written together\n$/)});
    expect(await count()).toEqual([all]);
    expect(files(root).every((path) => path.startsWith('v1c/') && path.endsWith('/part-0.parquet'))).toBe(true);
    expect((await add(root, inputs)).stdout).toBe('0 added, 3 there already, 0 failed\n');
    await add(root, inputs.slice(0, 1), '--again');
    expect(await count()).toEqual([all]);
    await compact();
    expect(await count()).toEqual([all]);
  });

  test('refuses what cannot be meant', async () => {
    const root = join(folder, 'refused');
    const refused = async (args: readonly string[], message: string) =>
      expect(await goheapHere(['fleet', ...args])).toMatchObject({status: 2, stderr: expect.stringContaining(message)});
    await refused(['add', inputs[0]!, '--to', root, '--from-path', '/cores/'], '--from-path: no named group');
    await refused(['add', inputs[0]!, '--to', root, '--from-path', '(?<x'], '--from-path: Invalid regular expression');
    await refused(['query', root, 'grew'], 'no dumps of a fleet there');
    await refused(['compact', root], 'no dumps of a fleet there');
    expect(existsSync(join(root, 'v1c'))).toBe(false);
  });
});

const inputOfNobody = '/nonexistent/core';

describe('fleet query', () => {
  const root = join(folder, 'made-up');
  beforeAll(() => writeFleet(root, {hosts: 16, dumps: 1, types: 30}));

  const check = async (name: 'release' | 'first-seen' | 'outliers') => {
    expect((await ask(root, name)).map(TOLD[name]!).sort(), name).toEqual(ANSWERS[name]);
  };
  test('finds what was planted, and no decoy', async () => {
    for (const name of ['release', 'first-seen', 'outliers'] as const) await check(name);
    const top = await ask(root, 'top-owners');
    expect(top[0]).toMatchObject({name: ANSWERS['top-owners'], services: 5, hosts: 80});
    expect((await ask(root, 'grew', '--before', 'v1.9', '--after', 'v1.10')).map(({service, name}) => `${service} ${name}`)).toEqual([
      'cart main.lineItem',
      'cart main.lineItem',
      'search main.retryEntry',
      'search main.retryEntry',
    ]);
    expect(await ask(root, 'grew')).toEqual([]);
    expect((await ask(root, 'release', '--service', 'cart')).every(({service}) => service === 'cart')).toBe(true);
  });

  test('after compaction the same', async () => {
    const copy = join(folder, 'compacted');
    cpSync(root, copy, {recursive: true});
    expect((await goheapHere(['fleet', 'compact', copy, '--quiet'])).status).toBe(0);
    const rounded = async (at: string, name: string) =>
      (await ask(at, name)).map((row) => Object.values(row).map((cell) => (typeof cell === 'number' ? cell.toPrecision(9) : cell))); // sums depend on the order
    for (const {name} of readQuestions()) expect(await rounded(copy, name), name).toEqual(await rounded(root, name));
  });

  test('a folder with a name like a pattern; a damaged file is named; what nothing has or reads is refused', async () => {
    const copy = join(folder, "we'ird dir");
    cpSync(root, copy, {recursive: true});
    const pattern = join(folder, 'dir[1]');
    cpSync(root, pattern, {recursive: true});
    for (const args of [
      ['query', pattern, 'grew'],
      ['add', inputOfNobody, '--to', pattern],
    ])
      expect(await goheapHere(['fleet', ...args])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("a fleet's path has none of"),
      });
    const query = (...args: string[]) => goheapHere(['fleet', 'query', copy, ...args]);
    expect((await query('SELECT count(*) AS n FROM dumps')).stdout).toBe('N\n400\n');
    for (const [args, message] of [
      [['grew', '--service', 'nosuch'], 'no dump of service nosuch'],
      [['grew', '--before', 'v0.0'], 'no dump of version v0.0'],
      [['top-owners', '--before', 'v1.9'], '--before: the question top-owners does not ask for it'],
      [['SELECT 1 AS one', '--service', 'cart'], '--service: SQL of your own does not ask for it'],
    ] as const)
      expect(await query(...args)).toMatchObject({status: 2, stderr: expect.stringContaining(message)});
    const types = join(copy, 'v1', 'types');
    const [day] = readdirSync(types);
    writeFileSync(join(types, day!, 'readme.parquet'), 'no Parquet');
    expect(await query('SELECT count(*) AS n FROM types')).toMatchObject({status: 1, stderr: expect.stringContaining('readme.parquet')});
    expect(await goheapHere(['fleet', 'compact', copy])).toMatchObject({status: 1, stderr: expect.stringContaining('readme.parquet')});
  });

  test('prints tables, CSV and the text of a question; refuses what does not read', async () => {
    const query = (...args: string[]) => goheapHere(['fleet', 'query', root, ...args]);
    expect((await query('SELECT count(*) AS n FROM dumps')).stdout).toBe('N\n400\n');
    expect((await query("SELECT min(dumped_at) AS t, 'a,b' AS x FROM dumps", '--csv')).stdout).toBe('t,x\n2026-01-01 00:01:00+00,"a,b"\n');
    expect((await query('grew', '--show')).stdout).toBe(readQuestions().find(({name}) => name === 'grew')!.sql);
    for (const [sql, message] of [
      ['nothing', "no question 'nothing'"],
      [
        'SELECT unknown FROM types',
        /SQL: Binder Error: Referenced column "unknown" not found .+; LINE 1: SELECT unknown FROM types\nTry this/,
      ],
      ['SELECT *\nFROM nowhere', /SQL: Catalog Error: .+; LINE 2: FROM nowhere\nTry this/],
      ["COPY dumps TO '/tmp/goheap-never.csv'", 'SQL: '],
      ['DROP VIEW dumps', 'only a statement that reads'],
      ['SELECT 1; SELECT 2', '2 statements; expected one'],
      ["SELECT * FROM read_csv('/etc/passwd')", 'SQL: Permission Error'],
      ['SELECT 1 AS a, 2 AS a', 'two columns are named a'],
    ] as const)
      expect(await query(sql), sql).toMatchObject({
        status: 2,
        stderr: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
      });
  });

  test('tables have shares as other commands print them; JSON, CSV and SQL of one s own have the numbers', async () => {
    const {stdout} = await goheapHere(['fleet', 'query', root, 'top-owners']);
    expect(stdout).toMatch(/ MEDIAN SHARE {2}MAX SHARE\n(?:\S+ .* [\d.]+% +[\d.]+%\n)+$/);
    const [row] = await ask(root, 'top-owners');
    expect(row!.max_share).toBeGreaterThan(0.01);
    expect(row!.max_share).toBeLessThan(1);
    const csv = await goheapHere(['fleet', 'query', root, 'top-owners', '--csv']);
    expect(csv.stdout).toContain(`,${row!.max_share}\n`);
    expect((await goheapHere(['fleet', 'query', root, 'SELECT 0.25e0 AS share'])).stdout).toBe('SHARE\n0.25\n');
  });

  test('questions begin with what they answer', () => {
    expect(readQuestions().map(({name}) => name)).toEqual(['first-seen', 'grew', 'outliers', 'release', 'top-owners']);
    for (const {title} of readQuestions()) expect(title).toMatch(/^[A-Z].*\.$/);
  });
});
