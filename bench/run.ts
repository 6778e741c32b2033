/**
 * npm run bench -- CORE [--exe EXE] [--also CORE]… [--runs N] [--output FILE]: measures a core's graph and its conversion in alternation with
 * viewcore, then the phases and the rows beside a C program, and writes bench/RESULTS.md. Use a core of fixtures/make-cores.sh,
 * big-1g-1.26.8, so that results compare; of those given with --also, as bench/real-cores.sh makes, only the conversion is measured.
 * What is not installed is left out, and said so.
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
  {name: 'hprof, sizes exact', options: ['--to', 'hprof'], most: 1.25},
  {name: 'hprof, sizes full', options: ['--to', 'hprof', '--sizes', 'full'], most: 1.5},
  {name: 'pprof', options: ['--to', 'pprof'], most: 1.1},
];

async function main(): Promise<void> {
  const {values, positionals} = parseArgs({
    allowPositionals: true,
    options: {
      exe: {type: 'string'},
      also: {type: 'string', multiple: true, default: []},
      runs: {type: 'string', default: '3'},
      output: {type: 'string', default: join('bench', 'RESULTS.md')},
    },
  });
  const [core] = positionals;
  if (core === undefined || !(Number(values.runs) >= 1)) {
    console.error('Usage: npm run bench -- CORE [--exe EXE] [--also CORE]… [--runs N] [--output FILE]');
    process.exit(2);
  }
  const {ALLOCATOR} = await import(program('../../bin/supervise.js')); // so that programs run here as commands do
  Object.assign(process.env, ALLOCATOR);
  const folder = mkdtempSync(join(tmpdir(), 'goheap-bench-'));
  try {
    const text = measureAll({core, executable: values.exe ?? executableOf(core), also: values.also, runs: Number(values.runs)}, folder);
    writeFileSync(values.output, text);
    console.log(text);
  } finally {
    rmSync(folder, {recursive: true});
  }
}

function executableOf(core: string): string {
  return join(dirname(core), 'exe');
}

interface Plan {
  readonly core: string;
  readonly executable: string;
  readonly also: readonly string[];
  readonly runs: number;
}

function measureAll({core, executable, also, runs}: Plan, folder: string): string {
  const viewcore = spawnSync('which', ['viewcore'], {encoding: 'utf8'}).stdout.trim();
  const database = join(folder, 'bench.db');
  const peers: Cost[] = [];
  const graph: Cost[] = [];
  const conversion: Cost[] = [];
  const exports = EXPORTS.map((one) => ({...one, costs: [] as Cost[]}));
  const others = also.map((path) => ({name: basename(dirname(path)), path, costs: [] as Cost[]}));
  const convertArgs = (from: string, exe: string, target: string) => [
    'convert',
    from,
    '--exe',
    exe,
    '--to',
    'sqlite',
    '-o',
    target,
    '--force',
    '--quiet',
  ];
  let size: GraphSize | undefined;
  for (let run = 1; run <= runs; run++) {
    console.error(`Run ${run} of ${runs}`);
    if (viewcore !== '') peers.push(measureCommand(viewcore, [core, '--exe', executable, 'histo']));
    const {stdout, ...cost} = measureCommand(process.execPath, [program('graph.js'), core, executable]);
    size = JSON.parse(stdout) as GraphSize;
    graph.push(cost);
    conversion.push(measureCommand(process.execPath, [goheap, ...convertArgs(core, executable, database)]));
    for (const {options, costs} of exports) {
      const target = ['-o', join(folder, 'bench.out'), '--force', '--quiet'];
      costs.push(measureCommand(process.execPath, [goheap, 'convert', core, '--exe', executable, ...options, ...target]));
    }
  }
  const counted = others.map(({name, path, costs}) => {
    console.error(name);
    const other = join(folder, 'other.db');
    for (let run = 1; run <= runs; run++)
      costs.push(measureCommand(process.execPath, [goheap, ...convertArgs(path, executableOf(path), other)]));
    return {name, costs, ...sizeOf(other)};
  });
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
    others: counted,
    phases,
    cLoop: measureCLoop(database, folder),
    databaseBytes: statSync(database).size,
  });
}

function sizeOf(database: string): GraphSize & {readonly databaseBytes: number} {
  const {stdout} = measureCommand(process.execPath, [goheap, 'info', database, '--json']);
  const {facts} = JSON.parse(stdout) as {facts: {heap_objects: number; edges: number}};
  return {objects: facts.heap_objects, edges: facts.edges, databaseBytes: statSync(database).size};
}

await main();
