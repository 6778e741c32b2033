/**
 * 200 cores of a program that allocates, collects and grows stacks without pause: all open, what the program keeps is there in
 * full, typed and reachable, every stack unwinds, and the self-checks are silent but for spans that were being changed just then.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {getBit} from '../../src/base/bitset.js';
import {checkGraph} from '../../src/graph/check.js';
import {nodeOfObject} from '../../src/graph/objects.js';
import {openHeap} from '../../src/library/open-heap.js';
import type {Fixture} from '../kit/fixtures.js';
import {findObstacle} from '../kit/live-cores.js';
import {readTruth, type Truth} from '../oracle/truth.js';
import {buildChurn, dumpChurn, MOMENTS, type Moment} from './churn-cores.js';
import {writeSoakReport} from './soak-report.js';

const obstacle = findObstacle();

const CORES: readonly (readonly [version: string, cores: number])[] = [
  ['1.26.8', 100],
  ['1.27.1', 25],
  ['1.24.13', 25],
  ['1.22.12', 25],
  ['1.19.13', 25],
];
/** In this order; gcore takes seconds. */
const ROUND: readonly Moment[] = ['kernel', 'sweep', 'ABRT', 'kernel', 'sweep', 'QUIT', 'kernel', 'sweep'];
const GCORE_EVERY = 25;
/** Self-checks that find the runtime in the middle of a change, and how many of the cores may show one. */
const IN_THE_MIDDLE = ['allocation-count', 'span-shape', 'span-pages', 'heap-total', 'object-type'];
const RARE = 0.1;

const rows: (readonly (string | number)[])[] = [];
afterAll(() => {
  if (rows.length < CORES.length) return;
  writeSoakReport('soak-churn', [
    {
      title: 'Cores of a busy program',
      text: 'The program `churn` allocates, collects and grows stacks without pause and is dumped at any moment. *Whole*: everything that it keeps is there, typed and reachable, every stack unwinds to its start, and no invariant fails. *In a change*: the same, and a self-check warns of a span that was being changed.',
      header: ['Go', 'cores', 'whole', 'in a change', 'failed'],
      rows,
    },
  ]);
});

describe.skipIf(obstacle !== undefined).each(CORES)('Go %s', (version, cores) => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-soak-'));
  const seen: {readonly moment: Moment; readonly warnings: readonly string[]}[] = [];
  let executable = '';
  beforeAll(() => {
    executable = buildChurn(version, folder);
  });
  afterAll(() => {
    rmSync(folder, {recursive: true});
    const changing = seen.filter(({warnings}) => warnings.length > 0).length;
    if (seen.length === cores) rows.push([version, cores, whole - changing, changing, cores - whole]);
  });
  let whole = 0;

  const runs = Array.from({length: cores}, (_, i) => {
    const moment = i % GCORE_EVERY === GCORE_EVERY - 1 ? 'gcore' : ROUND[i % ROUND.length]!;
    return [i, moment, (i * 7919) % 397] as const; // up to 0.4 s, or as many finalizers: some collections
  });
  test.each(runs)('core %i, %s after %i', async (i, moment, delay) => {
    const core = await dumpChurn(executable, join(folder, `run-${i}`), moment, delay);
    const warnings = await checkCore(core, readTruth(core.truth));
    seen.push({moment, warnings});
    expect(warnings.filter((code) => !IN_THE_MIDDLE.includes(code))).toEqual([]);
    whole++;
    rmSync(core.folder, {recursive: true});
  });

  test('few of them were dumped in the middle of a change', () => {
    expect(seen.map(({moment}) => moment)).toEqual(expect.arrayContaining([...MOMENTS]));
    expect(seen.filter(({warnings}) => warnings.length > 0).length).toBeLessThanOrEqual(Math.ceil(cores * RARE));
  });
});

/** Returns the codes of the warnings. */
async function checkCore(core: Fixture, truth: Truth): Promise<string[]> {
  await using heap = await openHeap(core.core, {executable: core.executable});
  checkGraph(heap.columns);
  const {columns} = await heap.analyze();
  const {objects, types, reachable, goroutines, frames, strings} = columns;
  const found: Record<string, number> = {};
  for (let object = 0; object < objects.count; object++) {
    const name = types.name[objects.type[object]!]!;
    if (name in truth.built && getBit(reachable, nodeOfObject(columns, object))) found[name] = (found[name] ?? 0) + 1;
  }
  expect(found).toEqual(Object.fromEntries(Object.entries(truth.built).map(([name, {count}]) => [name, count])));
  expect(goroutines.count).toBeGreaterThan(10);
  for (let row = 0; row < goroutines.count; row++) {
    const outermost = goroutines.firstFrame[row + 1]! - 1;
    expect(strings[frames.functionName[outermost]!]).toBe('runtime.goexit');
  }
  return heap.warnings.map(({code}) => code);
}
