/**
 * The goroutines of the program stacks on every Go version, and in builds that differ in code and frames: as runtime.Stack printed
 * them, with the named locals that the program tells of. And what zoo, in all its builds, has in named locals (its stacks: matrix.test.ts).
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {openHeap} from '../../src/index.js';
import {expectLabels, expectLocals, expectStacks} from '../kit/expect-stacks.js';
import {expectReceivers, expectZooLocals} from '../kit/expect-zoo-locals.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {readTruth} from '../oracle/truth.js';
import {MATRIX} from './targets.js';

const VERSIONS = [...new Set(MATRIX.map(({version}) => version))];
const TARGETS = [
  ...VERSIONS.map((version) => `stacks-${version}`),
  ...['noopt', 'pie', 'kabrt', 'arm64'].map((variation) => `stacks-1.26.8-${variation}`),
  ...['1.17.13-arm64', '1.19.13-stripped', '1.26.8-stripped'].map((target) => `stacks-${target}`),
];

describe.skipIf(findObstacle() !== undefined)('goroutines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-stacks-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test.each(TARGETS)('%s', async (target) => {
    const core = makeCore(target);
    const database = openDatabase(await convertCore(core, join(folder, `${target}.db`)));
    const truth = readTruth(core.truth);
    expectStacks(database, truth);
    expectLabels(database);
    if (!target.endsWith('-stripped')) expect(expectLocals(database, truth)).toBeGreaterThan(40);
    database.close();
  });

  test.each(MATRIX.filter(({stripped}) => !stripped))('locals of $name', async ({name}) => {
    const {core, executable, truth} = makeCore(name);
    const heap = await openHeap(core, {executable});
    expect(expectZooLocals(heap)).toBeGreaterThan(40);
    expect(expectReceivers(heap, readTruth(truth).facts.stacks!)).toBeGreaterThan(5);
    await heap.close();
  });
});
