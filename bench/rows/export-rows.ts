/**
 * Exports a synthetic heap to a database and prints, a line a table, rows and CPU seconds; the C loop (c-loop.c) prints the same.
 * Usage: node export-rows.js OBJECTS DATABASE. bench/rows/run.sh builds and runs both.
 */
import {statSync} from 'node:fs';
import {sqlite} from '../../formats/sqlite/export.js';
import {computeAnalyses} from '../../src/analyses/analyze.js';
import {syntheticHeap} from './synthetic-heap.js';

const [wanted, path] = process.argv.slice(2) as [string, string];
const {graph, contents} = syntheticHeap(Number(wanted));
const columns = await computeAnalyses(graph, contents);
const rssBefore = process.memoryUsage.rss();
const cpu = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;

const start = cpu();
let last = start;
await sqlite.write(
  {columns},
  path,
  {},
  {
    onProgress(stage, done, total) {
      if (done !== total || !stage.startsWith('write ')) return;
      const now = cpu();
      if (done > 1000)
        console.log(`${stage.slice(6).padEnd(14)} ${String(done).padStart(10)} rows ${(now - last).toFixed(2).padStart(7)} s`);
      last = now;
    },
  },
);
console.log(`${'total'.padEnd(14)} ${String(graph.objects.count).padStart(10)} objects ${(cpu() - start).toFixed(2).padStart(4)} s`);
const bytes = statSync(path).size;
console.log(`${(bytes / graph.objects.count).toFixed(1)} bytes an object in the file; memory above the graph: at most`);
const {maxRSS} = process.resourceUsage();
console.log(`${((maxRSS * 1024 - rssBefore) / graph.objects.count).toFixed(1)} bytes an object (peak ${(maxRSS / 1024).toFixed(0)} MiB)`);
