/**
 * HTTP for the page and its questions, by node:http: who may ask (guard.ts), how much, which file or which route answers, and the headers that keep
 * a browser from doing anything else with the answers. Knows nothing about heaps: routes turn a JSON body into JSON text.
 */
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {Socket} from 'node:net';
import {failureOfError, RequestError} from '../../src/workers/request-error.js';
import {Connections} from './connections.js';
import {checkOrigin, checkToken, type Rules} from './guard.js';
import {HttpError, httpStatus} from './http-status.js';
import {encodeFor, type ServedFile} from './page-files.js';

export interface ServerRoute {
  readonly method: 'GET' | 'POST';
  /** The answer as JSON text. `signal` is aborted when nobody waits for it any more. Rejects with what `failureOf` understands. */
  answer(body: unknown, signal: AbortSignal): Promise<string> | string;
}

const LONGEST_URL = 2048;
const LARGEST_BODY = 256 * 1024;
/** What is thrown away so that a request that is too large gets its answer; beyond, the connection is cut. */
const LARGEST_IGNORED = 16 * 2 ** 20;
const LIMITS = {maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 60_000};

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
};

/** Not listening yet. */
export function createHttpServer(rules: Rules, files: ReadonlyMap<string, ServedFile>, routes: ReadonlyMap<string, ServerRoute>): Server {
  const connections = new Connections();
  const server = createServer(LIMITS, (request, response) => {
    respond(request, response, {rules, files, routes, connections}).catch((error: unknown) => sendFailure(request, response, error));
  });
  connections.watch(server);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => refuse(error, socket));
  server.maxHeadersCount = 100;
  return server;
}

interface Served {
  readonly rules: Rules;
  readonly files: ReadonlyMap<string, ServedFile>;
  readonly routes: ReadonlyMap<string, ServerRoute>;
  readonly connections: Connections;
}

async function respond(request: IncomingMessage, response: ServerResponse, {rules, files, routes, connections}: Served): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const {url = '', headers} = request;
  checkOrigin(headers, rules);
  if (url.length > LONGEST_URL) throw new HttpError({code: 'too-large', message: 'the address is too long'}, 414);
  if (!url.startsWith('/api/')) return sendFile(request, response, files.get(url.split('?', 1)[0]!));
  checkToken(headers, rules);
  connections.trust(request.socket);
  const route = routes.get(url.split('?', 1)[0]!);
  if (!route) throw new RequestError({code: 'not-found', message: 'there is no such question'});
  checkMethod(request, [route.method]);
  const body = route.method === 'POST' ? await readJson(request) : undefined;
  const text = await route.answer(body, whenGone(response));
  send(request, response, 200, {type: 'application/json', caching: 'no-store', body: Buffer.from(text)});
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: ServedFile | undefined): void {
  checkMethod(request, ['GET', 'HEAD']);
  if (!file) throw new RequestError({code: 'not-found', message: 'there is no such file'});
  send(request, response, 200, file);
}

function sendFailure(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const failure = failureOfError(error);
  send(request, response, httpStatus(error, failure), {
    type: 'application/json',
    caching: 'no-store',
    body: Buffer.from(JSON.stringify(failure)),
  });
}

function send(request: IncomingMessage, response: ServerResponse, status: number, file: ServedFile): void {
  const {body, headers} = encodeFor(request.headers['accept-encoding'], file);
  response.writeHead(status, {'Content-Type': file.type, 'Cache-Control': file.caching, 'Content-Length': body.length, ...headers});
  response.end(request.method === 'HEAD' ? undefined : body);
}

const REFUSALS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What is no request has no response to answer it by. */
function refuse({code = ''}: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const headers = Object.entries({...HEADERS, Connection: 'close', 'Content-Length': '0'}).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${REFUSALS[code] ?? '400 Bad Request'}\r\n${headers.join('')}\r\n`);
}

function checkMethod({method}: IncomingMessage, allowed: readonly string[]): void {
  if (method === undefined || !allowed.includes(method))
    throw new HttpError({code: 'usage', message: `this is asked with ${allowed.join(' or ')}`}, 405);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new HttpError({code: 'usage', message: 'the question is not JSON by its Content-Type'}, 415);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= LARGEST_BODY) parts.push(part);
    else parts.length = 0;
    if (size > LARGEST_IGNORED) break; // which destroys the request
  }
  if (size > LARGEST_BODY) throw new RequestError({code: 'too-large', message: `a question has at most ${LARGEST_BODY} bytes`});
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new RequestError({code: 'usage', message: 'the question is not JSON'});
  }
}

function whenGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return gone.signal;
}
