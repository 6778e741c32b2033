/**
 * What captures of the service cost → the text of bench/CAPTURE.md: what is promised beside what was measured, then every way beside the others.
 */
import {readFileSync} from 'node:fs';
import {cpus, loadavg, release, totalmem} from 'node:os';
import type {Effect} from './capture-service.js';
import type {GraphSize} from './graph.js';
import {median} from './measure.js';

export interface CaptureCost extends Effect {
  readonly size: number; // of the file
  readonly disk: number; // bytes that it takes there
  readonly populated: number; // bytes of memory that the core should have
}
export interface Download {
  readonly bytes: number;
  readonly seconds: number;
  readonly pauseMs: number;
}
export interface Graphs {
  readonly own: GraphSize;
  readonly gdb: GraphSize;
}
export interface CaptureMeasurements {
  readonly go: string;
  readonly megabytes: number;
  readonly populated: number;
  readonly load: number; // average of the minute before
  readonly own: readonly CaptureCost[];
  readonly outside: readonly CaptureCost[];
  readonly gdb: readonly CaptureCost[];
  readonly download: Download;
  readonly graphs: Graphs;
}

const count = (value: number) => value.toLocaleString('en');
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
const middle = (costs: readonly CaptureCost[], of: (cost: CaptureCost) => number) => median(costs.map(of));

export function captureReport(measured: CaptureMeasurements): string {
  const {go, own, outside, gdb, download, graphs, populated} = measured;
  return `# What a capture costs

Written by \`npm run bench:capture\`; do not edit.

A service (bench/capture/main.go, ${go}) with ${megabytes(populated)} of populated memory serves 4 workers that replace and change what it keeps, all the time, and is captured by
itself (capture.Handler, ${own.length} times), by \`goheap capture PID\` and by gdb's gcore (${gdb.length} times each). Medians; the pause is the longest time that a
goroutine which wants to run every millisecond did not.
Machine: ${cpus().length} × ${cpus()[0]!.model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; Linux ${release().replace(/^(\d+\.\d+).*/, '$1')}; huge pages: ${hugePages()}; Node ${process.versions.node}. Load
average, the service's own included: ${measured.load.toFixed(1)} before, ${loadavg()[0]!.toFixed(1)} after. On a machine that others use the pause is theirs as well.

## Targets

| target | measured | at most | |
|---|--:|--:|---|
${targets(measured).map(targetRow).join('\n')}

The stream (\`?download\`) has ${count(download.bytes)} bytes, holes as zeros; capturing and reading it took ${download.seconds.toFixed(2)} s, the pause was ${download.pauseMs.toFixed(1)} ms.
Without load, one right after the other: ${count(graphs.own.objects)} objects and ${count(graphs.own.edges)} pointers in its own core, ${count(graphs.gdb.objects)} and ${count(graphs.gdb.edges)} in gcore's.

## Beside each other

| | pause | its longest | in all | file | on disk | slowest 0.1 s | normal again after |
|---|--:|--:|--:|--:|--:|--:|--:|
${row('the service itself', own)}
${row('`goheap capture PID`', outside)}
${row('gcore', gdb)}
`;
}

interface Target {
  readonly what: string;
  readonly found: number;
  readonly most: number;
  readonly digits: number;
}

function targets({own, graphs}: CaptureMeasurements): Target[] {
  const lost = (key: keyof GraphSize) => 1 - Math.min(graphs.own[key], graphs.gdb[key]) / Math.max(graphs.own[key], graphs.gdb[key]);
  return [
    {what: 'pause, ms', found: middle(own, ({pauseMs}) => pauseMs), most: 60, digits: 1},
    {what: 'blocks on disk / populated pages', found: middle(own, ({disk, populated}) => disk / populated), most: 1.15, digits: 3},
    {what: 'throughput as before after the end, ms', found: middle(own, ({normalAfterMs}) => normalAfterMs), most: 1000, digits: 0},
    {what: "objects that differ from gcore's, share", found: lost('objects'), most: 0.001, digits: 6},
    {what: "pointers that differ from gcore's, share", found: lost('edges'), most: 0.001, digits: 6},
  ];
}

function targetRow({what, found, most, digits}: Target): string {
  return `| ${what} | ${found.toFixed(digits)} | ${most} | ${found > most ? 'missed' : 'met'} |`;
}

function row(name: string, costs: readonly CaptureCost[]): string {
  const of = (key: keyof CaptureCost) => middle(costs, (cost) => cost[key]);
  const longest = Math.max(...costs.map(({pauseMs}) => pauseMs));
  const cells = [
    `${of('pauseMs').toFixed(1)} ms`,
    `${longest.toFixed(1)} ms`,
    `${of('seconds').toFixed(2)} s`,
    megabytes(of('size')),
    megabytes(of('disk')),
    `${(100 * of('slowest')).toFixed(0)} % of normal`,
    `${of('normalAfterMs').toFixed(0)} ms`,
  ];
  return `| ${[name, ...cells].join(' | ')} |`;
}

function hugePages(): string {
  try {
    return /\[(\w+)\]/.exec(readFileSync('/sys/kernel/mm/transparent_hugepage/enabled', 'utf8'))![1]!;
  } catch {
    return 'not known';
  }
}
