/**
 * Measurements → the text of bench/RESULTS.md: what is promised beside what was measured, then what it is made of.
 */
import {cpus, totalmem} from 'node:os';
import {type Cost, median, medianCost} from './measure.js';
import type {Phase} from './phases.js';

export interface Skipped {
  readonly skipped: string; // why
}
export interface Measurements {
  readonly core: string;
  readonly coreBytes: number;
  readonly objects: number;
  readonly edges: number;
  readonly viewcore: readonly Cost[] | Skipped;
  readonly graph: readonly Cost[];
  readonly conversion: readonly Cost[];
  readonly exports: readonly {readonly name: string; readonly most: number; readonly costs: readonly Cost[]}[]; // to other formats
  readonly others: readonly OtherHeap[]; // whose conversion was measured
  readonly phases: readonly Phase[]; // of one more conversion
  readonly cLoop: {readonly cpuSeconds: number} | Skipped;
  readonly databaseBytes: number;
}

export interface OtherHeap {
  readonly name: string;
  readonly objects: number;
  readonly edges: number;
  readonly databaseBytes: number;
  readonly costs: readonly Cost[];
}

/** Phases below this share of the time are added up. */
const SMALL_SHARE = 0.01;

export function reportText(measured: Measurements): string {
  const {core, coreBytes, objects, edges, graph} = measured;
  const count = (value: number) => value.toLocaleString('en');
  return `# Benchmark

Written by \`npm run bench -- CORE\`; do not edit.

Core: ${core}, ${count(coreBytes)} bytes, ${count(objects)} objects, ${count(edges)} pointers.
Machine: ${cpus().length} × ${cpus()[0]!.model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; Node ${process.versions.node}.

## Targets

*Graph* is the graph with types, dominators, retained sizes and bridges, without writing; *conversion* is the whole \`goheap convert --to sqlite\`; to other formats it is beside the graph. The peer is
\`viewcore CORE --exe EXE histo\`. Medians in alternation, each run in a process of its own (runs: ${graph.length}). The rows' peer is a C program that inserts the same
rows with one prepared statement a table (bench/rows/c-loop.c), once.

| target | measured | at most | stretch goal | |
|---|--:|--:|--:|---|
${targets(measured).map(targetRow).join('\n')}

## Costs

The commands, then one more conversion phase by phase: there the analyses follow the types, while a conversion runs them side by side on two threads. What other threads take meanwhile is told apart, above all that which writes.
A phase lasts until the next one reports progress. Memory is the peak of the process; in a phase, the peak so far.

| | wall s | CPU s | peak memory |
|---|--:|--:|--:|
${costRows(measured).join('\n')}
`;
}

interface Target {
  readonly what: string;
  readonly found: number | string;
  readonly most: number;
  readonly stretch?: number;
}

function targets({viewcore, graph, conversion, exports, others, phases, cLoop, databaseBytes, objects}: Measurements): Target[] {
  // Pairs that ran one after the other share the machine's mood; their ratios vary less than the times.
  const ratio = (mine: readonly Cost[], key: keyof Cost) =>
    'skipped' in viewcore ? viewcore.skipped : median(mine.map((cost, run) => cost[key] / viewcore[run]![key]));
  const rowSeconds = phases.filter(({step}) => step === 'write').reduce((sum, {cpuSeconds}) => sum + cpuSeconds, 0);
  return [
    {what: 'graph / viewcore, wall time', found: ratio(graph, 'wallSeconds'), most: 0.75, stretch: 0.65},
    {what: 'graph / viewcore, CPU time', found: ratio(graph, 'cpuSeconds'), most: 1, stretch: 0.8},
    {what: 'peak of the graph, GB', found: medianCost(graph).peakBytes / 1e9, most: 1.37},
    {what: 'conversion / viewcore, wall time', found: ratio(conversion, 'wallSeconds'), most: 2.2, stretch: 1.7},
    {what: 'conversion / viewcore, CPU time', found: ratio(conversion, 'cpuSeconds'), most: 2.2, stretch: 1.7},
    {what: 'peak of the conversion, GB', found: medianCost(conversion).peakBytes / 1e9, most: 1.45},
    {what: 'database, bytes an object', found: databaseBytes / objects, most: 140, stretch: 120},
    {what: 'rows / C program, CPU time', found: 'skipped' in cLoop ? cLoop.skipped : rowSeconds / cLoop.cpuSeconds, most: 2.2},
    ...exports.flatMap(({name, most, costs}) => [
      {what: `${name} / graph, CPU time`, found: median(costs.map(({cpuSeconds}, run) => cpuSeconds / graph[run]!.cpuSeconds)), most},
      {what: `${name}, peak above the graph's, MB`, found: (medianCost(costs).peakBytes - medianCost(graph).peakBytes) / 1e6, most: 200},
    ]),
    ...others.map(({name, edges, costs}) => ({
      what: `conversion of ${name}, µs of CPU a pointer`,
      found: (medianCost(costs).cpuSeconds / edges) * 1e6,
      most: 1.5,
    })),
  ];
}

function targetRow({what, found, most, stretch}: Target): string {
  const measured = typeof found === 'string' ? `skipped: ${found} |` : `${found.toFixed(2)} |`;
  const verdict =
    typeof found === 'string' ? '' : found > most ? 'missed' : stretch === undefined || found > stretch ? 'met' : 'stretch met';
  return `| ${what} | ${measured} ${most} | ${stretch ?? ''} | ${verdict} |`;
}

function costRows({viewcore, graph, conversion, exports, others, phases, cLoop}: Measurements): string[] {
  return [
    ...('skipped' in viewcore ? [] : [costRow('**viewcore histo**', medianCost(viewcore))]),
    costRow('**goheap, graph**', medianCost(graph)),
    costRow('**goheap, conversion**', medianCost(conversion)),
    ...exports.map(({name, costs}) => costRow(`**goheap, ${name}**`, medianCost(costs))),
    ...others.map(({name, objects, edges, databaseBytes, costs}) => {
      const size = `${(objects / 1e6).toFixed(1)} M objects, ${(edges / 1e6).toFixed(1)} M pointers, ${(databaseBytes / objects).toFixed(0)} bytes an object`;
      return costRow(`**goheap, conversion of ${name}** (${size})`, medianCost(costs));
    }),
    ...foldSmall(phases).map((phase) => costRow(phaseName(phase), phase)),
    ...('skipped' in cLoop ? [] : [`| **C program, the same rows** | | ${cLoop.cpuSeconds.toFixed(2)} | |`]),
  ];
}

function phaseName({step, stage}: Phase): string {
  return `${step}: ${stage.startsWith(`${step} `) ? stage.slice(step.length + 1) : stage}`;
}

function costRow(what: string, {wallSeconds, cpuSeconds, peakBytes}: Cost): string {
  return `| ${what} | ${wallSeconds > 0 ? wallSeconds.toFixed(2) : ''} | ${cpuSeconds.toFixed(2)} | ${(peakBytes / 1e6).toFixed(0)} MB |`;
}

/** The phases in their order; at the end of each step the small ones as one. */
function foldSmall(phases: readonly Phase[]): Phase[] {
  const small = SMALL_SHARE * phases.reduce((sum, {wallSeconds}) => sum + wallSeconds, 0);
  return [...new Set(phases.map(({step}) => step))].flatMap((step) => {
    const own = phases.filter((phase) => phase.step === step);
    const isSmall = ({wallSeconds, cpuSeconds}: Phase) => Math.max(wallSeconds, cpuSeconds) < small;
    const rest = own.filter(isSmall);
    const large = own.filter((phase) => !isSmall(phase));
    return rest.length === 0 ? large : [...large, rest.reduce(addPhase)];
  });
}

function addPhase(sum: Phase, {wallSeconds, cpuSeconds, peakBytes}: Phase): Phase {
  return {
    step: sum.step,
    stage: 'the rest',
    wallSeconds: sum.wallSeconds + wallSeconds,
    cpuSeconds: sum.cpuSeconds + cpuSeconds,
    peakBytes: Math.max(sum.peakBytes, peakBytes),
  };
}
