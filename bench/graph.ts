/**
 * A core → a typed graph with its analyses, as `goheap convert` makes it before it writes: `graph.js CORE EXE`. Prints how
 * large the graph is. Runs in a process of its own, started by run.ts.
 */
import {openHeap} from '../src/index.js';

export interface GraphSize {
  readonly objects: number;
  readonly edges: number;
}

const [core, executable] = process.argv.slice(2);
if (core === undefined || executable === undefined) throw new Error('usage: graph.js CORE EXE');
await using heap = await openHeap(core, {executable, analyze: true});
const {columns} = await heap.analyze();
console.log(JSON.stringify({objects: columns.objects.count, edges: columns.edges.count} satisfies GraphSize));
