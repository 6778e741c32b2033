/**
 * The questions of viewer/protocol.ts: what comes in is checked against its types and limits here, so that what answers need not distrust it.
 */

import type {StageProgress} from '../../src/base/stage-progress.js';
import {queries} from '../../src/database/queries/named-queries.js';
import type {ColumnKind} from '../../src/database/queries/run-query.js';
import {RequestError} from '../../src/workers/request-error.js';
import {MOST_ROWS, type Status} from '../protocol.js';
import type {Bases} from './bases.js';
import type {ServerRoute} from './http-server.js';
import type {LongTask, Session} from './session.js';
import type {TellProgress} from './share-answer.js';

type Fields = Readonly<Record<string, unknown>>;

const LONGEST_SQL = 100_000;
const LONGEST_TEXT = 200_000; // ids of goroutines, as JSON
const LONGEST_NAME = 100;
const DEEPEST_PATH = 100;
const MOST_AVOIDED = 1000;
const MOST_PATHS = 20;
const MOST_BASES = 1000;
const MOST_GOROUTINES = 1000;
const MOST_CUTS = 5000;
const MOST_PARTS = 1000;
const MOST_SQL_ROWS = 1000;

export function createRoutes(session: Session, bases: Bases): ReadonlyMap<string, ServerRoute> {
  const running = new Map<string, AbortController>();
  const progress = new Map<string, StageProgress>();
  const post = (answer: ServerRoute['answer']): ServerRoute => ({method: 'POST', answer});
  const following = async (body: Fields, answer: (tell: TellProgress) => Promise<string>) => {
    const request = text(body, 'request', LONGEST_NAME);
    try {
      return await answer((now) => void progress.set(request, now));
    } finally {
      progress.delete(request);
    }
  };
  const runLong = (task: LongTask, checked: object, body: Fields, signal: AbortSignal) =>
    following(body, (tell) => session.run(task, checked, signal, tell));
  const compare = (body: Fields, signal: AbortSignal) =>
    following(body, (tell) => bases.compare(session, number(body, 'base', 0, MOST_BASES), signal, tell));
  return new Map<string, ServerRoute>([
    ['/api/queries', {method: 'GET', answer: () => JSON.stringify([...queries.values()])}],
    ['/api/status', {method: 'GET', answer: () => JSON.stringify({...session.status(), bases: bases.status()} satisfies Status)}],
    ['/api/query', post((body, signal) => session.run('query', checkQuery(fieldsOf(body)), signal))],
    ['/api/sql', post((body, signal) => runSql(session, running, fieldsOf(body), signal))],
    [
      '/api/sql/cancel',
      post((body) => {
        running.get(text(fieldsOf(body), 'request', LONGEST_NAME))?.abort();
        return '{}';
      }),
    ],
    ['/api/value', post((body, signal) => session.run('value', checkValue(fieldsOf(body)), signal))],
    ['/api/raw', post((body, signal) => session.run('raw', checkRaw(fieldsOf(body)), signal))],
    ['/api/waits', post((body, signal) => session.run('waits', checkWaits(fieldsOf(body)), signal))],
    ['/api/compare', post((body, signal) => compare(fieldsOf(body), signal))],
    ['/api/paths', post((body, signal) => session.run('paths', checkPaths(fieldsOf(body)), signal))],
    ['/api/bytes', post((body, signal) => session.run('bytes', checkBytes(fieldsOf(body)), signal))],
    ['/api/inbound', post((body, signal) => runLong('inbound', {node: node(fieldsOf(body), 'node')}, fieldsOf(body), signal))],
    ['/api/held-by', post((body, signal) => runLong('held-by', checkHeldBy(fieldsOf(body)), fieldsOf(body), signal))],
    ['/api/whatif', post((body, signal) => runLong('whatif', checkWhatIf(fieldsOf(body)), fieldsOf(body), signal))],
    ['/api/progress', post((body) => JSON.stringify(progress.get(text(fieldsOf(body), 'request', LONGEST_NAME)) ?? {}))],
  ]);
}

async function runSql(session: Session, running: Map<string, AbortController>, body: Fields, signal: AbortSignal): Promise<string> {
  const sql = text(body, 'sql', LONGEST_SQL);
  const limit = number(body, 'limit', 1, MOST_ROWS, MOST_SQL_ROWS);
  const request = text(body, 'request', LONGEST_NAME);
  const cancel = new AbortController();
  running.set(request, cancel);
  try {
    return await session.run('sql', {sql, limit}, AbortSignal.any([signal, cancel.signal]));
  } finally {
    if (running.get(request) === cancel) running.delete(request);
  }
}

function checkQuery(body: Fields): object {
  const id = text(body, 'id', LONGEST_NAME);
  const query = queries.get(id);
  if (!query) throw usage(`there is no query ${id}`);
  const given = fieldsOf(body.params);
  const names = Object.keys(query.params);
  const foreign = Object.keys(given).find((name) => !names.includes(name));
  if (foreign !== undefined) throw usage(`the query ${id} has no parameter ${foreign}`);
  return {id, params: Object.fromEntries(names.map((name) => [name, parameter(given, name, query.params[name]!)]))};
}

function parameter(given: Fields, name: string, kind: ColumnKind): string | number {
  if (kind === 'text') return text(given, name, LONGEST_TEXT);
  const value = given[name];
  if (typeof value === 'number' && (kind === 'share' || kind === 'number' ? Number.isFinite(value) : Number.isSafeInteger(value)))
    return value;
  throw usage(`${name} must be a number (${kind})`);
}

function checkValue(body: Fields): object {
  const path = list(body, 'path', DEEPEST_PATH).map((key) => {
    if (typeof key !== 'string' || key.length > LONGEST_NAME) throw usage('path must be a list of keys');
    return key;
  });
  return {
    node: node(body, 'node'),
    path,
    skip: number(body, 'skip', 0, Number.MAX_SAFE_INTEGER, 0),
    limit: number(body, 'limit', 1, MOST_PARTS, 100),
  };
}

function checkRaw(body: Fields): object {
  return {node: node(body, 'node'), skip: number(body, 'skip', 0, Number.MAX_SAFE_INTEGER)};
}

function checkWaits(body: Fields): object {
  if (body.goroutines === undefined) throw usage('goroutines must be a list');
  const ids = list(body, 'goroutines', MOST_GOROUTINES);
  return {goroutines: ids.map((id) => number({id}, 'id', 0, Number.MAX_SAFE_INTEGER))};
}

function checkPaths(body: Fields): object {
  const avoid = list(body, 'avoid', MOST_AVOIDED).map(pointer);
  return {node: node(body, 'node'), avoid, count: number(body, 'count', 1, MOST_PATHS)};
}

function checkBytes(body: Fields): object {
  const wanted = text(body, 'text', LONGEST_NAME);
  if (wanted === '') throw usage('text must not be empty');
  return {text: wanted, from: node({from: 0, ...body}, 'from')};
}

function checkHeldBy(body: Fields): object {
  return {types: nodes(body, 'types'), exclude: texts(body, 'exclude')};
}

function checkWhatIf(body: Fields): object {
  return {
    pointers: list(body, 'pointers', MOST_CUTS).map(pointer),
    nodes: nodes(body, 'nodes'),
    types: nodes(body, 'types'),
    groups: list(body, 'groups', MOST_CUTS).map((each) => {
      const group = fieldsOf(each);
      return {node: node(group, 'node'), name: text(group, 'name', LONGEST_TEXT)};
    }),
    paths: texts(body, 'paths'),
  };
}

function pointer(body: unknown): object {
  const fields = fieldsOf(body);
  return {source: node(fields, 'source'), offset: number(fields, 'offset', 0, Number.MAX_SAFE_INTEGER)};
}

/** Ids of nodes or types. */
function nodes(body: Fields, name: string): readonly number[] {
  return list(body, name, MOST_CUTS).map((id) => node({[name]: id}, name));
}

function texts(body: Fields, name: string): readonly string[] {
  return list(body, name, MOST_CUTS).map((each) => text({[name]: each}, name, LONGEST_TEXT));
}

function fieldsOf(body: unknown): Fields {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Fields;
  throw usage('expected an object');
}

function text(body: Fields, name: string, longest: number): string {
  const value = body[name];
  if (typeof value !== 'string') throw usage(`${name} must be text`);
  if (value.length > longest) throw new RequestError({code: 'too-large', message: `${name} has at most ${longest} characters`});
  return value;
}

function number(body: Fields, name: string, least: number, most: number, otherwise?: number): number {
  const value = body[name] ?? otherwise;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw usage(`${name} must be a whole number from ${least} to ${most}`);
}

function node(body: Fields, name: string): number {
  return number(body, name, 0, 0xffffffff);
}

function list(body: Fields, name: string, most: number): readonly unknown[] {
  const value = body[name] ?? [];
  if (!Array.isArray(value)) throw usage(`${name} must be a list`);
  if (value.length > most) throw new RequestError({code: 'too-large', message: `${name} has at most ${most} entries`});
  return value;
}

function usage(message: string): RequestError {
  return new RequestError({code: 'usage', message});
}
