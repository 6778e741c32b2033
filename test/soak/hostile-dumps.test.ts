/**
 * Heap dumps that a stranger could send, and executables of other systems beside good ones: 300 dumps and 120 executables, each an answer or an error of
 * goheap's, within bounds (hostile.ts). Runs dist. A failure prints the kind of input, its number, and what was changed.
 */
import {copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {ET} from '../../src/elf/elf-constants.js';
import {openExecutable} from '../../src/image/executable.js';
import {unpackFixture} from '../kit/fixtures.js';
import {buildForeign, dumpOfForeign} from '../kit/foreign-dump.js';
import {findInstalledGo} from '../kit/live-cores.js';
import {applyPatches, hostileInputs} from './corpus.js';
import {foreignKinds} from './corpus-foreign.js';
import {DUMP_KINDS, readDumpRecords} from './corpus-heapdump.js';
import {createRandom} from './damage.js';
import {CHECK_FAILED, findHostileFault, type Handling, HostileWorker} from './hostile.js';
import {writeSoakReport} from './soak-report.js';

const SEED = 20_26;
const DUMPS = 300;
const EXECUTABLES = 60; // of each system
const SLIDE = 0x7ff600000000;
const SYSTEMS = ['windows/amd64', 'darwin/arm64'];

const folder = mkdtempSync(join(tmpdir(), 'goheap-hostile-dumps-'));
const rows: (readonly (string | number)[])[] = [];
let finished = 0;
afterAll(() => {
  rmSync(folder, {recursive: true});
  if (finished < 1 + SYSTEMS.length) return;
  writeSoakReport('soak-hostile-dumps', [
    {
      title: 'Hostile heap dumps',
      text: 'One structure of a good heap dump changed at a time, by a seed; and of an executable for Windows or macOS beside a good one. *Time* and *memory*: the most that an input took, beside what the good one takes.',
      header: ['of', 'what was changed', 'inputs', 'answers', 'errors', 'faults', 'time', 'memory'],
      rows,
    },
  ]);
});

class Bench {
  readonly dump: string;
  readonly executable: string;
  readonly #worker: HostileWorker;
  readonly #lines: readonly (readonly string[])[];
  readonly #tallies = new Map<string, {inputs: number; answers: number; errors: number; faults: number; time: number; memory: number}>();
  readonly faults: string[] = [];
  #good: Handling | undefined;

  constructor(name: string) {
    const work = join(folder, name, 'work');
    mkdirSync(work, {recursive: true});
    [this.dump, this.executable] = [join(folder, name, 'heap.dump'), join(folder, name, 'exe')];
    const database = join(work, 'out.db');
    this.#worker = new HostileWorker(work);
    this.#lines = [
      ['convert', this.dump, '--exe', this.executable, '--to', 'sqlite', '-o', database, '--force'],
      ['info', database],
      ['top', database],
      ['goroutines', database],
      ['check', database],
      ['report', database, '-o', '-'],
    ];
  }

  /** What the good input takes: the first run compiles the code and does not count. */
  async #runGood(): Promise<Handling> {
    await this.#worker.run(this.#lines);
    return this.#worker.run(this.#lines);
  }

  /** `write`: puts the hostile input in place of the good one, and returns how to undo that. */
  async judge(kind: string, number: number, what: string, write: () => () => void): Promise<void> {
    this.#good ??= await this.#runGood();
    const attempt = async () => {
      const undo = write();
      try {
        return await this.#worker.run(this.#lines);
      } finally {
        undo();
      }
    };
    let handling = await attempt();
    if (findHostileFault(handling, this.#good) !== undefined) {
      // A process that has read hundreds of inputs is larger: the verdict is that of a new one.
      this.#worker.close();
      await this.#runGood();
      handling = await attempt();
    }
    const fault = findHostileFault(handling, this.#good);
    if (fault !== undefined) this.faults.push(`${kind}, ${number}: ${what}: ${fault}`);
    const tally = this.#tallies.get(kind) ?? {inputs: 0, answers: 0, errors: 0, faults: 0, time: 0, memory: 0};
    const isError = handling.runs.some(({status}) => status !== 0 && status !== CHECK_FAILED);
    this.#tallies.set(kind, {
      inputs: tally.inputs + 1,
      answers: tally.answers + (fault === undefined && !isError ? 1 : 0),
      errors: tally.errors + (fault === undefined && isError ? 1 : 0),
      faults: tally.faults + (fault === undefined ? 0 : 1),
      time: Math.max(tally.time, handling.milliseconds / this.#good.milliseconds),
      memory: Math.max(tally.memory, handling.peakBytes / this.#good.peakBytes),
    });
  }

  finish(of: string): void {
    this.#worker.close();
    for (const [kind, {time, memory, ...counts}] of this.#tallies)
      rows.push([of, kind, ...Object.values(counts), `${time.toFixed(2)} ×`, `${memory.toFixed(2)} ×`]);
    finished++;
  }
}

test(`${DUMPS} heap dumps`, {timeout: 3_600_000}, async () => {
  const good = unpackFixture('tiny-1.26.8');
  const bench = new Bench('dumps');
  const bytes = readFileSync(good.heapDump);
  const records = readDumpRecords(bytes);
  copyFileSync(good.executable, bench.executable);
  const put = (contents: Uint8Array) => writeFileSync(bench.dump, contents);
  put(bytes);
  for (let number = 0; number < DUMPS; number++) {
    const kind = DUMP_KINDS[number % DUMP_KINDS.length]!;
    const {what, bytes: hostile} = kind.change(createRandom((Math.imul(number + 1, 0x9e3779b1) ^ SEED) >>> 0), records);
    await bench.judge(kind.name, number, what, () => {
      put(hostile);
      return () => put(bytes);
    });
  }
  bench.finish('tiny-1.26.8');
  expect(bench.faults).toEqual([]);
});

test.each(SYSTEMS)(`${EXECUTABLES} executables of %s`, {timeout: 3_600_000}, async (system) => {
  const [goos, goarch] = system.split('/') as [string, string];
  const bench = new Bench(goos);
  const version = findInstalledGo();
  copyFileSync(buildForeign(folder, version, goos, goarch), bench.executable);
  const executable = openExecutable(bench.executable);
  writeFileSync(bench.dump, dumpOfForeign(executable, goarch, `go${version}`, executable.elf.type === ET.DYN ? SLIDE : 0));
  executable.close();
  for (const {kind, number, what, patches} of hostileInputs(foreignKinds(bench.executable), EXECUTABLES, SEED))
    await bench.judge(kind.name, number, what, () => applyPatches(patches));
  bench.finish(system);
  expect(bench.faults).toEqual([]);
});
