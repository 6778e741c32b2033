/**
 * Which goroutines never run again: `blocked` waits in every way, and asks the runtime's own profile right before its core. Where there is none, the
 * verdict is that of Go 1.27 on the same source: by the functions that wait, and by the labels of the random ones.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {pickTargets} from '../kit/live-targets.js';
import {readTruth} from '../oracle/truth.js';

const obstacle = findObstacle();
const OLDER = ['1.17.13', '1.18.10', '1.19.13', '1.20.14', '1.21.13', '1.22.12', '1.23.12', '1.24.13', '1.25.12', '1.26.8'];
const WITH_PROFILE = pickTargets(
  ['1.27.1-kabrt'],
  [
    '1.26.8-goroutineleakprofile',
    '1.27.1',
    '1.27.1-noopt',
    '1.27.1-pie',
    '1.27.1-stripped',
    '1.27.1-many',
    '1.26.8-goroutineleakprofile+many',
  ],
);
const WITHOUT_PROFILE = pickTargets(
  ['1.22.12-stripped+kabrt'],
  [
    ...OLDER,
    ...OLDER.map((version) => `${version}-stripped`),
    ...['1.17.13', '1.20.14', '1.24.13-stripped', '1.25.12'].map((target) => `${target}${target.includes('-') ? '+' : '-'}many`),
  ],
);
/** Not compared before: up to Go 1.25 handles of weak pointers share blocks; before Go 1.23 the runtime keeps stopped timers until it needs their places. */
const SINCE: readonly (readonly [RegExp, number])[] = [
  [/^main\.leakNoPointer$/, 26],
  [/^main\.leakStopped/, 23],
];
/** The runtime calls these leaked; who has the weak pointer can wake them (docs/model.md). */
const ONLY_WEAKLY = 'main.onlyWeakly';

describe.skipIf(obstacle !== undefined)('blocked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-blocked-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  async function judge(target: string) {
    const core = makeCore(`blocked-${target}`);
    const database = openDatabase(await convertCore(core, join(folder, `${target}.db`)));
    const column = (sql: string) => database.prepare(sql).pluck().all() as (string | number)[];
    // The function of the program that waits: of a closure that only calls it the one that it calls.
    const waits = `(SELECT f.function FROM frames f WHERE f.goroutine_id = g.id AND (f.function GLOB 'main.leak*' OR f.function GLOB 'main.ok*' OR f.function GLOB 'main.only*') ORDER BY f.id LIMIT 1)`;
    const found = {
      truth: readTruth(core.truth),
      unknown: column('SELECT id FROM goroutines WHERE leaked IS NULL'),
      ids: column('SELECT id FROM goroutines WHERE leaked = 1'),
      functions: column(`SELECT ${waits} FROM goroutines g WHERE g.leaked = 1 AND g.labels IS NULL`).sort(),
      alive: column(`SELECT ${waits} FROM goroutines g WHERE g.leaked = 0 AND ${waits} IS NOT NULL AND g.blocked = 1`).sort(),
      numbers: column(`SELECT g.labels ->> 'number' FROM goroutines g WHERE g.leaked = 1 AND g.labels IS NOT NULL`)
        .map(Number)
        .sort((a, b) => a - b),
      weakly: column(`SELECT g.id FROM goroutines g JOIN frames f ON f.goroutine_id = g.id WHERE f.function = '${ONLY_WEAKLY}'`),
      read: column("SELECT count(*) FROM goroutines WHERE status = 'leaked' AND (wait_reason IS NULL OR wait_at_most IS NULL)"),
    };
    database.close();
    return found;
  }

  test.each(WITH_PROFILE)("%s: as the runtime's own profile, goroutine by goroutine", async (target) => {
    const {truth, unknown, ids, weakly, read, functions, alive} = await judge(target);
    const profile = truth.facts.leaked!.split(' ').map(Number);
    expect(weakly.length).toBe(1);
    expect(profile).toEqual(expect.arrayContaining(weakly));
    expect(ids).toEqual(profile.filter((id) => !weakly.includes(id)).sort((a, b) => a - b));
    expect(unknown).toEqual([]);
    expect(read).toEqual([0]);
    expect(functions.filter((name) => !String(name).startsWith('main.leak'))).toEqual([]);
    expect(alive.filter((name) => String(name).startsWith('main.leak'))).toEqual([]);
    expect(ids.length).toBeGreaterThan(150);
  });

  test.each(WITHOUT_PROFILE)('%s: as Go 1.27 judges the same goroutines', async (target) => {
    const old = await judge(target);
    const reference = await judge(target.includes('many') ? '1.27.1-many' : '1.27.1-kabrt');
    const minor = Number(/^1\.(\d+)/.exec(target)![1]);
    const isThere = (name: string | number) => minor >= (SINCE.find(([pattern]) => pattern.test(String(name)))?.[1] ?? 0);
    expect(old.unknown).toEqual([]);
    expect(old.functions.filter(isThere)).toEqual(reference.functions.filter(isThere));
    expect(old.numbers).toEqual(reference.numbers);
    expect(old.numbers.length).toBeGreaterThan(100);
  });

  test('main in select {}: what only it has wakes nobody, and it is no leak itself', async () => {
    const {functions, ids} = await judge('1.27.1-select+kabrt');
    expect(functions).toContain('main.leakOfMain');
    expect(ids).not.toContain(1);
  });
});
