/** `goheap check`: limits, findings, growth and rules on recorded cores, by its status and in each of its forms. */
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {fixtureDatabase} from '../../kit/fixture-database.js';
import {openDatabase} from '../../kit/goheap.js';
import {goheapHere} from '../../kit/goheap-here.js';
import {findJsonFaults} from '../../kit/json-schema.js';
import {runGoheap} from '../../kit/run-goheap.js';
import {cpuMilliseconds, descendantsOf, isRunning, until} from '../../kit/viewer-process.js';

interface Verdict {
  readonly check: string;
  readonly about: string;
  readonly passed: boolean | null;
  readonly measured: number | null;
  readonly limit: number | null;
  readonly message: string;
}
const folder = mkdtempSync(join(tmpdir(), 'goheap-check-'));
afterAll(() => rmSync(folder, {recursive: true}));
let [leak, suspects] = ['', ''];
let known = {sessions: 0, retained: 0, reachable: 0, goroutines: 0};
beforeAll(async () => {
  [leak, suspects] = [await fixtureDatabase('leak-1.26.8'), await fixtureDatabase('suspects-1.26.8')];
  const database = openDatabase(leak);
  const one = (sql: string) => database.prepare(sql).pluck().get() as number;
  known = {
    sessions: one("SELECT objects FROM types WHERE name = 'main.Session'"),
    retained: one("SELECT retained FROM roots WHERE name = 'main.server'"),
    reachable: one("SELECT value FROM meta WHERE key = 'reachable_bytes'"),
    goroutines: one('SELECT count(*) FROM goroutines WHERE system = 0'),
  };
  database.close();
});

async function check(...args: string[]): Promise<{status: unknown; verdicts: Verdict[]}> {
  const {status, stdout} = await goheapHere(['check', ...args, '--json', '--quiet']);
  const verdicts = JSON.parse(stdout) as Verdict[];
  expect(findJsonFaults('check', verdicts)).toEqual([]);
  return {status, verdicts};
}

test('each limit at what is there passes, and one below does not', async () => {
  const {sessions, retained, reachable, goroutines} = known;
  const limits = (less: number) => [
    ...['--max', `main.Session=${sessions - less}`, '--max-retained', `main.server=${retained - less}`],
    ...['--max-heap', String(reachable - less), '--max-goroutines', String(goroutines - less)],
  ];
  const kept = await check(leak, ...limits(0));
  expect(kept.status).toBe(0);
  expect(kept.verdicts.map(({check: name, passed, measured}) => [name, passed, measured])).toEqual([
    ['max', true, sessions],
    ['max-retained', true, retained],
    ['max-heap', true, reachable],
    ['max-goroutines', true, goroutines],
  ]);
  const broken = await check(leak, ...limits(1));
  expect(broken.status).toBe(3);
  expect(broken.verdicts.map(({passed}) => passed)).toEqual([false, false, false, false]);
});

test('a type without an object passes; a name that is none is wrong usage', async () => {
  expect(await check(suspects, '--max', '*main.registry=0')).toMatchObject({status: 0});
  for (const flags of [
    ['--max', 'main.Sesion=1'],
    ['--max-retained', 'main.sever=1MiB'],
  ])
    expect(await goheapHere(['check', leak, ...flags])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Did you mean') as string,
    });
  expect(await goheapHere(['check', leak, '--max-retained', 'main.Session=10B', '--quiet'])).toMatchObject({status: 3});
});

test('without a flag: findings, leaked goroutines, and the rules', async () => {
  const healthy = await check(leak);
  expect(healthy.status).toBe(0);
  expect(healthy.verdicts.filter(({passed}) => passed === null).map(({check: name}) => name)).toEqual(['unflushed-writers']);
  const ill = await check(suspects);
  expect(ill.status).toBe(3);
  const database = openDatabase(suspects);
  const problems = database.prepare("SELECT sentence FROM suspects WHERE level = 'problem' ORDER BY rank").pluck().all();
  const leaked = database.prepare('SELECT total(leaked) FROM goroutines').pluck().get();
  database.close();
  const failed = (name: string) => ill.verdicts.filter(({check: each, passed}) => each === name && passed === false);
  expect(failed('no-problems').map(({message}) => message)).toEqual(problems);
  expect(failed('no-leaked-goroutines').map(({measured}) => measured)).toEqual([leaked]);
  for (const rule of ['contexts', 'timers', 'channels', 'pinned']) expect(failed(rule), rule).toHaveLength(1);
});

test('--against', async () => {
  expect(await check(leak, '--against', leak, '--max-growth', '0%')).toMatchObject({status: 0, verdicts: [{measured: 0, limit: 0}]});
  const {status, verdicts} = await check(suspects, '--against', leak, '--max-growth', '10%');
  expect(status).toBe(3);
  expect(verdicts[0]!.measured).toBeGreaterThan(1);
  expect(await goheapHere(['check', leak, '--against', leak])).toMatchObject({status: 2});
  expect(await goheapHere(['check', leak, '--max-growth', '10%'])).toMatchObject({status: 2});
});

test('rules of one s own', async () => {
  const rules = join(folder, 'rules');
  mkdirSync(rules);
  const rule = (name: string, sql: string) => writeFileSync(join(rules, `${name}.sql`), sql);
  rule(
    'large',
    "-- title: Large ones\n-- fix: Smaller\nSELECT 'object ' || id AS message, id AS node_id, size AS bytes FROM objects ORDER BY size DESC LIMIT 50",
  );
  rule('none', 'SELECT name AS message FROM types WHERE 0');
  const {status, verdicts} = await check(leak, '--rules', rules);
  expect(status).toBe(3);
  expect(verdicts.filter(({check: name}) => name === 'large')).toHaveLength(21);
  expect(verdicts.filter(({check: name}) => name === 'large').at(-1)!.message).toBe('30 more');
  expect(verdicts.at(-1)).toMatchObject({check: 'none', passed: true});
  for (const [sql, message] of [
    ['DELETE FROM meta', 'SQL: DELETE is not allowed'],
    ['SELECT 1', 'its rows have no column message'],
    ['SELECT x AS message FROM nowhere', 'SQL: no such table: nowhere'],
    ["ATTACH 'x.db' AS x", 'SQL: ATTACH is not allowed'],
    ["SELECT json_extract('{', '$') AS message", 'SQL: malformed JSON'], // found out when it runs
  ]) {
    rule('bad', sql!);
    expect(await goheapHere(['check', leak, '--rules', rules])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`Error: rule bad (${join(rules, 'bad.sql')}): ${message}`) as string,
    });
  }
  expect(await goheapHere(['check', leak, '--rules', join(folder, 'nowhere')])).toMatchObject({status: 2});
  expect(await goheapHere(['check', leak, '--rules', folder])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('no .sql file') as string,
  });
});

test('a rule that never ends, or needs too much, is ended and named', async () => {
  const rules = join(folder, 'endless');
  mkdirSync(rules);
  const endless = 'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) AS message FROM c';
  writeFileSync(join(rules, 'endless.sql'), endless);
  const run = await goheapHere(['check', leak, '--rules', rules, '--rule-seconds', '1']);
  expect(run).toEqual({
    status: 1,
    stdout: '',
    stderr: `Error: rule endless (${join(rules, 'endless.sql')}): ended after 1 seconds\nTry this: Let it look at less, or give it longer: --rule-seconds N.\n`,
  });
  const json = await goheapHere(['check', leak, '--rules', rules, '--rule-seconds', '1', '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({error: {code: 'limit'}});
});

test('Ctrl-C ends a rule that never ends', async () => {
  const rules = join(folder, 'endless');
  let child = 0;
  const run = await runGoheap(['check', leak, '--rules', rules, '--quiet'], {
    after: 'echo started >&2',
    onStderr: (text, {pid}) =>
      void (
        text === 'started\n' &&
        until(() => {
          [child = 0] = descendantsOf(pid!).slice(1);
          return child > 0 && cpuMilliseconds(child) > 500; // the supervised command, and its own child
        }).then(() => process.kill(pid!, 'SIGINT'))
      ),
  });
  expect(run).toMatchObject({status: 130, stdout: ''});
  await until(() => !isRunning(child));
});

test('what a rule says in lines stands in lines, and whatever it says is text', async () => {
  const rules = join(folder, 'lines');
  mkdirSync(rules);
  const message = `'one' || char(10) || 'ok      forged' || char(13, 10, 27) || '[31mthree'`;
  writeFileSync(join(rules, 'lines.sql'), `SELECT ${message} AS message`);
  const {stdout} = await goheapHere(['check', leak, '--rules', rules, '--quiet']);
  expect(stdout).toBe('FAILED  lines: lines\n        one\n        ok      forged\n        \\u001b[31mthree\n1 failed, 0 passed.\n');
});

test('a place where no XML can be written is said with the flag that named it', async () => {
  const {status, stderr} = await goheapHere(['check', leak, '--no-problems', '--junit', join(folder, 'none', 'x')]);
  expect({status, stderr}).toEqual({
    status: 2,
    stderr: `Error: ${join(folder, 'none')}: no such directory\nTry this: Create it, or give another path with --junit.\n`,
  });
});

test('for people, for GitHub, for JUnit', async () => {
  const xml = join(folder, 'check.xml');
  const people = await goheapHere([
    'check',
    suspects,
    '--no-leaked-goroutines',
    '--max',
    'main.session=1000000',
    '--junit',
    xml,
    '--quiet',
  ]);
  expect(people).toMatchObject({status: 3, stderr: ''});
  expect(people.stdout).toMatch(
    /^FAILED {2}no-leaked-goroutines\n {8}500 goroutines never run again.*\n {8}Do: .*\nok {6}max: main\.session\n/,
  );
  expect(people.stdout).toMatch(/\n1 failed, 1 passed\.\n$/);
  expect(readFileSync(xml, 'utf8')).toContain('tests="2" failures="1" errors="0" skipped="0"');
  const github = await goheapHere(['check', suspects, '--no-leaked-goroutines', '--github', '--quiet']);
  expect(github).toMatchObject({
    status: 3,
    stdout: expect.stringMatching(/^::error title=goheap no-leaked-goroutines::500 goroutines.*\n$/) as string,
  });
  expect(await goheapHere(['check', leak, '--no-leaked-goroutines', '--github', '--quiet'])).toMatchObject({status: 0, stdout: ''});
});
