/**
 * When a dump was taken and how long its goroutines had waited, by the clocks in the core: held against what the program printed of its own time, on
 * old and new versions of Go, in cores of gcore and of the kernel, of a program that is idle, one that ticks and one that collects.
 */
import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {openCoreHeap} from '../../src/open-core-heap.js';
import {findInstalledGo, findObstacle} from '../kit/live-cores.js';
import {isMatrix, pickTargets} from '../kit/live-targets.js';
import {buildProgram, type Dumped, programFolder, RunningProgram} from '../kit/running-program.js';

const obstacle = findObstacle();
const VERSIONS = pickTargets([findInstalledGo()], ['1.17.13', '1.21.13', '1.24.13', '1.27.1']);
const STATES = ['idle', 'ticks', 'collects'];

interface Wait {
  readonly function: string;
  readonly seconds: number;
  readonly exact: boolean;
  readonly atMost: number;
}

describe.skipIf(obstacle !== undefined)('the clock', () => {
  const folder = programFolder('clock');
  mkdirSync(folder, {recursive: true});
  afterAll(() => rmSync(folder, {recursive: true, force: true}));

  test.each(VERSIONS)('of go%s', async (version) => {
    const executable = buildProgram('clock', version, join(folder, version));
    await Promise.all(STATES.map((state) => checkState(executable, state, join(folder, version, state))));
  });

  test.skipIf(!isMatrix)('of a stripped program', async () => {
    const executable = buildProgram('clock', findInstalledGo(), join(folder, 'stripped'), ['-ldflags=-s -w']);
    await checkState(executable, 'ticks', join(folder, 'stripped', 'ticks'));
  });

  test('of a program that never collected: its waits have no bound but its own age, and no time of the dump is claimed', async () => {
    const executable = buildProgram('clock', findInstalledGo(), join(folder, 'never'));
    const program = await RunningProgram.start(executable, ['never'], join(folder, 'never', 'run'));
    const {meta, waits} = await read(await program.kill('SIGABRT'));
    expect(meta.dumped_at).toBeUndefined();
    expect(waits).toHaveLength(8);
    for (const wait of waits) expect(wait).toMatchObject({seconds: 0, exact: false});
  });
});

async function checkState(executable: string, state: string, folder: string): Promise<void> {
  const program = await RunningProgram.start(executable, [state], folder);
  try {
    await new Promise((resolve) => setTimeout(resolve, 1500)); // what ticks and collects has begun to
    for (const dump of [() => program.gcore(), () => program.kill(state === 'ticks' ? 'SIGQUIT' : 'SIGABRT')]) {
      const dumped = await dump();
      const {meta, waits} = await read(dumped);
      const at = Date.parse(String(meta.dumped_at));
      const isKnown = state !== 'idle';
      expect(at, `${state}: dumped_at`).toBeLessThanOrEqual(dumped.to + 50);
      expect(at, `${state}: dumped_at`).toBeGreaterThan(dumped.from - (isKnown ? 2000 : 180_000));
      expect(Date.parse(String(meta.dumped_before)), `${state}: dumped_before`).toBeGreaterThan(dumped.from - 50);
      const blocked = program.lines('blocked');
      const collected = Number(program.lines('collected')[0]![0]) / 1e6;
      expect(blocked).toHaveLength(8);
      for (const [name, nanoseconds] of blocked) {
        const wait = waits.find((row) => row.function === name)!;
        const began = Number(nanoseconds) / 1e6;
        const [least, most] = [(dumped.from - began) / 1000, (dumped.to - began) / 1000];
        const where = `${state}: ${name} waited ${least} to ${most} s, ${JSON.stringify(wait)}`;
        expect(wait.seconds, where).toBeLessThanOrEqual(most + 0.05);
        expect(wait.atMost, where).toBeGreaterThanOrEqual(least - 0.05);
        if (wait.exact) expect(wait.seconds, where).toBeGreaterThan(least - 2);
        // What began to wait in the pause of three seconds between two cycles no stamp tells; neither what did long before one, on a machine that is busy.
        const isNear = collected - began > 0 && collected - began < 800 && Date.parse(String(meta.dumped_before)) - at < 1000;
        if (isKnown && isNear) expect(wait.exact, where).toBe(true);
      }
    }
  } finally {
    await program.end();
  }
}

async function read({
  core,
  executable,
}: Dumped): Promise<{readonly meta: Readonly<Record<string, unknown>>; readonly waits: readonly Wait[]}> {
  const heap = await openCoreHeap(core, {executable});
  const {goroutines, strings, metadata: meta} = heap.graph;
  heap.close();
  const waits = Array.from({length: goroutines.count}, (_, row) => ({
    function: strings[goroutines.entryFunction[row]!]!,
    seconds: goroutines.waitSeconds[row]!,
    exact: goroutines.waitExact[row] === 1,
    atMost: goroutines.waitAtMost[row]!,
  }));
  return {meta, waits: waits.filter(({function: name}) => name.startsWith('main.wait'))};
}
