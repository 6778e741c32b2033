/**
 * Programs that leak in eight ways, each from a static pointer, a local variable of main, and behind an interface: the first finding is that
 * leak, by variable and field, with the program's own numbers. Healthy ones have no problem.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {openHeap, type Suspect} from '../../src/index.js';
import {findInstalledGo, findObstacle} from '../kit/live-cores.js';
import {buildProgram, RunningProgram} from '../kit/running-program.js';
import {readTruth} from '../oracle/truth.js';

const FORMS = {static: 'main.static', local: 'local', interface: 'main.behind'} as const;

/** Shape → kind, field and least bytes of each of what the program counts. */
const LEAKS = {
  map: {kind: 'holder', field: 'sessions', each: 'payload'},
  workers: {kind: 'goroutines', field: undefined, each: undefined},
  pinned: {kind: 'pinned', field: 'headers[…].raw', each: 'pinned'},
  timers: {kind: 'timers', field: undefined, each: 'payload'},
  contexts: {kind: 'contexts', field: 'base', each: 'payload'},
  channel: {kind: 'channel', field: 'jobs', each: 'payload'},
  lru: {kind: 'holder', field: 'recent.byKey', each: 'payload'},
  closures: {kind: 'holder', field: 'hooks', each: 'payload'},
} as const;
/** Of the least bytes: what maps, lists and headers add. */
const BESIDES = 1.2;

describe.skipIf(findObstacle() !== undefined)('suspects', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-suspects-'));
  afterAll(() => rmSync(folder, {recursive: true}));
  let executable = '';
  beforeAll(() => {
    executable = buildProgram('suspects', findInstalledGo(), folder);
  });

  async function findingsOf(shape: string, form: string): Promise<{findings: readonly Suspect[]; facts: Readonly<Record<string, number>>}> {
    const place = join(folder, `${shape}-${form}`);
    const program = await RunningProgram.start(executable, [shape, form], place);
    const {core} = await program.kill('SIGABRT');
    await using heap = await openHeap(core, {executable, analyze: true});
    const findings = (await heap.analyze()).suspects();
    const facts = Object.fromEntries(
      Object.entries(readTruth(join(place, 'truth.json')).facts).map(([key, value]) => [key, Number(value)]),
    );
    rmSync(place, {recursive: true});
    return {findings, facts};
  }

  for (const [shape, {kind, field, each}] of Object.entries(LEAKS)) {
    test.each(Object.entries(FORMS))(`${shape}, %s`, async (form, variable) => {
      const {findings, facts} = await findingsOf(shape, form);
      const [first, ...others] = findings;
      expect(first, JSON.stringify(findings)).toMatchObject({rank: 1, kind, count: facts.count});
      if (field !== undefined) expect(first!.name).toBe(`${variable}.${field}${form === 'local' ? ' in main.main' : ''}`);
      if (kind === 'timers') expect(first!.name).toMatch(/expireLater\.func1$/);
      if (kind === 'goroutines') expect(first!.name).toBe('main.(*registry).work');
      if (each !== undefined) expect(first!.bytes / (facts.count! * facts[each]!)).toBeGreaterThanOrEqual(1);
      if (each !== undefined) expect(first!.bytes / (facts.count! * facts[each]!)).toBeLessThan(BESIDES);
      expect(first!.sentence).toContain(facts.count!.toLocaleString('en-US'));
      expect(others.filter(({level}) => level === 'problem')).toEqual([]);
    });
  }

  test.each(['cache', 'idle', 'requests', 'buffers', 'spare'])('%s is healthy', async (shape) => {
    const {findings} = await findingsOf(shape, 'static');
    expect(findings.filter(({level}) => level === 'problem')).toEqual([]);
    expect(findings.length).toBeLessThanOrEqual(5);
  });
});
