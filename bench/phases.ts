/**
 * One conversion, told phase by phase: `phases.js CORE EXE DATABASE` prints what each costs, as JSON. A conversion runs its
 * analyses beside the assignment of types; here one thing happens after the other, so that costs can be told apart. What other threads take
 * meanwhile, that which writes above all, is one phase. Phases are the stages that goheap reports as progress. Runs in a process of
 * its own, because peaks cannot be reset.
 */
import {performance} from 'node:perf_hooks';
import {sqlite} from '../formats/sqlite/export-sqlite.js';
import {openHeap, writeHeap} from '../src/index.js';
import type {Cost} from './measure.js';

export interface Phase extends Cost {
  readonly step: string; // read, analyze, write
  readonly stage: string;
  readonly peakBytes: number; // of the process until the end of this phase
}

/** Each stage of a step once, however often goheap came back to it. */
class PhaseClock {
  readonly #phases = new Map<string, Phase>();
  readonly #cpuSecondsOf: () => number;
  #step = '';
  #stage = '';
  #since = {wallSeconds: 0, cpuSeconds: 0};

  constructor(cpuSecondsOf: () => number) {
    this.#cpuSecondsOf = cpuSecondsOf;
  }

  /** Progress callback of a step that begins now. */
  begin(step: string): (stage: string) => void {
    this.#enter(step, 'start');
    return (stage) => this.#enter(step, stage);
  }
  end(): readonly Phase[] {
    this.#enter('', '');
    return [...this.#phases.values()];
  }
  #enter(step: string, stage: string): void {
    if (step === this.#step && stage === this.#stage) return;
    const now = {wallSeconds: performance.now() / 1e3, cpuSeconds: this.#cpuSecondsOf()};
    const key = `${this.#step} ${this.#stage}`;
    const before = this.#phases.get(key) ?? {wallSeconds: 0, cpuSeconds: 0};
    if (this.#step !== '') {
      this.#phases.set(key, {
        step: this.#step,
        stage: this.#stage,
        wallSeconds: before.wallSeconds + now.wallSeconds - this.#since.wallSeconds,
        cpuSeconds: before.cpuSeconds + now.cpuSeconds - this.#since.cpuSeconds,
        peakBytes: process.resourceUsage().maxRSS * 1024,
      });
    }
    [this.#step, this.#stage, this.#since] = [step, stage, now];
  }
}

const [core, executable, database] = process.argv.slice(2);
if (core === undefined || executable === undefined || database === undefined) throw new Error('usage: phases.js CORE EXE DATABASE');
const seconds = ({user, system}: NodeJS.CpuUsage) => (user + system) / 1e6;
const ofProcess = () => seconds(process.cpuUsage());
const clock = new PhaseClock(ofProcess);
await using heap = await openHeap(core, {executable, onProgress: clock.begin('read')});
const analyzed = await heap.analyze({onProgress: clock.begin('analyze')});
const read = clock.end();
const before = ofProcess();
const writeClock = new PhaseClock(() => seconds(process.threadCpuUsage()));
await writeHeap(analyzed, sqlite, database, {force: true, contents: 'preview'}, {onProgress: writeClock.begin('write')});
const written = writeClock.end();
const cpuSeconds = ofProcess() - before - written.reduce((sum, phase) => sum + phase.cpuSeconds, 0);
const aside: Phase = {step: 'write', stage: 'other threads', wallSeconds: 0, cpuSeconds, peakBytes: written.at(-1)!.peakBytes};
console.log(JSON.stringify([...read, ...written, aside]));
