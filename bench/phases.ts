/**
 * One conversion, told phase by phase: `phases.js CORE EXE DATABASE` prints what each costs, as JSON. A conversion runs its
 * analyses beside the assignment of types; here one thing happens after the other, so that costs can be told apart.
 * Phases are the stages that goheap reports as progress. Runs in a process of its own, because peaks cannot be reset.
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
  #step = '';
  #stage = '';
  #since = {wallSeconds: 0, cpuSeconds: 0};

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
    const {user, system} = process.cpuUsage();
    const now = {wallSeconds: performance.now() / 1e3, cpuSeconds: (user + system) / 1e6};
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
const clock = new PhaseClock();
await using heap = await openHeap(core, {executable, onProgress: clock.begin('read')});
const analyzed = await heap.analyze({onProgress: clock.begin('analyze')});
await writeHeap(analyzed, sqlite, database, {force: true, contents: 'preview'}, {onProgress: clock.begin('write')});
console.log(JSON.stringify(clock.end()));
