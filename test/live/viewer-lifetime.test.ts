/**
 * The viewer's processes: what starts them, what may kill them, and that none is left behind; what happens to the file under them; many requests.
 */
import {readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {Agent} from 'node:http';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {ZOO} from '../kit/exported.js';
import {unpackFixture} from '../kit/fixtures.js';
import {runGoheap} from '../kit/goheap.js';
import {databaseFromText, temporaryFolder} from '../kit/small-database.js';
import {answerOf, failureOf, isRunning, residentMegabytes, startViewer, until, type ViewerProcess} from '../kit/viewer-process.js';

const ENDLESS = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c';

const TASKS = {
  query: (viewer: ViewerProcess) => viewer.ask('/api/query', {id: 'facts', params: {}}),
  sql: (viewer: ViewerProcess) => viewer.sql('SELECT 1'),
  value: (viewer: ViewerProcess) => viewer.ask('/api/value', {node: 1}),
  paths: (viewer: ViewerProcess) => viewer.ask('/api/paths', {node: 9, avoid: [], count: 3}),
};

/** A viewer that has started every kind of child. */
async function startAll(database?: string): Promise<ViewerProcess> {
  const viewer = await startViewer([database ?? (await databaseFromText(ZOO))]);
  for (const ask of Object.values(TASKS)) expect((await ask(viewer)).status).toBe(200);
  expect(viewer.children).toHaveLength(4);
  return viewer;
}

describe('children', () => {
  test('that compute for too long are ended; others answer meanwhile', async () => {
    const viewer = await startAll();
    const started = performance.now();
    const endless = viewer.sql(ENDLESS);
    for (let count = 0; count < 20; count++) expect((await viewer.query('facts')).rows.length).toBeGreaterThan(0);
    const reply = await endless;
    expect([reply.status, failureOf(reply)]).toEqual([422, expect.objectContaining({code: 'limit', message: 'ended after 15 seconds'})]);
    expect(performance.now() - started).toBeGreaterThan(14_000);
    expect((await viewer.sql('SELECT 1')).status).toBe(200);
  });

  test('that are killed are replaced: the next question is answered', async () => {
    const viewer = await startAll();
    for (const pid of viewer.children) {
      process.kill(pid, 'SIGKILL');
      for (const [task, ask] of Object.entries(TASKS)) expect((await ask(viewer)).status, task).toBe(200);
    }
    for (const pid of viewer.children) process.kill(pid, 'SIGKILL');
    for (const {status} of await Promise.all(Object.values(TASKS).map((ask) => ask(viewer)))) expect(status).toBe(200);
  });

  test('killed again and again by what they are asked: one clear failure', async () => {
    const viewer = await startAll();
    const before = viewer.children;
    const endless = viewer.sql(ENDLESS);
    for (let times = 0; times < 2; times++) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      for (const pid of viewer.children) process.kill(pid, 'SIGKILL');
    }
    expect(failureOf(await endless)).toMatchObject({code: 'io', hint: expect.stringContaining('Try again')});
    for (const [task, ask] of Object.entries(TASKS)) expect((await ask(viewer)).status, task).toBe(200);
    expect(viewer.children.filter((pid) => before.includes(pid))).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'end with the viewer: %s, in the middle of a statement',
    async (signal) => {
      const viewer = await startAll();
      const {children} = viewer;
      void viewer.sql(ENDLESS).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 300));
      const status = await viewer.stop(signal);
      expect(status).toBe({SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGKILL: 'SIGKILL'}[signal]);
      await until(() => !children.some(isRunning));
    },
  );
});

describe('the database', () => {
  test('is deleted while it is open: what has it open answers, the others say so', async () => {
    const database = await databaseFromText(ZOO);
    const viewer = await startViewer([database]);
    expect((await TASKS.query(viewer)).status).toBe(200);
    rmSync(database);
    expect((await TASKS.query(viewer)).status).toBe(200);
    expect(failureOf(await TASKS.sql(viewer))).toMatchObject({code: 'io', message: expect.stringContaining('not there any more')});
    for (const pid of viewer.children) process.kill(pid, 'SIGKILL');
    await until(() => viewer.children.length === 0);
    expect(failureOf(await TASKS.query(viewer))).toMatchObject({code: 'io', hint: expect.any(String)});
    expect((await viewer.status()).state).toBe('ready');
  });

  test('is replaced: never answers from two of them', async () => {
    const database = await databaseFromText(ZOO);
    const other = await databaseFromText('roots: a b; a -> b');
    const viewer = await startViewer([database]);
    const before = await TASKS.query(viewer);
    renameSync(other, database);
    expect(answerOf<{rows: unknown}>(await TASKS.query(viewer)).rows).toEqual(answerOf<{rows: unknown}>(before).rows);
    expect(failureOf(await TASKS.sql(viewer))).toMatchObject({code: 'io', message: expect.stringContaining('another file')});
  });

  test.each([
    ['no file', undefined, 'no such file'],
    ['half a database', 'SQLite format 3\0', 'heap.db'],
  ])('is none: %s', (_, content, message) => {
    const path = join(temporaryFolder(), 'heap.db');
    if (content !== undefined) writeFileSync(path, content);
    const {status, stderr} = runGoheap(['view', path, '--no-open']);
    expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});

describe('a core', () => {
  const fixture = unpackFixture('tiny-1.26.8');
  const environment = () => ({XDG_CACHE_HOME: temporaryFolder()});

  test('is converted while the page is told how far it is, then it is ready; the next time at once', async () => {
    const cache = environment();
    const args = [fixture.core, '--exe', fixture.executable];
    const viewer = await startViewer(args, cache);
    const opening = await viewer.status();
    expect(opening).toMatchObject({state: 'opening', input: 'core', version: expect.stringMatching(/^\d/)});
    expect(failureOf(await TASKS.query(viewer))).toMatchObject({code: 'busy'});
    await until(async () => (await viewer.status()).state === 'ready');
    const {stages, notes} = await viewer.status();
    expect(stages.map(({name}) => name)).toEqual(expect.arrayContaining(['types', 'dominators', 'write objects']));
    for (const {done, total, seconds} of stages) expect(done === total && seconds >= 0).toBe(true);
    expect(notes).toEqual([expect.stringContaining('Converting')]);
    expect((await viewer.query('find-by-name', {name: 'main.live'})).columns).toEqual(['id', 'kind', 'retained']);
    const second = await startViewer(args, cache);
    expect((await second.status()).state).toBe('ready');
    expect((await second.query('facts')).rows).toEqual((await viewer.query('facts')).rows);
  });

  test('that is none: the page is told why', async () => {
    const path = join(temporaryFolder(), 'core');
    writeFileSync(path, 'no core\n'.repeat(100));
    const viewer = await startViewer([path], environment());
    await until(async () => (await viewer.status()).state === 'failed');
    const {failure} = await viewer.status();
    expect(failure).toMatchObject({code: 'bad-format', message: expect.stringContaining('core'), hint: expect.any(String)});
    expect(failureOf(await TASKS.query(viewer))).toEqual(failure);
  });

  test('whose conversion is killed: the page is told', async () => {
    const viewer = await startViewer([fixture.core, '--exe', fixture.executable], environment());
    for (const pid of viewer.children) process.kill(pid, 'SIGKILL');
    await until(async () => (await viewer.status()).state === 'failed');
    expect((await viewer.status()).failure).toMatchObject({code: 'io', message: expect.stringContaining('SIGKILL')});
  });

  test('no child has the token in its arguments', async () => {
    const viewer = await startViewer([fixture.core, '--exe', fixture.executable, '--token', 'a-token-that-i-chose'], environment());
    const seen = new Set(viewer.children);
    for (const pid of seen) expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('a-token-that-i-chose');
    await until(async () => (await viewer.status()).state === 'ready');
    for (const ask of Object.values(TASKS)) expect((await ask(viewer)).status).toBe(200);
    expect(viewer.children).toHaveLength(4);
    for (const pid of viewer.children) expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('a-token-that-i-chose');
  });

  test('Ctrl-C ends the conversion and leaves nothing half-written', async () => {
    const cache = environment();
    const viewer = await startViewer([fixture.core, '--exe', fixture.executable], cache);
    const {children} = viewer;
    await until(async () => (await viewer.status()).stages.some(({name}) => name.startsWith('write')));
    expect(await viewer.stop('SIGINT')).toBe(130);
    await until(() => !children.some(isRunning));
    expect(readdirSync(join(cache.XDG_CACHE_HOME, 'goheap')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

test('several viewers side by side, two clients of one', async () => {
  const database = await databaseFromText(ZOO);
  const viewers = await Promise.all([startViewer([database]), startViewer([database])]);
  expect(new Set(viewers.map(({url}) => url.port)).size).toBe(2);
  expect((await viewers[0]!.ask('/api/status', undefined, {headers: {authorization: `Bearer ${viewers[1]!.token}`}})).status).toBe(401);
  const replies = await Promise.all(Array.from({length: 60}, (_, index) => Object.values(TASKS)[index % 4]!(viewers[index % 2]!)));
  expect(replies.map(({status}) => status)).toEqual(Array.from({length: 60}, () => 200));
});

test('--json, and a chosen port', async () => {
  const database = await databaseFromText(ZOO);
  const viewer = await startViewer([database]);
  const {port} = viewer.url;
  await viewer.stop();
  const again = await startViewer([database, '--port', port, '--json']);
  expect(JSON.parse(again.stdout)).toEqual({
    url: expect.stringMatching(new RegExp(`^http://127\\.0\\.0\\.1:${port}/#token=[0-9a-f]{32}$`)),
  });
});

test('10,000 requests: all answered, and nothing grows', async () => {
  const viewer = await startAll();
  const agent = new Agent({keepAlive: true, maxSockets: 8});
  const ask = (index: number) =>
    index % 10 === 0 ? viewer.send('/', {agent}) : viewer.ask('/api/query', {id: 'find-by-id', params: {id: index % 20}}, {agent});
  const round = async (count: number) => {
    for (let sent = 0; sent < count; sent += 50)
      for (const {status} of await Promise.all(Array.from({length: 50}, (_, index) => ask(index))))
        if (status !== 200) throw new Error(`status ${status}`);
  };
  await round(2000);
  const before = [viewer.pid, ...viewer.children].map(residentMegabytes);
  await round(10_000);
  const after = [viewer.pid, ...viewer.children].map(residentMegabytes);
  agent.destroy();
  console.log(`RSS in MB before ${before.map(Math.round)}, after ${after.map(Math.round)}`);
  for (const [index, megabytes] of after.entries()) expect(megabytes - before[index]!).toBeLessThan(30);
  expect(viewer.stderr).toBe('');
});
