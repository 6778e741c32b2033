/**
 * Measured runs → the text of bench/RESULTS.md: the whole commands beside their peer, the targets, then the phases.
 */
import {cpus, totalmem} from 'node:os';
import {type Cost, median, medianCost} from './measure.js';
import type {Phase, PhaseReport} from './phases.js';

export interface Runs {
  readonly core: string;
  readonly coreBytes: number;
  readonly graph: readonly Cost[]; // open and analyze
  readonly conversion: readonly Cost[]; // open, analyze, write
  readonly reports: readonly PhaseReport[]; // of the conversions
  readonly viewcore: readonly Cost[]; // empty when it is not installed
  readonly databaseBytes: number;
}

export function reportText(runs: Runs): string {
  const {objects, edges} = runs.reports[0]!;
  const lines = [
    '# Benchmark',
    '',
    'Written by `npm run bench -- CORE --exe EXE`; do not edit. Medians of runs in alternation, each in a process of its own.',
    '',
    `Core: ${runs.core}, ${runs.coreBytes.toLocaleString('en')} bytes, ${objects.toLocaleString('en')} objects, ${edges.toLocaleString('en')} pointers.`,
    `Machine: ${cpus().length} × ${cpus()[0]!.model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; Node ${process.versions.node}; ${runs.graph.length} runs each.`,
    '',
    '| command | wall s | CPU s | peak memory |',
    '|---|--:|--:|--:|',
    costRow('goheap: graph with types, dominators, retained, bridges', medianCost(runs.graph)),
    costRow('goheap convert --to sqlite', medianCost(runs.conversion)),
    ...(runs.viewcore.length > 0 ? [costRow('viewcore CORE --exe EXE histo', medianCost(runs.viewcore))] : []),
    '',
    ...targetLines(runs, objects),
    '',
    '| step | phase | wall s | CPU s | peak memory so far |',
    '|---|---|--:|--:|--:|',
    ...medianPhases(runs.reports).map((phase) => `| ${phase.step} ${costRow(phase.stage, phase)}`),
    '',
  ];
  return lines.join('\n');
}

function costRow(what: string, {wallSeconds, cpuSeconds, peakBytes}: Cost): string {
  return `| ${what} | ${wallSeconds.toFixed(2)} | ${cpuSeconds.toFixed(2)} | ${megabytes(peakBytes)} |`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function targetLines(runs: Runs, objects: number): string[] {
  const conversion = medianCost(runs.conversion);
  const rows: [string, number, number][] = [
    ['database, bytes an object', runs.databaseBytes / objects, 185],
    ['peak of the conversion less 150 MB, bytes an object', (conversion.peakBytes - 150e6) / objects, 90],
  ];
  if (runs.viewcore.length > 0) {
    // Pairs that ran one after the other share the machine's mood; their ratios vary less than the times.
    const ratio = (mine: readonly Cost[], key: keyof Cost) => median(mine.map((cost, run) => cost[key] / runs.viewcore[run]![key]));
    rows.unshift(
      ['graph / viewcore, wall', ratio(runs.graph, 'wallSeconds'), 1],
      ['graph / viewcore, peak memory', ratio(runs.graph, 'peakBytes'), 0.8],
      ['conversion / viewcore, wall', ratio(runs.conversion, 'wallSeconds'), 5],
    );
  }
  return ['| target | measured | at most | |', '|---|--:|--:|---|', ...rows.map(([what, found, most]) => targetRow(what, found, most))];
}

function targetRow(what: string, found: number, most: number): string {
  return `| ${what} | ${found.toFixed(2)} | ${most} | ${found <= most ? 'met' : 'missed'} |`;
}

/** The phases of the first report, with the medians over all reports. */
function medianPhases(reports: readonly PhaseReport[]): Phase[] {
  return reports[0]!.phases.map((phase, row) => ({...phase, ...medianCost(reports.map(({phases}) => phases[row] ?? phase))}));
}
