/**
 * Types → for each, exactly what becomes garbage when all its objects go at once. Variables of the type stay.
 *
 * One traversal answers for up to 31 types: a node's bits say of which of them the objects can all be missing while the node is
 * still reachable. Bits flow along pointers, an object drops the bit of its own type, and a node goes on when it has gained a bit;
 * in practice nearly all bits arrive together, in the worst case a node is visited once a bit.
 */
import {clearBit, createBitset, getBit, setBit} from '../base/bitset.js';
import type {TypeIndex} from '../base/units.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {firstObjectNode, nodeCount, nodeOfObject} from '../graph/objects.js';
import {buildSkippedEdges} from './skipped-edges.js';

/** Bits of a small integer. */
export const TYPES_PER_TRAVERSAL = 31;

/** What it needs of the heap. */
export interface TypedHeap {
  readonly graph: {
    readonly spans: Pick<HeapGraph['spans'], 'count' | 'slotSize'>;
    readonly edges: Pick<HeapGraph['edges'], 'count' | 'firstEdge' | 'target' | 'notFollowed'>;
    readonly roots: {readonly count: number};
    readonly objects: Pick<HeapGraph['objects'], 'count' | 'firstObject' | 'type'>;
    readonly types: {readonly count: number};
  };
  readonly reachable: Uint8Array; // bit per node
}

/** Bytes per row of `types`, which has at most `TYPES_PER_TRAVERSAL` of them. 8 bytes a node of scratch memory. */
export function computeRetainedByType({graph, reachable}: TypedHeap, types: readonly TypeIndex[]): Float64Array {
  const {spans, objects} = graph;
  const bitOfType = new Int32Array(graph.types.count);
  for (const [index, type] of types.entries()) bitOfType[type] = 1 << index;
  const all = 0x7fffffff >>> (TYPES_PER_TRAVERSAL - types.length);
  const survives = markSurvivors(graph, bitOfType, all);
  const bytes = new Float64Array(types.length);
  for (let span = 0; span < spans.count; span++) {
    const size = spans.slotSize[span]!;
    const end = objects.firstObject[span + 1]!;
    for (let object = objects.firstObject[span]!; object < end; object++) {
      const node = nodeOfObject(graph, object);
      if (!getBit(reachable, node)) continue;
      const own = bitOfType[objects.type[object]!]!;
      for (let lost = (all & ~survives[node]!) | own; lost !== 0; lost &= lost - 1) bytes[31 - Math.clz32(lost & -lost)]! += size;
    }
  }
  return bytes;
}

/** Per node: the bits of the types without whose objects the node is still reachable – and always the bit of its own type, which nobody needs to bring. */
function markSurvivors(graph: TypedHeap['graph'], bitOfType: Int32Array, all: number): Int32Array {
  const {firstEdge, target} = graph.edges;
  const {type} = graph.objects;
  const nodes = nodeCount(graph);
  const firstObject = firstObjectNode(graph);
  const skipped = buildSkippedEdges(graph.edges);
  const survives = new Int32Array(nodes).fill(all, 0, firstObject);
  for (let node = firstObject; node < nodes; node++) survives[node] = bitOfType[type[node - firstObject]!]!;
  const waiting = createBitset(nodes);
  const stack = new Uint32Array(nodes); // a node waits at most once
  for (let root = 1; root < firstObject; root++) stack[root - 1] = root;
  let depth = graph.roots.count;
  while (depth > 0) {
    const node = stack[--depth]!;
    clearBit(waiting, node);
    const passedOn = node < firstObject ? all : survives[node]! & ~bitOfType[type[node - firstObject]!]!;
    const end = firstEdge[node + 1]!;
    for (let edge = firstEdge[node]!; edge < end; edge++) {
      const object = target[edge]!;
      if ((passedOn & ~survives[object]!) === 0 || getBit(skipped, edge)) continue;
      survives[object]! |= passedOn;
      if (getBit(waiting, object)) continue;
      setBit(waiting, object);
      stack[depth++] = object;
    }
  }
  return survives;
}
