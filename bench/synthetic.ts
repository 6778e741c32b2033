/**
 * A made-up graph through all analyses: `synthetic.js OBJECTS` prints what that took beside making the graph, as JSON, and throws where a result is wrong:
 * of this graph every node's dominator and retained bytes are known. Runs in a process of its own, started by scale.ts.
 */
import {performance} from 'node:perf_hooks';
import {computeAnalyses} from '../src/analyses/analyze.js';
import {isText, NODE_SIZE, NODES_PER_SPAN, syntheticHeap, TEXT_SIZE} from './rows/synthetic-heap.js';

export interface SyntheticRun {
  readonly objects: number;
  readonly edges: number;
  readonly graphBytes: number; // of resident memory, when the graph was made
  readonly wallSeconds: number; // of the analyses, as all that follows
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

const cpu = () => {
  const {user, system} = process.cpuUsage();
  return (user + system) / 1e6;
};

const {graph, contents} = syntheticHeap(Number(process.argv[2]));
const graphBytes = process.memoryUsage.rss();
const begun = {wall: performance.now(), cpu: cpu()};
const {dominator, retained, retainedObjects, reachableObjects} = await computeAnalyses(graph, contents);
const wallSeconds = (performance.now() - begun.wall) / 1e3;
const cpuSeconds = cpu() - begun.cpu;

const {count} = graph.objects;
const first = 1 + graph.roots.count; // the struct that both variables point to
const expect = (node: number, what: string, found: number | undefined, wanted: number) => {
  if (found !== wanted) throw new Error(`${what} of node ${node}: ${found}; expected ${wanted}`);
};
const pair = NODE_SIZE + TEXT_SIZE;
expect(0, 'reachable objects', reachableObjects, count);
for (let node = first; node < first + count; node++) {
  const ofText = isText(node - first);
  // The list leads to every struct, and back; the tree leads there past any other than the first.
  expect(node, 'dominator', dominator[node], ofText ? node - NODES_PER_SPAN : node === first ? 0 : first);
  expect(node, 'retained bytes', retained[node], ofText ? TEXT_SIZE : node === first ? (pair * count) / 2 : pair);
  expect(node, 'retained objects', retainedObjects[node], ofText ? 1 : node === first ? count : 2);
}
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(
  JSON.stringify({objects: count, edges: graph.edges.count, graphBytes, wallSeconds, cpuSeconds, peakBytes} satisfies SyntheticRun),
);
