/**
 * npm run bench -- CORE --exe EXE [--runs N] [--output FILE]: measures loading, analyses and conversion of a core, in
 * alternation with viewcore when that is on the PATH, and writes bench/RESULTS.md. Use a core of fixtures/make-cores.sh,
 * big-1g-1.26.8, so that results compare.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {type Cost, measureCommand} from './measure.js';
import type {PhaseReport} from './phases.js';
import {reportText} from './report.js';

const PHASES = fileURLToPath(new URL('phases.js', import.meta.url));

function main(): void {
  const {values, positionals} = parseArgs({
    allowPositionals: true,
    options: {exe: {type: 'string'}, runs: {type: 'string', default: '3'}, output: {type: 'string', default: join('bench', 'RESULTS.md')}},
  });
  const [core] = positionals;
  if (core === undefined) {
    console.error('Usage: npm run bench -- CORE [--exe EXE] [--runs N] [--output FILE]');
    process.exit(2);
  }
  const text = measureAll(core, values.exe ?? join(dirname(core), 'exe'), Number(values.runs));
  writeFileSync(values.output, text);
  console.log(text);
}

function measureAll(core: string, executable: string, runs: number): string {
  const viewcore = spawnSync('which', ['viewcore'], {encoding: 'utf8'}).stdout.trim();
  if (viewcore === '') console.error('viewcore is not on the PATH: goheap is measured alone.');
  const folder = mkdtempSync(join(tmpdir(), 'goheap-bench-'));
  const database = join(folder, 'bench.db');
  const peers: Cost[] = [];
  const graph: Cost[] = [];
  const conversion: Cost[] = [];
  const reports: PhaseReport[] = [];
  try {
    for (let run = 1; run <= runs; run++) {
      console.error(`Run ${run} of ${runs}`);
      if (viewcore !== '') peers.push(measureCommand(viewcore, [core, '--exe', executable, 'histo']));
      graph.push(measureCommand(process.execPath, [PHASES, core, executable]));
      const {stdout, ...cost} = measureCommand(process.execPath, [PHASES, core, executable, database]);
      conversion.push(cost);
      reports.push(JSON.parse(stdout) as PhaseReport);
    }
    const databaseBytes = statSync(database).size;
    const name = basename(dirname(core));
    return reportText({core: name, coreBytes: statSync(core).size, graph, conversion, reports, viewcore: peers, databaseBytes});
  } finally {
    rmSync(folder, {recursive: true});
  }
}

main();
