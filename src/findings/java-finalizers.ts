/**
 * Objects of Java that wait for their finalizer → a finding. The collector has found them unreachable and put their java.lang.ref.Finalizer into its queue, which one thread
 * works off; until that has called them, they and what only they lead to stay in memory, and no path from a root shows it: what a Finalizer refers to is listed
 * and not followed. A reference that is in a queue says so: its own is ReferenceQueue.ENQUEUED, in JDK 8 to 25.
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import {indexOfSorted} from '../base/lower-bound.js';
import {type Bytes, NONE, type NodeIndex} from '../base/units.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {isJava} from '../graph/language.js';
import {firstObjectNode, nodeCount} from '../graph/objects.js';
import type {Finding} from './finding.js';
import type {FindingInput} from './finding-input.js';
import {isWorthTelling} from './finding-thresholds.js';
import {amount, countOf} from './telling-words.js';

const FINALIZER = 'java.lang.ref.Finalizer';
const ENQUEUED = 'java.lang.ref.ReferenceQueue.ENQUEUED';

export function* findJavaFinalizers({told, sizes}: FindingInput): Generator<Finding> {
  const {graph, reachable} = told.columns;
  if (!isJava(graph)) return;
  const {references, objects} = listQueued(graph);
  const bytes = sumGarbage(graph, reachable, objects);
  const count = objects.length;
  if (!isWorthTelling('finalizers', {count, bytes, of: sizes.live})) return;
  yield {
    kind: 'finalizers',
    name: FINALIZER,
    bytes,
    of: sizes.live,
    count,
    node: references[0] ?? NONE,
    type: NONE,
    group: NONE,
    sentence: `${countOf(count, 'object')} wait for their finalizers, which one thread calls one after the other. They and what only they lead to take ${amount(bytes, sizes.live)}, beside it.`,
    evidence: {queued: count},
    fix: 'See what the thread Finalizer is blocked in: one finalizer that blocks stops all others. Close objects where they end, or use a java.lang.ref.Cleaner.',
    next: 'goheap goroutines INPUT',
    nodes: references,
  };
}

/** The Finalizers in a queue, and the objects that these refer to. */
function listQueued(graph: HeapGraph): {readonly references: Uint32Array; readonly objects: Uint32Array} {
  const {roots, objects, types, strings, edges} = graph;
  const references = new Column(Uint32Array);
  const referents = new Column(Uint32Array);
  const marker = roots.name.findIndex((name) => strings[name] === ENQUEUED) + 1;
  const queue = marker === 0 ? NONE : edges.target[edges.firstEdge[marker]!];
  const finalizer = types.name.indexOf(FINALIZER);
  const first = firstObjectNode(graph);
  for (let object = 0; object < objects.count; object++) {
    if (objects.type[object] !== finalizer) continue;
    const [from, end] = [edges.firstEdge[first + object]!, edges.firstEdge[first + object + 1]!];
    if (!edges.target.subarray(from, end).includes(queue!)) continue;
    references.push(first + object);
    for (let edge = from; edge < end; edge++) if (indexOfSorted(edges.notFollowed, edge) >= 0) referents.push(edges.target[edge]!);
  }
  return {references: references.finish(), objects: referents.finish()};
}

/** The slots of the objects that no root leads to and these do. */
function sumGarbage(graph: HeapGraph, reachable: Uint8Array, from: Uint32Array): Bytes {
  const {edges, spans} = graph;
  const first = firstObjectNode(graph);
  const seen = createBitset(nodeCount(graph));
  const waiting = new Column(Uint32Array);
  const meet = (node: NodeIndex) => {
    if (getBit(reachable, node) || getBit(seen, node)) return;
    setBit(seen, node);
    waiting.push(node);
  };
  let bytes = 0;
  for (const node of from) meet(node);
  while (waiting.length > 0) {
    const node = waiting.data[--waiting.length]!;
    bytes += spans.slotSize[node - first]!; // each object of Java is a span of its own
    for (let edge = edges.firstEdge[node]!; edge < edges.firstEdge[node + 1]!; edge++) meet(edges.target[edge]!);
  }
  return bytes;
}
