/**
 * Cores made here and now, by the kernel and by gcore, of the Go version at hand: what the recorded ones cannot show is that
 * this machine's kernel, gdb and Go give cores that goheap reads. All versions and variations: test/matrix.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {expectAgreement} from '../kit/expect-agreement.js';
import {expectBusy} from '../kit/expect-busy.js';
import {convertCore, openDatabase} from '../kit/goheap.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {computeAgreement} from '../oracle/agreement.js';
import {readTruth} from '../oracle/truth.js';

const obstacle = findObstacle();
if (obstacle !== undefined) console.warn(`The live tests are skipped: ${obstacle}.`);

/** The version that is installed, so that nothing is downloaded. */
const version = /go(1[0-9.]*)/.exec(
  spawnSync('go', ['version'], {encoding: 'utf8', env: {...process.env, GOTOOLCHAIN: 'local'}, cwd: tmpdir()}).stdout ?? '',
)?.[1];

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
  ])('%s agrees with its heap dump', (pattern) => {
    const core = makeCore(pattern.replace('VERSION', version!));
    const database = openDatabase(convertCore(core, join(folder, `${core.name}.db`)));
    const agreement = computeAgreement(database, core);
    expectAgreement(agreement);
    expect(agreement.pointers.compared).toBeGreaterThan(pattern.startsWith('zoo') ? 20_000 : 50);
    database.close();
  });

  test.each(['busy-VERSION', 'busy-VERSION-kabrt', 'busy-VERSION-kquit'])('%s: what running goroutines hold is alive', (pattern) => {
    const core = makeCore(pattern.replace('VERSION', version!));
    const database = openDatabase(convertCore(core, join(folder, `${core.name}.db`)));
    expectBusy(database, readTruth(core.truth));
    database.close();
  });
});
