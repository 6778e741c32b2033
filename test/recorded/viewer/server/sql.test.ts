/**
 * SQL that a user writes, sent to the viewer: only reading statements, within limits of time, memory, rows and bytes; what is ended leaves the next
 * question answered, and the other screens do not notice.
 */
import {existsSync, readdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname} from 'node:path';
import {pathToFileURL} from 'node:url';
import {beforeAll, describe, expect, test} from 'vitest';
import type * as processes from '../../../../src/workers/worker-process.js';
import type {Answer} from '../../../../viewer/protocol.js';
import {fileIdentity} from '../../../../viewer/server/database-file.js';
import {ZOO} from '../../../kit/exported.js';
import {RUN} from '../../../kit/goheap.js';
import {databaseFromText} from '../../../kit/small-database.js';
import {answerOf, cpuMilliseconds, failureOf, type Reply, startViewer, until, type ViewerProcess} from '../../../kit/viewer-process.js';

const ENTRY = pathToFileURL(createRequire(RUN).resolve('../dist/viewer/server/worker.js'));
const ENDLESS = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c';

let viewer: ViewerProcess;
let database: string;
beforeAll(async () => {
  database = await databaseFromText(ZOO);
  viewer = await startViewer([database]);
});

const rows = async (sql: string, more: object = {}) => answerOf<Answer>(await viewer.sql(sql, more));

test.each([
  'SELECT name FROM types WHERE id = 1',
  'WITH a AS (SELECT 1 AS x) SELECT x FROM a',
  'VALUES (1), (2)',
  'EXPLAIN QUERY PLAN SELECT * FROM objects',
  '-- a comment\nSELECT 1;',
])('answers %s', async (sql) => expect((await rows(sql)).rows.length).toBeGreaterThan(0));

test.each([
  "ATTACH '/etc/passwd' AS other",
  "ATTACH ':memory:' AS other",
  "VACUUM INTO '/tmp/goheap-vacuum.db'",
  'VACUUM',
  'PRAGMA user_version = 7',
  'PRAGMA writable_schema = 1',
  'PRAGMA table_info(objects)',
  'INSERT INTO meta VALUES (1, 2)',
  'UPDATE objects SET size = 0',
  'DELETE FROM objects',
  'DROP TABLE objects',
  'CREATE TABLE t (x)',
  'CREATE TEMP TABLE t (x)',
  'BEGIN',
  'SELECT 1; SELECT 2',
  'SELECT 1; DROP TABLE objects',
  'WITH a AS (SELECT 1) INSERT INTO meta SELECT 1, 2',
  'WITH a AS (SELECT 1) DELETE FROM objects RETURNING id',
  "SELECT load_extension('x.so')",
  "SELECT readfile('/etc/passwd')",
  "SELECT writefile('/tmp/goheap-written', 'x')",
  'SELECT * FROM nothing',
  'SELECT :name',
  'nonsense',
  '',
  '/* only a comment */',
])('refuses %s', async (sql) => {
  const reply = await viewer.sql(sql);
  expect([reply.status, failureOf(reply).code]).toEqual([400, 'usage']);
});

test('nothing was written', () => {
  expect(readdirSync(dirname(database))).toEqual(['heap.db']);
  expect([existsSync('/tmp/goheap-vacuum.db'), existsSync('/tmp/goheap-written')]).toEqual([false, false]);
});

describe('limits', () => {
  const COUNT = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 20000) SELECT x';
  test('rows', async () => {
    expect(await rows(`${COUNT} FROM c`, {limit: 10_000})).toMatchObject({cut: 'rows', rows: {length: 10_000}});
    expect(await rows(`${COUNT} FROM c`)).toMatchObject({cut: 'rows', rows: {length: 1000}});
    expect((await rows('VALUES (1), (2)', {limit: 2})).cut).toBeUndefined();
    expect(await rows('VALUES (1), (2)', {limit: 1})).toMatchObject({cut: 'rows', rows: [[1]]});
  });
  test('bytes', async () => {
    const reply = await viewer.sql(`${COUNT}, hex(zeroblob(1000)) FROM c`, {limit: 10_000});
    expect(answerOf<Answer>(reply).cut).toBe('bytes');
    expect(reply.text.length).toBeLessThan(5_000_000);
    const [[cell]] = (await rows('SELECT hex(zeroblob(1000000))')).rows as [[string]];
    expect(cell).toHaveLength(65_537);
  });
  test('cells that JSON lacks', async () => {
    expect((await rows(`SELECT NULL, 9e999, -9e999, x'00ff', 1.5, '<script>\u0001' || char(0), 9007199254740993`)).rows).toEqual([
      [null, 'Infinity', '-Infinity', '00ff', 1.5, '<script>\u0001\u0000', 9007199254740992],
    ]);
  });

  test('time: an endless statement is ended, and the next one answered', async () => {
    const {WorkerProcess} = createRequire(RUN)('../dist/src/workers/worker-process.js') as typeof processes;
    const worker = new WorkerProcess({database, identity: fileIdentity(database)}, {seconds: 1, megabytes: 400, endsUnwanted: true}, ENTRY);
    const ask = (sql: string) => worker.run('sql', {sql}, new AbortController().signal);
    const started = performance.now();
    await expect(ask(ENDLESS)).rejects.toMatchObject({failure: {code: 'limit', message: 'ended after 1 seconds'}});
    expect(performance.now() - started).toBeGreaterThan(1000);
    // A busy machine may take longer than that to start the next process.
    await until(() =>
      ask('SELECT 1').then(
        (text) => text.includes('[[1]]'),
        () => false,
      ),
    );
    worker.close();
  });

  test.each([
    'SELECT hex(randomblob(200000000))',
    'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT group_concat(hex(randomblob(1000))) FROM c',
    'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x, randomblob(100) FROM c ORDER BY 2',
    'WITH RECURSIVE c(x, y) AS (SELECT 1, zeroblob(1000) UNION SELECT x + 1, y FROM c) SELECT count(*) FROM c',
  ])('memory: %s', async (sql) => {
    const reply = await viewer.sql(sql);
    expect(failureOf(reply)).toMatchObject({code: 'limit', message: expect.stringMatching(/memory|15 seconds/)});
    expect((await rows('SELECT 1')).rows).toEqual([[1]]);
    expect((await viewer.query('facts')).rows.length).toBeGreaterThan(0);
    expect(viewer.residentMegabytes).toBeLessThan(150);
  });

  test('one huge value is refused by SQLite, by Node or by the limit', async () => {
    for (const sql of [
      'SELECT hex(zeroblob(300000000))',
      'SELECT hex(zeroblob(1000000000))',
      'SELECT zeroblob(900000000)',
      "SELECT printf('%.*c', 900000000, 'x')",
    ]) {
      const reply = await viewer.sql(sql);
      expect(reply.text.length, sql).toBeLessThan(200_000);
      expect((await rows('SELECT 1')).rows).toEqual([[1]]);
    }
  });
});

describe('cancelling', () => {
  /** Again and again, until the statement has come and is ended: on a busy machine the first call may overtake it. */
  async function cancelled(request: string, statement: Promise<Reply>): Promise<Reply> {
    let reply: Reply | undefined;
    void statement.then((answer) => {
      reply = answer;
    });
    await until(async () => {
      expect((await viewer.ask('/api/sql/cancel', {request})).text).toBe('{}');
      return reply !== undefined;
    });
    return reply!;
  }

  test('ends the statement of that name, which is told so; named queries answer meanwhile', async () => {
    const endless = viewer.sql(ENDLESS, {request: 'endless'});
    for (let count = 0; count < 20; count++) expect((await viewer.query('facts')).rows.length).toBeGreaterThan(0);
    expect((await viewer.ask('/api/sql/cancel', {request: 'another'})).text).toBe('{}');
    const reply = await cancelled('endless', endless);
    expect([reply.status, failureOf(reply).code]).toEqual([409, 'cancelled']);
    expect((await rows('SELECT 1')).rows).toEqual([[1]]);
  });

  /** Until a child of the viewer computes and does not rest: the statement has come, and runs. */
  async function isComputing(): Promise<void> {
    const before = new Map(viewer.children.map((pid) => [pid, cpuMilliseconds(pid)]));
    await until(() => viewer.children.some((pid) => cpuMilliseconds(pid) > (before.get(pid) ?? 0) + 500)); // starting takes less
  }

  test('also one that still waits', async () => {
    const endless = viewer.sql(ENDLESS, {request: 'first'});
    await isComputing();
    const waiting = viewer.sql('SELECT 2', {request: 'second'});
    expect(failureOf(await cancelled('second', waiting)).code).toBe('cancelled');
    expect(failureOf(await cancelled('first', endless)).code).toBe('cancelled');
  });

  test('a page that is closed ends what it asked for', async () => {
    await rows('SELECT 1');
    const before = viewer.children;
    const controller = new AbortController();
    const gone = fetch(`${viewer.url.origin}/api/sql`, {
      method: 'POST',
      body: JSON.stringify({sql: ENDLESS, request: 'gone'}),
      headers: {authorization: `Bearer ${viewer.token}`, 'content-type': 'application/json'},
      signal: controller.signal,
    });
    const isGone = expect(gone).rejects.toThrow();
    await isComputing();
    controller.abort();
    await isGone;
    await until(() => before.some((pid) => !viewer.children.includes(pid)));
    expect((await rows('SELECT 1')).rows).toEqual([[1]]);
  });
});
