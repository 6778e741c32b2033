/**
 * Cores taken while the runtime is in the middle of something: a debugger stops the program `churn` there. What the program says
 * that it holds, by globals, by locals of goroutines and by nothing but one word on a moving stack, must be alive, and every stack
 * unwound to its start. And the ways in which Go code gets into a process that are no executable: a plugin, a library in a C program.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {expectTruth} from '../kit/expect-truth.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findInstalledGo, findObstacle, type MadeCore, makeCore} from '../kit/live-cores.js';
import {pickTargets} from '../kit/live-targets.js';

const MOMENTS = pickTargets(
  ['at_mark', 'at_sweep', 'at_newstack', 'at_copystack', 'at_shrink', 'at_signal', 'at_switch', 'race+at_raceaftersyscall'],
  ['at_marktermination', 'at_malloc', 'at_adjust', 'at_preempt', 'at_finalizer', 'race+at_race'],
);

const folder = mkdtempSync(join(tmpdir(), 'goheap-moments-'));
afterAll(() => rmSync(folder, {recursive: true}));

describe.skipIf(findObstacle('gcc') !== undefined)('truth', () => {
  const expectTruthOf = async (core: MadeCore, executable = core.executable) => {
    const database = openDatabase(await convertCore({...core, executable}, join(folder, `${core.name}.db`)));
    expectTruth(database, core.truth);
    const [path] = database.prepare("SELECT value FROM meta WHERE key = 'executable'").pluck().all() as string[];
    database.close();
    return path;
  };

  test.each(MOMENTS)('churn %s', async (moment) => {
    await expectTruthOf(makeCore(`churn-${findInstalledGo()}-${moment}`));
  });

  test.each(['', '-kabrt'])('plugin%s', async (variation) => {
    const core = makeCore(`plugged-${findInstalledGo()}${variation}`);
    expect(await expectTruthOf(core)).toBe(core.executable);
  });

  test.each(['', '-kabrt'])('Go library in a C program%s: it is found by itself and can be given', async (variation) => {
    const core = makeCore(`embedded-${findInstalledGo()}${variation}`);
    const library = join(core.folder, 'lib.so');
    expect(await expectTruthOf(core)).toBe(library);
    expect(await expectTruthOf(core, library)).toBe(library);
  });
});
