/**
 * Cores made here and now, by the kernel and by gcore, of the Go version at hand: what the recorded ones cannot show is that
 * this machine's kernel, gdb and Go give cores that goheap reads. All versions and variations: test/matrix.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {openHeap} from '../../src/index.js';
import {expectAgreement} from '../kit/expect-agreement.js';
import {expectBusy} from '../kit/expect-busy.js';
import {expectLabels, expectLocals, expectStacks} from '../kit/expect-stacks.js';
import {expectReceivers, expectZooLocals} from '../kit/expect-zoo-locals.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findInstalledGo, findObstacle, makeCore} from '../kit/live-cores.js';
import {computeAgreement} from '../oracle/agreement.js';
import {readTruth} from '../oracle/truth.js';

const obstacle = findObstacle();

const version = findInstalledGo();

describe.skipIf(obstacle !== undefined)(`Go ${version}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-live-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test.each([
    'zoo-VERSION',
    'zoo-VERSION-kabrt',
    'zoo-VERSION-kquit',
    'zoo-VERSION-kpanic',
    'zoo-VERSION-pie',
    'zoo-VERSION-noopt',
    'tiny-VERSION-kabrt',
  ])('%s agrees with its heap dump', async (pattern) => {
    const core = makeCore(pattern.replace('VERSION', version));
    const database = openDatabase(await convertCore(core, join(folder, `${core.name}.db`)));
    const agreement = computeAgreement(database, core);
    expectAgreement(agreement);
    expect(agreement.pointers.compared).toBeGreaterThan(pattern.startsWith('zoo') ? 20_000 : 50);
    if (pattern.startsWith('zoo')) expectStacks(database, readTruth(core.truth));
    database.close();
  });

  test('zoo-VERSION: named locals and receivers hold what the program put there', async () => {
    const {core, executable, truth} = makeCore(`zoo-${version}`);
    const heap = await openHeap(core, {executable});
    expect(expectZooLocals(heap)).toBeGreaterThan(40);
    expect(expectReceivers(heap, readTruth(truth).facts.stacks!)).toBeGreaterThan(5);
    await heap.close();
  });

  test.each(['stacks-VERSION', 'stacks-VERSION-noopt'])(
    '%s: goroutines, frames and locals as the program printed them',
    async (pattern) => {
      const core = makeCore(pattern.replace('VERSION', version));
      const database = openDatabase(await convertCore(core, join(folder, `${core.name}.db`)));
      expectStacks(database, readTruth(core.truth));
      expectLabels(database);
      expect(expectLocals(database, readTruth(core.truth))).toBeGreaterThan(40);
      database.close();
    },
  );

  test.each(['busy-VERSION', 'busy-VERSION-kabrt', 'busy-VERSION-kquit'])('%s: what running goroutines hold is alive', async (pattern) => {
    const core = makeCore(pattern.replace('VERSION', version));
    const database = openDatabase(await convertCore(core, join(folder, `${core.name}.db`)));
    expectBusy(database, readTruth(core.truth));
    database.close();
  });
});
