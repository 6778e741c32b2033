/**
 * Five questions that an assistant is asked of a dump, as sessions: each is answered in at most six calls, most of which the answers before named, and the
 * answer is what the database says when it is asked by SQL of its own.
 */
import type Database from 'better-sqlite3';
import {expect} from 'vitest';
import {formatBytes} from '../../src/base/format-bytes.js';
import type {McpSession} from './mcp-session.js';

const MOST_CALLS = 6;

/** The two dumps that are asked, as databases. */
export interface AskedDumps {
  readonly leak: Database.Database;
  readonly suspects: Database.Database;
}
/** A session about these files. */
type Start = (inputs: readonly string[]) => Promise<McpSession>;
type Investigation = (start: Start, dumps: AskedDumps) => Promise<void>;

function row<R>(database: Database.Database, sql: string): R {
  return database.prepare(sql).get() as R;
}

/** A line that has all of these. */
function expectLine(text: string, ...parts: readonly string[]): void {
  expect(
    text.split('\n').filter((line) => parts.every((part) => line.includes(part))),
    `${parts.join(', ')} in\n${text}`,
  ).not.toEqual([]);
}

const askWhoOwns: Investigation = async (start, {leak}) => {
  await using session = await start([leak.name]);
  await session.call('info');
  await session.next(); // suspects
  await session.next(); // the level below what the first finding names
  const path = await session.next();
  const owners = await session.call('owners');
  const owner = row<{name: string; bytes: number; objects: number}>(leak, 'SELECT name, bytes, objects FROM owners ORDER BY bytes DESC');
  expect(owner.name).toBe('main.Session'); // as fixtures/programs/leak says
  expectLine(owners, owner.name, formatBytes(owner.bytes), String(owner.objects));
  expectLine(path, 'main.server.sessions.byToken');
  expect(session.calls).toBeLessThanOrEqual(MOST_CALLS);
};

const askWhyGoroutinesLeak: Investigation = async (start, {suspects}) => {
  await using session = await start([suspects.name]);
  await session.call('suspects');
  const stacks = await session.see(/wait for ever/);
  const channel = await session.next();
  const path = await session.next();
  const leaked = row<{count: number; by: string; file: string; line: number}>(
    suspects,
    'SELECT count(*) AS count, created_by AS by, file, line FROM goroutines WHERE leaked = 1 GROUP BY group_id ORDER BY count(*) DESC',
  );
  expectLine(stacks, `${leaked.count} goroutines`, 'chan send (leaked)');
  expectLine(stacks, `created by ${leaked.by}`, `${leaked.file}:${leaked.line}`);
  const [, id] = /^id +(\d+)$/m.exec(channel)!;
  const waits = suspects.prepare(
    `SELECT g.id, g.leaked FROM goroutine_waits w JOIN goroutines g ON g.id = w.goroutine_id WHERE w.object_id = ${id}`,
  );
  const [waiting, ...others] = waits.all() as {id: number; leaked: number}[];
  expect([waiting!.leaked, others]).toEqual([1, []]);
  expectLine(path, 'goroutine', `goroutine ${waiting!.id}`); // only itself has the channel
  expect(session.calls).toBeLessThanOrEqual(MOST_CALLS);
};

const askWhatPins: Investigation = async (start, {suspects}) => {
  await using session = await start([suspects.name]);
  await session.call('suspects');
  const rows = await session.see(/^\d+ +problem: pinned/);
  const path = await session.next();
  const gain = await session.next();
  const pinned = row<{path: string; bytes: number; count: number; node_id: number}>(
    suspects,
    "SELECT path, bytes, count, node_id FROM waste WHERE kind = 'pinned' ORDER BY rank",
  );
  expect(rows).toContain(`["${pinned.path}",${pinned.bytes},${pinned.count},${pinned.node_id},`);
  expectLine(path, 'main.static.headers[', '].raw');
  const [, source, offset] = /^Next: whatif \{"cut":\["(\d+)\+(\d+)"\]\}/.exec(path.split('\n').at(-1)!)!;
  const sql = `SELECT retained FROM objects WHERE id = (SELECT target_id FROM edges WHERE source_id = ${source} AND offset = ${offset})`;
  const {retained} = row<{retained: number}>(suspects, sql);
  expect(retained).toBeGreaterThanOrEqual(pinned.bytes); // of all arrays: the field is what holds them
  expectLine(gain, 'Without 1 pointer garbage: ', formatBytes(retained));
  expect(session.calls).toBeLessThanOrEqual(MOST_CALLS);
};

const askWhatClearing: Investigation = async (start, {leak}) => {
  await using session = await start([leak.name]);
  await session.call('suspects');
  await session.next();
  const path = await session.next();
  const gain = await session.next();
  const [, id] = /^ *\d+ +(\d+) +object .*byToken/m.exec(path)!;
  const {retained, objects} = row<{retained: number; objects: number}>(
    leak,
    `SELECT retained, retained_objects AS objects FROM objects WHERE id = ${id}`,
  );
  expectLine(gain, `Without 1 pointer garbage: ${formatBytes(retained)} in ${objects} objects`);
  expect(session.calls).toBeLessThanOrEqual(MOST_CALLS);
};

const askWhatChangedBetween: Investigation = async (start, {leak, suspects}) => {
  await using session = await start([leak.name, suspects.name]);
  const diff = await session.call('diff');
  const held = await session.next();
  const reachable = (database: Database.Database) =>
    row<{value: number}>(database, "SELECT value FROM meta WHERE key = 'reachable_bytes'").value;
  expectLine(diff, 'The live heap grew', formatBytes(reachable(leak)), formatBytes(reachable(suspects)));
  const before = new Map(leak.prepare('SELECT name, bytes FROM owners').raw().all() as [string, number][]);
  const after = suspects.prepare('SELECT name, bytes FROM owners').raw().all() as [string, number][];
  const [name, bytes] = after.sort((a, b) => b[1] - (before.get(b[0]) ?? 0) - a[1] + (before.get(a[0]) ?? 0))[0]!;
  expectLine(diff, formatBytes(bytes), name);
  expectLine(held, `${row<{n: number}>(suspects, `SELECT objects AS n FROM owners WHERE name = '${name}'`).n} objects`, formatBytes(bytes));
  expectLine(held, 'main.static');
  expect(session.calls).toBeLessThanOrEqual(MOST_CALLS);
};

/** By the question. */
export const INVESTIGATIONS: readonly (readonly [question: string, ask: Investigation])[] = [
  ['who owns the memory?', askWhoOwns],
  ['why do goroutines leak?', askWhyGoroutinesLeak],
  ['what pins memory?', askWhatPins],
  ['what does clearing a field gain?', askWhatClearing],
  ['what changed between two dumps?', askWhatChangedBetween],
];
