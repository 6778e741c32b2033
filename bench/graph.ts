/**
 * Prints what each phase of the analyses costs on a synthetic heap: `node graph.js [MILLIONS OF OBJECTS]`.
 * CPU is user + system of the process; "peak" is the largest resident set so far, above what the graph itself takes.
 */
import {computeAnalyses} from '../src/analyses/analyze.js';
import {computeHistogram} from '../src/analyses/histogram.js';
import {checkGraph} from '../src/graph/check.js';
import {buildSyntheticHeap} from './synthetic-heap.js';

const cpuSeconds = () => {
  const {user, system} = process.cpuUsage();
  return (user + system) / 1e6;
};
const peakBytes = () => process.resourceUsage().maxRSS * 1024;

const graph = buildSyntheticHeap(Number(process.argv[2] ?? 20) * 1e6);
const objects = graph.objects.count;
console.log(
  `${objects} objects, ${graph.edges.count} pointers, graph ${(process.memoryUsage().arrayBuffers / objects).toFixed(1)} bytes/object`,
);
const base = process.memoryUsage().rss;
let since = cpuSeconds();
const report = (phase: string) => {
  const now = cpuSeconds();
  const perObject = (bytes: number) => (bytes / objects).toFixed(1).padStart(6);
  console.log(
    `${phase.padEnd(20)} ${(now - since).toFixed(2).padStart(6)} s CPU ${perObject(peakBytes() - base)} bytes/object peak ${perObject(process.memoryUsage().rss - base)} now`,
  );
  since = now;
};
const start = since;
let stage = '';
const columns = await computeAnalyses(
  graph,
  {bytes: () => undefined},
  {
    onProgress(next) {
      if (stage !== '' && next !== stage) report(stage);
      stage = next;
    },
  },
);
report(`${stage}, sums`);
console.log(
  `${'all analyses'.padEnd(20)} ${(cpuSeconds() - start).toFixed(2).padStart(6)} s CPU; ${columns.reachableObjects} reachable, deepest ${columns.depth.reduce((max, depth) => (depth !== 0xffffffff && depth > max ? depth : max))}`,
);
computeHistogram(columns);
report('histogram');
checkGraph(graph);
report('checkGraph');
