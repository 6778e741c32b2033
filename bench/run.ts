/**
 * npm run bench -- CORE [--exe EXE] [--runs N] [--output FILE]: measures a core's graph and its conversion in alternation with
 * viewcore, then the phases and the rows beside a C program, and writes bench/RESULTS.md. Use a core of fixtures/make-cores.sh,
 * big-1g-1.26.8, so that results compare. What is not installed is left out, and said so.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import type {GraphSize} from './graph.js';
import {type Cost, measureCommand} from './measure.js';
import type {Phase} from './phases.js';
import {reportText} from './report.js';
import {measureCLoop} from './rows/c-loop.js';

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const goheap = program('../../bin/run.js'); // from dist/bench

/** The other formats, and how much more time than the graph alone their whole conversion may take. */
const EXPORTS = [
  {name: 'hprof, sizes exact', options: ['--to', 'hprof'], most: 1.5},
  {name: 'hprof, sizes full', options: ['--to', 'hprof', '--sizes', 'full'], most: 1.5},
  {name: 'pprof', options: ['--to', 'pprof'], most: 1.2},
];

function main(): void {
  const {values, positionals} = parseArgs({
    allowPositionals: true,
    options: {exe: {type: 'string'}, runs: {type: 'string', default: '3'}, output: {type: 'string', default: join('bench', 'RESULTS.md')}},
  });
  const [core] = positionals;
  if (core === undefined || !(Number(values.runs) >= 1)) {
    console.error('Usage: npm run bench -- CORE [--exe EXE] [--runs N] [--output FILE]');
    process.exit(2);
  }
  const folder = mkdtempSync(join(tmpdir(), 'goheap-bench-'));
  try {
    const text = measureAll(core, values.exe ?? join(dirname(core), 'exe'), Number(values.runs), folder);
    writeFileSync(values.output, text);
    console.log(text);
  } finally {
    rmSync(folder, {recursive: true});
  }
}

function measureAll(core: string, executable: string, runs: number, folder: string): string {
  const viewcore = spawnSync('which', ['viewcore'], {encoding: 'utf8'}).stdout.trim();
  const database = join(folder, 'bench.db');
  const peers: Cost[] = [];
  const graph: Cost[] = [];
  const conversion: Cost[] = [];
  const exports = EXPORTS.map((one) => ({...one, costs: [] as Cost[]}));
  let size: GraphSize | undefined;
  for (let run = 1; run <= runs; run++) {
    console.error(`Run ${run} of ${runs}`);
    if (viewcore !== '') peers.push(measureCommand(viewcore, [core, '--exe', executable, 'histo']));
    const {stdout, ...cost} = measureCommand(process.execPath, [program('graph.js'), core, executable]);
    size = JSON.parse(stdout) as GraphSize;
    graph.push(cost);
    const convert = ['convert', core, '--exe', executable, '--to', 'sqlite', '-o', database, '--force', '--quiet'];
    conversion.push(measureCommand(process.execPath, [goheap, ...convert]));
    for (const {options, costs} of exports) {
      const target = ['-o', join(folder, 'bench.out'), '--force', '--quiet'];
      costs.push(measureCommand(process.execPath, [goheap, 'convert', core, '--exe', executable, ...options, ...target]));
    }
  }
  console.error('Phases');
  const phases = JSON.parse(measureCommand(process.execPath, [program('phases.js'), core, executable, database]).stdout) as Phase[];
  console.error('The rows beside a C program');
  return reportText({
    core: basename(dirname(core)),
    coreBytes: statSync(core).size,
    ...size!,
    viewcore: peers.length > 0 ? peers : {skipped: 'viewcore is not on the PATH'},
    graph,
    conversion,
    exports,
    phases,
    cLoop: measureCLoop(database, folder),
    databaseBytes: statSync(database).size,
  });
}

main();
