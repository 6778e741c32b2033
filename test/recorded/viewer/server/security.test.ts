/**
 * What the viewer's server refuses, asked over HTTP by something that is no browser; after each, it still answers. `npm test` builds it first.
 */
import {once} from 'node:events';
import {connect, type Socket} from 'node:net';
import {networkInterfaces} from 'node:os';
import {beforeAll, describe, expect, test} from 'vitest';
import {ZOO} from '../../../kit/exported.js';
import {runGoheap} from '../../../kit/goheap.js';
import {databaseFromText} from '../../../kit/small-database.js';
import {answerOf, failureOf, startViewer, type ViewerProcess} from '../../../kit/viewer-process.js';

let viewer: ViewerProcess;
let database: string;
beforeAll(async () => {
  database = await databaseFromText(ZOO);
  viewer = await startViewer([database, '--base', database]);
});

async function expectAlive(): Promise<void> {
  expect((await viewer.query('find-by-name', {name: 'main.big'})).rows).toHaveLength(1);
}

const QUESTIONS: readonly [path: string, body: object | undefined][] = [
  ['/api/status', undefined],
  ['/api/query', {id: 'facts', params: {}}],
  ['/api/sql', {sql: 'SELECT 1', request: 'a'}],
  ['/api/sql/cancel', {request: 'a'}],
  ['/api/value', {node: 1}],
  ['/api/paths', {node: 1, avoid: [], count: 1}],
  ['/api/raw', {node: 4, skip: 2 ** 40}],
  ['/api/waits', {goroutines: [1]}],
  ['/api/compare', {base: 0, request: 'c'}],
];

describe.each(QUESTIONS)('%s', (path, body) => {
  test('is answered with the token', async () => expect((await viewer.ask(path, body)).status).toBe(200));

  test.each([undefined, 'Bearer ', 'Bearer 0', 'Basic x'])('is refused with the authorization %s', async (authorization) => {
    const reply = await viewer.ask(path, body, {headers: {authorization}});
    expect([reply.status, failureOf(reply).code]).toEqual([401, 'token']);
  });
  test('is refused with the token in the address', async () => {
    const reply = await viewer.ask(`${path}?token=${viewer.token}`, body, {headers: {authorization: undefined}});
    expect(reply.status).toBe(401);
  });
  test.each([{host: 'evil.example'}, {origin: 'http://evil.example'}, {origin: 'null'}, {'sec-fetch-site': 'cross-site'}])(
    'is refused with %o',
    async (headers) => {
      const reply = await viewer.ask(path, body, {headers});
      expect([reply.status, failureOf(reply).code]).toEqual([403, 'host']);
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
    },
  );
  test('is asked in one way', async () => {
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH', body ? 'GET' : 'POST'])
      expect((await viewer.ask(path, undefined, {method})).status, method).toBe(405);
  });
});

describe('the page', () => {
  test('needs no token, but the right host', async () => {
    expect((await viewer.send('/')).status).toBe(200);
    expect((await viewer.send('/', {headers: {host: 'evil.example'}})).status).toBe(403);
    expect((await viewer.send('/', {method: 'POST'})).status).toBe(405);
  });

  test.each([
    ...[
      '/../../etc/passwd',
      '/..%2f..%2fetc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '//etc/passwd',
      '/./index.html',
      '/server/worker.js',
      '/..\\..\\etc\\passwd',
    ],
    ...[
      '/queries/queries.js',
      '/index.html/..',
      '/index.html%00',
      '/package.json',
      '/api/',
      '/api/../index.html',
      '/api/status/',
      '/%',
      '/constructor',
      '/__proto__',
    ],
  ])('no path leads out of it: %s', async (path) => {
    const text = await viewer.raw(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${viewer.token}\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 404 /);
    expect(text).not.toMatch(/root:|import |"name"/);
  });

  test('a foreign address in the request line is not fetched', async () => {
    const text = await viewer.raw('GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 404 /);
  });
});

test.each(['/', '/nothing', '/api/status', '/api/nothing'])('%s comes with headers that bind the browser', async (path) => {
  for (const headers of [{}, {authorization: `Bearer ${viewer.token}`}, {host: 'evil.example'}] as Record<string, string>[]) {
    const reply = await viewer.send(path, {headers});
    const policy = reply.headers['content-security-policy'] as string;
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ])
      expect(policy.split('; ')).toContain(part);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(reply.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
    if (path.startsWith('/api/')) expect(reply.headers['cache-control']).toBe('no-store');
  }
});

describe('too much', () => {
  test('address', async () => expect((await viewer.send(`/${'a'.repeat(5000)}`)).status).toBe(414));
  test('headers', async () => {
    expect((await viewer.send('/', {headers: {'x-much': 'a'.repeat(20_000)}})).status).toBe(431);
    expect(await viewer.raw(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(1_000_000)}`)).toMatch(/^(HTTP\/1\.1 431 .*|$)/s);
  });
  test.each([300_000, 5_000_000])('body of %i bytes', async (size) => {
    const body = JSON.stringify({sql: 'a'.repeat(size), request: 'a'});
    const reply = await viewer.ask('/api/sql', {}, {body});
    expect([reply.status, failureOf(reply).code]).toEqual([413, 'too-large']);
    const chunked = await viewer.ask('/api/sql', {}, {body, headers: {'transfer-encoding': 'chunked'}});
    expect(chunked.status).toBe(413);
    await expectAlive();
  });
  test('body without an end: it is not kept', async () => {
    const body = Buffer.alloc(40 * 2 ** 20, 32);
    const status = await viewer.ask('/api/sql', {}, {body, headers: {'transfer-encoding': 'chunked'}}).then(
      (reply) => reply.status,
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(status);
    await expectAlive();
    expect(viewer.residentMegabytes).toBeLessThan(150);
  });
  test.each([
    ['/api/sql', {sql: `SELECT '${'a'.repeat(150_000)}'`, request: 'a'}, 413],
    ['/api/sql', {sql: 'SELECT 1', request: 'a'.repeat(101)}, 413],
    ['/api/sql', {sql: 'SELECT 1', request: 'a', limit: 10_001}, 400],
    ['/api/paths', {node: 1, avoid: [], count: 21}, 400],
    ['/api/paths', {node: 1, avoid: Array.from({length: 1001}, () => ({source: 1, offset: 0})), count: 1}, 413],
    ['/api/value', {node: 1, limit: 1001}, 400],
    ['/api/value', {node: 1, path: Array.from({length: 101}, () => '*')}, 413],
  ])('asked of %s: %.80o', async (path, body, status) => expect((await viewer.ask(path, body)).status).toBe(status));
});

describe('malformed', () => {
  test.each(['', '{', 'null', '[]', '"text"', '1', '\u0000', '{"id":', '{}', '{"__proto__":{"id":"facts"}}'])('JSON: %s', async (body) => {
    for (const [path] of QUESTIONS.slice(1)) {
      const reply = await viewer.ask(path, {}, {body});
      expect([reply.status, failureOf(reply).code], path).toEqual([400, 'usage']);
    }
  });
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonx', ''])(
    'content type: %s',
    async (type) => {
      const reply = await viewer.ask('/api/query', {id: 'facts', params: {}}, {headers: {'content-type': type}});
      expect(reply.status).toBe(415);
    },
  );
  test.each([
    {id: 'nothing', params: {}},
    {id: 'constructor', params: {}},
    {id: 7, params: {}},
    {id: 'facts'},
    {id: 'facts', params: {other: 1}},
    {id: 'facts', params: []},
    {id: 'node', params: {}},
    {id: 'node', params: {id: '1'}},
    {id: 'node', params: {id: 1.5}},
    {id: 'node', params: {id: null}},
    {id: 'node', params: {id: {}}},
    {id: 'find-by-name', params: {name: 1}},
    {id: 'frames-of-goroutines', params: {ids: 'no JSON'}},
  ])('query: %o', async (body) => {
    const reply = await viewer.ask('/api/query', body);
    expect([reply.status, failureOf(reply).code]).toEqual([400, 'usage']);
  });
  test.each([
    {},
    {node: -1},
    {node: 1.5},
    {node: '1'},
    {node: 2 ** 33},
    {node: 1, path: 'a'},
    {node: 1, path: [1]},
    {node: 1, skip: -1},
    {node: 1, path: ['nothing']},
  ])('value: %o', async (body) => expect((await viewer.ask('/api/value', body)).status).toBe(400));
  test.each([
    {},
    {node: 1, count: 0},
    {node: 1, count: 1, avoid: [1]},
    {node: 1, count: 1, avoid: {}},
    {node: 1, count: 1, avoid: [{source: 1}]},
  ])('paths: %o', async (body) => expect((await viewer.ask('/api/paths', body)).status).toBe(400));
  test.each([
    'nonsense\r\n\r\n',
    'GET\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    '\u0000\u0001\u0002',
    'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'POST /api/sql HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n',
  ])('HTTP: %j', async (bytes) => {
    expect(await viewer.raw(bytes)).toMatch(/^HTTP\/1\.1 4\d\d /);
    await expectAlive();
  });
  test('ids of nothing', async () => {
    expect(answerOf(await viewer.ask('/api/paths', {node: 2 ** 31, avoid: [], count: 1}))).toMatchObject({paths: [], cut: false});
    expect(answerOf(await viewer.ask('/api/value', {node: 2 ** 31}))).toMatchObject({missing: 'untyped'});
  });
});

describe('where it listens', () => {
  test('at the loopback addresses alone', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({internal, family}) => !internal && family === 'IPv4');
    for (const {address} of others) await expect(fetch(`http://${address}:${viewer.url.port}/`), address).rejects.toThrow();
  });
  test('beyond them only with a token that somebody chose, and with a warning', async () => {
    const refused = runGoheap(['view', database, '--host', '0.0.0.0', '--no-open']);
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('give a --token')]);
    const short = runGoheap(['view', database, '--token', 'short', '--no-open']);
    expect([short.status, short.stderr]).toEqual([2, expect.stringContaining('at least 16 characters')]);
    const open = await startViewer([database, '--host', '0.0.0.0', '--token', 'a-token-that-i-chose']);
    expect([open.stderr, open.token]).toEqual([expect.stringContaining('Warning: every machine'), 'a-token-that-i-chose']);
    expect((await open.ask('/api/status')).status).toBe(200);
  });
  test('not where something else listens', () => {
    const second = runGoheap(['view', database, '--port', viewer.url.port, '--no-open']);
    expect([second.status, second.stderr]).toEqual([1, expect.stringContaining('Something else listens there')]);
  });
});

describe('connections', () => {
  test('without a token do not keep out one that has it, even when they are hundreds', async () => {
    const sockets = await Promise.all(Array.from({length: 300}, () => openSocket()));
    await expectAlive();
    const kept = await viewer.query('find-by-name', {name: 'main.big'}); // and its connection stays
    expect(kept.rows).toHaveLength(1);
    for (const socket of sockets) socket.destroy();
    await expectAlive();
  });

  test.each([
    ['no request', 'nonsense\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['too many headers', `GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ])('%s is refused with the headers of every answer', async (_, text, status) => {
    const socket = await openSocket();
    let reply = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      reply += part;
    });
    socket.write(text);
    await once(socket, 'close');
    expect(reply).toMatch(status);
    expect(reply).toMatch(/content-security-policy: default-src 'none'/i);
    expect(reply).toMatch(/x-content-type-options: nosniff/i);
    await expectAlive();
  });
});

async function openSocket(): Promise<Socket> {
  const socket = connect({host: '127.0.0.1', port: Number(new URL(viewer.url).port)});
  socket.on('error', () => {}); // refused or ended: that is what is asked
  await once(socket, 'connect');
  return socket;
}
