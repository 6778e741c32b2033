/**
 * npm run bench:scale -- CORE LARGER [--runs N] [--objects N] [--output FILE]: how costs grow with the heap, phase by phase, and a made-up graph of
 * hundreds of millions of objects through all analyses; writes bench/SCALE.md. The cores are those of one program, as big-1g-1.26.8 and
 * big-4g-1.26.8 of fixtures/make-cores.sh, with their executables beside them.
 */
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {cpus, tmpdir, totalmem} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import type {GraphSize} from './graph.js';
import {type Cost, measureCommand, median, medianCost} from './measure.js';
import type {Phase} from './phases.js';
import type {SyntheticRun} from './synthetic.js';

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** How many times as much CPU time an object of the larger heap may take: of these phases, which wait for memory, and of all others. */
const MEMORY_BOUND = ['depth-first search', 'semidominators'];
const MOST = {memoryBound: 1.3, other: 1.15};
/** Memory an object does not grow; more than this is no noise. */
const MOST_MEMORY = 1.02;
/** Phases below this share of the smaller heap's time are one row. */
const SMALL_SHARE = 0.02;

interface Measured extends GraphSize {
  readonly name: string;
  readonly graph: Cost[];
  readonly phases: (readonly Phase[])[]; // a list a run
  databaseBytes: number;
}

async function main(): Promise<void> {
  const {values, positionals} = parseArgs({
    allowPositionals: true,
    options: {
      runs: {type: 'string', default: '1'},
      objects: {type: 'string', default: '200000000'},
      output: {type: 'string', default: join('bench', 'SCALE.md')},
    },
  });
  const [smaller, larger] = positionals;
  if (smaller === undefined || larger === undefined || !(Number(values.runs) >= 1) || !(Number(values.objects) >= 1)) {
    console.error('Usage: npm run bench:scale -- CORE LARGER [--runs N] [--objects N] [--output FILE]');
    process.exit(2);
  }
  const {ALLOCATOR} = await import(program('../../bin/supervise.js')); // so that programs run here as commands do
  Object.assign(process.env, ALLOCATOR);
  const folder = mkdtempSync(join(tmpdir(), 'goheap-bench-'));
  try {
    const measured: Measured[] = [];
    for (let run = 1; run <= Number(values.runs); run++)
      for (const [at, core] of [smaller, larger].entries()) {
        console.error(`Run ${run}: ${core}`);
        measureCore(core, join(folder, 'scale.db'), measured, at);
      }
    console.error(`${values.objects} made-up objects`);
    const {stdout} = measureCommand(process.execPath, [program('synthetic.js'), values.objects]);
    const text = reportText(measured as [Measured, Measured], JSON.parse(stdout) as SyntheticRun);
    writeFileSync(values.output, text);
    console.log(text);
  } finally {
    rmSync(folder, {recursive: true});
  }
}

function measureCore(core: string, database: string, measured: Measured[], at: number): void {
  const executable = join(dirname(core), 'exe');
  const {stdout, ...cost} = measureCommand(process.execPath, [program('graph.js'), core, executable]);
  measured[at] ??= {name: basename(dirname(core)), ...(JSON.parse(stdout) as GraphSize), graph: [], phases: [], databaseBytes: 0};
  measured[at].graph.push(cost);
  const phases = measureCommand(process.execPath, [program('phases.js'), core, executable, database]).stdout;
  measured[at].phases.push(JSON.parse(phases) as Phase[]);
  measured[at].databaseBytes = statSync(database).size;
  rmSync(database);
}

function reportText(cores: readonly [Measured, Measured], synthetic: SyntheticRun): string {
  const count = (value: number) => value.toLocaleString('en');
  const [smaller, larger] = cores;
  return `# Scale

Written by \`npm run bench:scale -- CORE LARGER\`; do not edit.

${cores.map(({name, objects, edges}) => `${name}: ${count(objects)} objects, ${count(edges)} pointers.`).join('\n')}
Machine: ${cpus().length} × ${cpus()[0]!.model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; Node ${process.versions.node}. Medians of ${smaller.graph.length} (runs).

## An object of each

One conversion, phase by phase, as in [RESULTS.md](RESULTS.md); phases that take less than ${100 * SMALL_SHARE} % are one row. Phases that wait for memory at nearly every step may take ${MOST.memoryBound} times as much an object.

| | ${smaller.name} | ${larger.name} | ratio | at most | |
|---|--:|--:|--:|--:|---|
${[...cpuRows(smaller, larger), ...memoryRows(smaller, larger)].join('\n')}

## ${count(synthetic.objects)} made-up objects

Lists and a tree of structs with a text each (bench/rows/synthetic-heap.ts), ${count(synthetic.edges)} pointers, through dominators, retained sizes, bridges and telling paths. Dominator, retained bytes and retained objects of every
node were compared with what is known of this graph.

| | |
|---|--:|
| the graph | ${gigabytes(synthetic.graphBytes)}, ${(synthetic.graphBytes / synthetic.objects).toFixed(1)} bytes an object |
| peak with the analyses | ${gigabytes(synthetic.peakBytes)}, ${(synthetic.peakBytes / synthetic.objects).toFixed(1)} bytes an object |
| wall time | ${synthetic.wallSeconds.toFixed(1)} s |
| CPU time | ${synthetic.cpuSeconds.toFixed(1)} s, ${((synthetic.cpuSeconds / synthetic.objects) * 1e9).toFixed(0)} ns an object |
`;
}

function cpuRows(smaller: Measured, larger: Measured): string[] {
  const seconds = ({phases}: Measured, isWanted: (phase: Phase) => boolean) =>
    median(phases.map((run) => run.filter(isWanted).reduce((sum, {cpuSeconds}) => sum + cpuSeconds, 0)));
  const all = seconds(smaller, () => true);
  const names = [...new Set(smaller.phases[0]!.map(phaseName))];
  const isLarge = (name: string) => seconds(smaller, (phase) => phaseName(phase) === name) >= SMALL_SHARE * all;
  const row = (name: string, isWanted: (phase: Phase) => boolean, most: number) => {
    const [before, after] = [smaller, larger].map((core) => (1e9 * seconds(core, isWanted)) / core.objects) as [number, number];
    return ratioRow(`${name}, ns of CPU`, before, after, most);
  };
  const most = (name: string) => (MEMORY_BOUND.some((stage) => name.endsWith(stage)) ? MOST.memoryBound : MOST.other);
  return [
    ...names.filter(isLarge).map((name) => row(name, (phase) => phaseName(phase) === name, most(name))),
    row('the rest', (phase) => !isLarge(phaseName(phase)), MOST.other),
    row('**all**', () => true, MOST.other),
  ];
}

function phaseName({step, stage}: Phase): string {
  return `${step}: ${stage.startsWith(`${step} `) ? stage.slice(step.length + 1) : stage}`;
}

function memoryRows(smaller: Measured, larger: Measured): string[] {
  const both = (bytes: (core: Measured) => number) => [smaller, larger].map((core) => bytes(core) / core.objects) as [number, number];
  return [
    ratioRow('peak of the graph, bytes', ...both(({graph}) => medianCost(graph).peakBytes), MOST_MEMORY),
    ratioRow('peak of the conversion, bytes', ...both(({phases}) => median(phases.map((run) => run.at(-1)!.peakBytes))), MOST_MEMORY),
    ratioRow('database, bytes', ...both(({databaseBytes}) => databaseBytes), MOST_MEMORY),
  ];
}

function ratioRow(what: string, before: number, after: number, most: number): string {
  const ratio = after / before;
  const digits = before < 10 ? 1 : 0;
  return `| ${what} | ${before.toFixed(digits)} | ${after.toFixed(digits)} | ${ratio.toFixed(2)} | ${most} | ${ratio <= most ? 'met' : 'missed'} |`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}

await main();
