/**
 * npm run bench:capture -- [--heap MB] [--runs N] [--folder DIR] [--output FILE]: a service with capture.Handler under load is captured by itself, by
 * `goheap capture PID` and by gcore, in turns; then, without load, by itself and by gcore, for their graphs. Writes bench/CAPTURE.md. Needs go, gdb, and room
 * for four cores.
 */
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {type CaptureCost, captureReport, type Download, type Graphs} from './capture-report.js';
import {CaptureService} from './capture-service.js';
import type {GraphSize} from './graph.js';

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** How long the service works undisturbed before and after each capture. */
const REST_MS = 3000;
/** gcore is ten seconds a time, and does not vary much. */
const MOST_OF_OTHERS = 3;

async function main(): Promise<void> {
  const {values} = parseArgs({
    options: {
      heap: {type: 'string', default: '700'}, // that it keeps: it has half as much again
      runs: {type: 'string', default: '10'},
      folder: {type: 'string', default: tmpdir()},
      output: {type: 'string', default: join('bench', 'CAPTURE.md')},
    },
  });
  const folder = mkdtempSync(join(values.folder, 'goheap-capture-bench-'));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  process.once('exit', () => rmSync(folder, {recursive: true, force: true})); // the service has ended before, see capture-service.ts
  const store = join(folder, 'store');
  const [load] = loadavg() as [number];
  mkdirSync(store, {mode: 0o700});
  const service = await CaptureService.start(folder, store, Number(values.heap));
  try {
    const runs = Number(values.runs);
    const {own, outside, gdb} = await measureInTurns(service, folder, runs);
    const download = await measureDownload(service);
    const text = captureReport({
      go: await service.goVersion(),
      megabytes: Number(values.heap),
      populated: service.populatedBytes,
      load,
      own,
      outside,
      gdb,
      download,
      graphs: await compareGraphs(service, folder),
    });
    writeFileSync(values.output, text);
    console.log(text);
  } finally {
    await service.end();
  }
}

async function measureInTurns(service: CaptureService, folder: string, runs: number) {
  const costs: Record<'own' | 'outside' | 'gdb', CaptureCost[]> = {own: [], outside: [], gdb: []};
  const measure = async (name: keyof typeof costs, capture: () => string | Promise<string>) => {
    const populated = service.populatedBytes;
    const {result, effect} = await service.during(REST_MS, capture);
    const {size, blocks} = statSync(result);
    rmSync(result);
    spawnSync('sync'); // else the next one pays for this one's file
    costs[name].push({...effect, size, disk: blocks * 512, populated});
    console.error(`${name}: ${effect.pauseMs.toFixed(1)} ms, ${effect.seconds.toFixed(2)} s`);
  };
  for (let run = 0; run < runs; run++) {
    await measure('own', async () => (await service.captureIntoStore()).path);
    if (run >= MOST_OF_OTHERS) continue;
    await measure('outside', () => byGoheap(service, join(folder, 'outside.core')));
    await measure('gdb', () => byGdb(service, join(folder, 'gdb')));
  }
  return costs;
}

function byGoheap({pid}: CaptureService, path: string): string {
  const args = [program('../../bin/run.js'), 'capture', String(pid), '-o', path, '--max-pause', '60000', '--quiet'];
  execFileSync(process.execPath, args, {stdio: 'ignore'});
  return path;
}

function byGdb({pid}: CaptureService, path: string): string {
  execFileSync('gcore', ['-o', path, String(pid)], {stdio: 'ignore'});
  return `${path}.${pid}`;
}

async function measureDownload(service: CaptureService): Promise<Download> {
  const {result, effect} = await service.during(REST_MS, async () => {
    let bytes = 0;
    for await (const piece of (await service.capture('?download')).body!) bytes += piece.length;
    return bytes;
  });
  return {bytes: result, seconds: effect.seconds, pauseMs: effect.pauseMs};
}

/** Without load, one right after the other. */
async function compareGraphs(service: CaptureService, folder: string): Promise<Graphs> {
  await service.rest();
  const paths = [(await service.captureIntoStore()).path, byGdb(service, join(folder, 'gdb'))];
  const [own, gdb] = paths.map((path) => {
    const stdout = execFileSync(process.execPath, [program('graph.js'), path, service.executable], {encoding: 'utf8'});
    rmSync(path);
    return JSON.parse(stdout) as GraphSize;
  });
  return {own: own!, gdb: gdb!};
}

await main();
