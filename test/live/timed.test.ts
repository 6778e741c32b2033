/**
 * Timers and contexts of every kind and in every state: `timed` prints when each fires, what it calls, and what each context was made from. Before
 * Go 1.23 the runtime has every timer of a channel in its heaps; from then on only those whose channel somebody waits for, unless GODEBUG says
 * asynctimerchan=1.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type Database from 'better-sqlite3';
import {afterAll, describe, expect, test} from 'vitest';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {pickTargets} from '../kit/live-targets.js';
import {readTruth, type Truth} from '../oracle/truth.js';

const VERSIONS = ['1.17.13', '1.18.10', '1.19.13', '1.20.14', '1.21.13', '1.22.12', '1.23.12', '1.24.13', '1.25.12', '1.26.8', '1.27.1'];
const TARGETS = pickTargets(
  ['1.22.12-kabrt', '1.26.8-kabrt'],
  [
    ...VERSIONS,
    ...VERSIONS.map((version) => `${version}-stripped`),
    ...['1.23.12-asynctimers', '1.26.8-asynctimers', '1.17.13-pie', '1.22.12-pie'],
  ],
);
/** Seconds that may lie between the clocks of the program and of the calendar. */
const CLOCK = 0.1;

interface ToldTimer {
  readonly kind: string;
  readonly function: string;
  readonly fires_at: number | null;
  readonly seconds_left: number | null;
  readonly period: number | null;
  readonly object: number | null; // address
}

describe.skipIf(findObstacle() !== undefined)('timed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-timed-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test.each(TARGETS)('%s', async (target) => {
    const core = makeCore(`timed-${target}`);
    const truth = readTruth(core.truth);
    const database = openDatabase(await convertCore(core, join(folder, `${target}.db`)));
    const minor = Number(/^1\.(\d+)/.exec(target)![1]);
    expectTimers(database, truth, minor < 23 || target.includes('asynctimers'));
    expectContexts(database, truth);
    expect(database.prepare("SELECT * FROM warnings WHERE code = 'timers'").all()).toEqual([]);
    database.close();
  });
});

/** Those that the program set and that can fire, and no others. `idle`: also of channels that nobody waits for. */
function expectTimers(database: Database.Database, truth: Truth, idle: boolean): void {
  const found = database
    .prepare(
      `SELECT t.kind, t.function, t.fires_at, t.seconds_left, t.period, o.address AS object
      FROM timers t LEFT JOIN objects o ON o.id = t.object_id WHERE t.kind <> 'runtime'`,
    )
    .all() as ToldTimer[];
  const dumped = Date.parse(String(database.prepare("SELECT value FROM meta WHERE key = 'dumped_at'").pluck().get())) / 1000;
  const rest = new Set(found);
  for (const [name, fact] of Object.entries(truth.facts)) {
    if (!name.startsWith('timer ')) continue;
    const [kind, state, first, last, period, called] = fact.split(' ') as [string, string, string, string, string, string];
    const fires = ({fires_at: at}: ToldTimer) =>
      first === '0' ? at === null : at !== null && at >= Number(first) / 1e9 - CLOCK && at <= Number(last) / 1e9 + CLOCK;
    const rows = [...rest].filter((row) => fires(row));
    const isTold = state === 'armed' || (state === 'idle' && idle);
    expect(rows.length, `${name}: ${fact}`).toBe(isTold ? 1 : 0);
    for (const row of rows) {
      rest.delete(row);
      expect([row.kind, row.function.slice(0, called.length), row.period], name).toEqual([kind, called, Number(period) / 1e9 || null]);
      if (truth.addresses[name] !== undefined) expect(row.object, name).toBe(truth.addresses[name]);
      if (row.fires_at !== null) expect(Math.abs(row.fires_at - row.seconds_left! - dumped), name).toBeLessThan(CLOCK);
    }
  }
  expect([...rest]).toEqual([]);
}

function expectContexts(database: Database.Database, truth: Truth): void {
  const find = database.prepare(
    `SELECT p.address AS parent, coalesce(c.children, -1) AS children, c.cancelled, c.deadline FROM contexts c
    JOIN objects o ON o.id = c.id LEFT JOIN objects p ON p.id = c.parent_id WHERE o.address = ?`,
  );
  const names = Object.keys(truth.facts).filter((name) => name.startsWith('context '));
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    const [parent, children, cancelled, deadline] = truth.facts[name]!.split(' ') as [string, string, string, string];
    const row = find.get(truth.addresses[name]) as Record<string, number | null> | undefined;
    expect({...row, deadline: null}, name).toEqual({
      parent: truth.addresses[`context ${parent}`] ?? null,
      children: Number(children),
      cancelled: cancelled === 'true' ? 1 : 0,
      deadline: null,
    });
    if (deadline === '0') expect(row!.deadline, name).toBeNull();
    else expect(row!.deadline, name).toBeCloseTo(Number(deadline) / 1e9, 4);
  }
}
