/**
 * One conversion, told stage by stage: prints JSON rows of wall time, CPU time and the peak of memory so far. Runs in a
 * process of its own, started by run.ts: memory peaks cannot be reset, and one run must not warm up the next.
 * Stages are those that goheap reports as progress; time before the first report of a step is the row `(start)`.
 */
import {performance} from 'node:perf_hooks';
import {sqlite} from '../formats/sqlite/export.js';
import {openHeap, writeHeap} from '../src/index.js';

export interface Phase {
  readonly step: string; // open, analyze, write
  readonly stage: string;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number; // of the process until the end of this phase
}
export interface PhaseReport {
  readonly phases: readonly Phase[];
  readonly objects: number;
  readonly edges: number;
}

const phases: Phase[] = [];
let current = {step: '', stage: '', wallMs: 0, cpuUs: 0};

function cpuMicroseconds(): number {
  const {user, system} = process.cpuUsage();
  return user + system;
}

function enter(step: string, stage: string): void {
  if (step === current.step && stage === current.stage) return;
  const now = {step, stage, wallMs: performance.now(), cpuUs: cpuMicroseconds()};
  if (current.step !== '') {
    phases.push({
      step: current.step,
      stage: current.stage,
      wallSeconds: (now.wallMs - current.wallMs) / 1e3,
      cpuSeconds: (now.cpuUs - current.cpuUs) / 1e6,
      peakBytes: process.resourceUsage().maxRSS * 1024,
    });
  }
  current = now;
}

/** Progress callback of one step; the step begins now. */
function begin(step: string): (stage: string) => void {
  enter(step, '(start)');
  return (stage) => enter(step, stage);
}

const [core, executable, database] = process.argv.slice(2);
if (core === undefined || executable === undefined) throw new Error('usage: phases.js CORE EXE [DATABASE]');
const heap = await openHeap(core, {executable, analyze: true, onProgress: begin('open')});
const analyzed = await heap.analyze({onProgress: begin('analyze')});
if (database !== undefined) await writeHeap(analyzed, sqlite, database, {force: true, contents: 'preview'}, {onProgress: begin('write')});
enter('', '');
console.log(JSON.stringify({phases, objects: heap.columns.objects.count, edges: heap.columns.edges.count} satisfies PhaseReport));
await heap.close();
