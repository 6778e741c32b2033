/**
 * Twelve real dumps – three services in two builds on two hosts –, with growth that their program plants: the five questions say what is there, and nothing else. On
 * one of the hosts the second build has half as much load again.
 */
import {appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {unpackFixture} from '../../fixtures/unpack.js';
import {readQuestions} from '../../src/fleet/questions.js';
import {spawn} from '../kit/child-process.js';
import {RUN} from '../kit/goheap.js';
import {goheapHere, goheapJson} from '../kit/goheap-here.js';
import {findInstalledGo, findObstacle} from '../kit/live-cores.js';
import {isMatrix} from '../kit/live-targets.js';
import {askSpark, comparable, findEngineObstacle, installEngines, SparkCluster} from '../kit/python-engines.js';
import {buildProgram, programFolder, RunningProgram} from '../kit/running-program.js';

const SERVICES = ['auth', 'cart', 'search'];
const VERSIONS = ['v1.9', 'v1.10'];
const HOSTS = ['web-1', 'web-2'];
const FROM_PATH = '/(?<service>[^/]+)/(?<version>[^/]+)/(?<host>[^/]+)/core$';

describe.skipIf(findObstacle() !== undefined)('a fleet', () => {
  const folder = programFolder('fleet');
  const root = join(folder, 'dumps');
  const cores: string[] = [];
  afterAll(() => rmSync(folder, {recursive: true, force: true}));

  beforeAll(async () => {
    for (const version of VERSIONS) {
      for (const service of SERVICES) {
        const built = join(folder, `${service}-${version}`);
        mkdirSync(built, {recursive: true});
        const flags = [`-ldflags=-X main.service=${service} -X main.version=${version}`];
        const executable = buildProgram('fleet', findInstalledGo(), built, flags);
        for (const host of HOSTS) {
          const load = version === 'v1.10' && host === 'web-2' ? '150' : '100';
          const place = join(folder, 'cores', service, version, host);
          const program = await RunningProgram.start(executable, [load], place);
          cores.push(program.gcore('core').core);
          await program.end();
        }
      }
    }
  });

  const add = (to: string, inputs: readonly string[], ...flags: string[]) =>
    goheapHere(['fleet', 'add', ...inputs, '--to', to, '--from-path', FROM_PATH, '--quiet', ...flags]);
  const ask = (question: string, ...flags: string[]) => goheapJson<Record<string, unknown>[]>(['fleet', 'query', root, question, ...flags]);

  test('the five questions', async () => {
    expect((await add(root, cores)).stdout).toBe('12 added, 0 there already, 0 failed\n');
    const grown = (await ask('grew')).map((row) => `${row.service} ${row.before_version} ${row.after_version} ${row.what} ${row.name}`);
    const expected = [
      'cart v1.9 v1.10 owner bytes main.lineItem',
      'cart v1.9 v1.10 type bytes main.lineItem',
      'search v1.9 v1.10 goroutines main.retryLoop',
      'search v1.9 v1.10 type bytes main.retryEntry',
    ];
    expect(grown).toEqual(expect.arrayContaining(expected));
    const told = /lineItem|items|retryEntry|retryLoop|cart .* held bytes s in main\.main$/;
    expect(grown.filter((line) => !told.test(line))).toEqual([]);
    const released = await ask('release');
    expect(released.map(({service, name}) => `${service} ${name}`)).toEqual(
      expect.arrayContaining(['cart main.lineItem', 'search main.retryEntry', 'search main.retryLoop']),
    );
    const seen = (await ask('first-seen')).filter(({name}) => String(name).startsWith('main.'));
    expect(seen.map((row) => `${row.service} ${row.what} ${row.name} ${row.first_version}`)).toEqual([
      'search goroutines main.retryLoop v1.10',
      'search type main.retryEntry v1.10',
    ]);
    expect((await ask('top-owners'))[0]).toMatchObject({name: 'main.lineItem', services: 3, hosts: 6});
    expect(await ask('outliers')).toEqual([]);
  });

  test.skipIf(!isMatrix || findEngineObstacle() !== undefined)('Spark with two workers gives the same rows', async () => {
    expect((await goheapHere(['fleet', 'compact', root, '--quiet'])).status).toBe(0);
    const python = installEngines();
    const cluster = await SparkCluster.start(python, join(folder, 'spark'));
    try {
      const said = askSpark(python, cluster, join(root, 'v1c'));
      for (const {name} of readQuestions()) expect(comparable(said[name]!.rows), name).toEqual(comparable(await ask(name)));
      expect(said.grew!.rows.length).toBeGreaterThan(3);
    } finally {
      cluster.end();
    }
  });
});

describe.skipIf(!isMatrix)('fifty dumps', () => {
  const folder = join(process.env.TMPDIR ?? '/tmp', `goheap-fifty-${process.pid}`);
  afterAll(() => rmSync(folder, {recursive: true, force: true}));

  test('of which two are damaged, in a run that is killed and a run that goes on', async () => {
    const {core, executable} = unpackFixture('tiny-1.26.8');
    const place = (host: number) => {
      mkdirSync(join(folder, 'cores', `web-${host}`), {recursive: true});
      return join(folder, 'cores', `web-${host}`, 'core');
    };
    const inputs = Array.from({length: 50}, (_, host) => place(host));
    for (const [host, path] of inputs.entries()) {
      if (host % 25 === 7) writeFileSync(path, 'no core');
      else {
        copyFileSync(core, path);
        appendFileSync(path, 'x'.repeat(host + 1)); // another dump, by its size
      }
    }
    const root = join(folder, 'fleet');
    const args = [
      'fleet',
      'add',
      ...inputs,
      '--to',
      root,
      '--exe',
      executable,
      '--from-path',
      '/(?<host>web-[^/]+)/core$',
      '--threads',
      '1',
    ];
    const ask = (sql: string) => goheapJson<Record<string, unknown>[]>(['fleet', 'query', root, sql]);
    const dumps = () => (existsSync(join(root, 'v1', 'dumps')) ? readdirSync(join(root, 'v1', 'dumps'), {recursive: true}).length : 0);
    const killed = spawn(process.execPath, [RUN, ...args, '--jobs', '2', '--quiet'], {stdio: 'ignore'});
    while (dumps() < 12 && killed.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50));
    killed.kill('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 3000)); // its processes see that it is gone
    const before = await ask(
      'SELECT count(*) AS dumps, sum(reachable_bytes) AS bytes, (SELECT sum(bytes) FROM owners) AS owned FROM dumps',
    );
    expect(before[0]!.dumps).toBeGreaterThan(9);
    expect(before[0]!.dumps).toBeLessThan(48);
    expect(before[0]!.owned).toBe(before[0]!.bytes);
    const {status, stdout} = await goheapHere([...args, '--jobs', '2', '--quiet']);
    expect(status).toBe(1);
    const [added, there, failed] = stdout.match(/\d+/g)!.map(Number) as [number, number, number];
    expect({all: added + there, failed}).toEqual({all: 48, failed: 2});
    expect(there).toBeGreaterThan(9);
    for (const host of [7, 32]) expect(stdout).toContain(`${inputs[host]}: `);
    const after = await ask(
      'SELECT count(*) AS dumps, count(DISTINCT host) AS hosts, sum(reachable_bytes) AS bytes, (SELECT sum(bytes) FROM owners) AS owned FROM dumps',
    );
    expect(after[0]).toMatchObject({dumps: 48, hosts: 48});
    expect(after[0]!.owned).toBe(after[0]!.bytes);
    const files = (readdirSync(join(root, 'v1'), {recursive: true}) as string[]).filter((path) => path.endsWith('.parquet'));
    expect(files.filter((path) => !path.startsWith('_added'))).toHaveLength(48 * 9);
  });
});
