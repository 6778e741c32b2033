/** What commands say beside their tables, each in the situation that it is for. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import Database from 'better-sqlite3';
import {beforeAll, expect, test} from 'vitest';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {goheapHere} from '../../kit/goheap-here.js';
import {runGoheap} from '../../kit/run-goheap.js';
import {databaseFromText, temporaryFolder} from '../../kit/small-database.js';
import {childrenOf, until} from '../../kit/viewer-process.js';

let small = '';
let zoo = '';
beforeAll(async () => {
  small = await databaseFromText(`
    global main.a : *main.T -> one two
    one : main.T -> 0=three
    two : main.T -> 0=three
    dead : main.T
  `);
  const dump = new Database(small);
  dump.exec("INSERT OR REPLACE INTO meta VALUES ('complete', 0), ('dwarf', 'none')");
  dump.close();
  const database = await openFixtureDatabase('zoo-1.26.8');
  zoo = database.name;
  database.close();
});
const out = async (...args: string[]) => (await goheapHere(args)).stdout;

test('a dump that could not be read in full', async () => {
  const {stderr} = await goheapHere(['top', small]);
  expect(stderr).toMatch(/^Parts of the dump could not be read: counts and sizes are 'at least'.+ goheap info tells more\.\n$/);
  expect(await out('info', small)).toMatch(/^complete +no\nlost +Parts of the dump .+\n +No debug information: .+\nlive heap/m);
  expect((await goheapHere(['top', small, '--quiet'])).stderr).toBe('');
});

test('paths that there are not', async () => {
  const [dead] = JSON.parse(await out('query', small, 'SELECT id FROM objects WHERE reachable = 0', '--json')) as [{id: number}];
  expect(await out('path', small, String(dead.id), '--quiet')).toBe('No root reaches it: it is garbage.\n');
  expect(await out('path', small, String(dead.id - 1), '--avoid', 'main.a', '--quiet')).toBe('No other path leads there.\n');
});

test('lists that have more', async () => {
  expect(await out('object', small, 'main.a', '--top', '1')).toMatch(/^Points to \(the first 1\)\n/m);
  expect(await goheapHere(['top', zoo, '--all', '--top', '10001'])).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/^More than 10000: looking for those that retain most\n(\{"stage":.*\n)*$/), // of progress where it takes long
    stdout: expect.stringMatching(/\n1000[01] .+\n$/),
  });
});

test('a recursion is one frame, and how often', async () => {
  const stacks = await out('goroutines', zoo, '--top', '1000');
  expect(stacks).toMatch(/\n {2}main\.deep .+:576\n {2}… the last frame \d+ times more\n {2}main\.startGoroutines/);
  expect(stacks.match(/\n {2}main\.deep /g)).toHaveLength(2); // the innermost stands elsewhere
  const folded = JSON.parse(await out('goroutines', zoo, '--top', '1', '--json')) as [{frames: {function: string}[]}];
  expect(folded[0].frames.filter(({function: name}) => name === 'main.deep').length).toBeGreaterThan(40);
});

test('the line of progress is gone before the result', async () => {
  const {core, executable} = unpackFixture('tiny-1.26.8');
  const run = await runGoheap(['convert', core, '--exe', executable, '--to', 'sqlite', '-o', 'out.db'], {
    cwd: temporaryFolder(),
    after: 'exec 2>&1',
    environment: {NODE_OPTIONS: '--import=data:text/javascript,process.stderr.isTTY=true;process.stderr.getWindowSize=()=>[80,24]'},
  });
  expect(run.status).toBe(0);
  const parts = run.stdout.split('\r\u001b[K'); // carriage return, clear to the end of the line
  expect(parts.length).toBeGreaterThan(2);
  expect([parts.at(0), parts.at(-2), parts.at(-1)]).toEqual([
    '',
    expect.stringMatching(/^[a-z][^\n]+$/),
    expect.stringMatching(/^out\.db: .+\n$/),
  ]);
});

test('a query whose process is ended', async () => {
  const endless = 'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c';
  const run = await runGoheap(['query', small, endless, '--quiet'], {
    after: 'echo started >&2',
    onStderr: (text, child) =>
      void (
        text === 'started\n' &&
        until(() => childrenOf(child.pid!).length > 0).then(() => process.kill(childrenOf(child.pid!)[0]!, 'SIGKILL'))
      ),
  });
  expect(run).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/Error: the command was ended \(SIGKILL\)\nTry this: .+memory.+\n$/),
  });
});

test('a bug comes with its stack, and what was begun is gone', async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'own.mjs'),
    `export default {name: 'own', extension: '.own', summary: '', losses: [], write() { throw new TypeError('oh'); }};`,
  );
  const run = await goheapHere(['convert', small, '--to', './own.mjs'], {cwd: folder});
  expect(run).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/^Internal error, please report it: TypeError: oh\n +at .*own\.mjs/),
  });
});
