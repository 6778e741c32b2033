/**
 * All objects → sums by type (docs/model.md "Roll-ups"). The reachable ones count in full; garbage has two columns of its own.
 *
 * `retained` adds up the objects that have no dominator of the same type, in one walk of the dominator tree; a list of a million
 * items thus counts as what its first item retains. It is a lower bound of what would go if all objects of the type went: two of
 * them that hold a third object between them release it only together. `retainedExact` knows that (retained-by-type.ts), for as
 * many types as are worth the traversals.
 */
import {getBit} from '../base/bitset.js';
import type {Work} from '../base/progress.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {firstObjectNode, lengthOf, nodeCount, nodeOfObject} from '../graph/objects.js';
import type {AnalysisColumns} from './analysis-columns.js';
import {computeRetainedByTypeAside} from './answer-aside.js';
import type {DominatorPreorder} from './dominator-preorder.js';
import {TYPES_PER_TRAVERSAL} from './retained-by-type.js';
import {sumTopmost} from './topmost.js';

/** Per type. */
export interface Histogram {
  readonly objects: Float64Array; // reachable ones, as all columns that do not say otherwise
  readonly values: Float64Array; // sum of their lengths; 0 for the unknown type
  readonly bytes: Float64Array; // Bytes of their slots
  readonly used: Float64Array; // Bytes their values need; 0 for the unknown type, whose need is not known
  readonly unreachableObjects: Float64Array;
  readonly unreachableBytes: Float64Array; // Bytes
  readonly retained: Float64Array; // Bytes
  readonly retainedExact: Float64Array; // Bytes; NaN where it was not computed
}

/** docs/model.md promises the exact figure for the thirty biggest. */
const EXACT_TYPES = 30;
/** Below this many nodes and edges per traversal, times traversals, all types get it: half a second. */
const CHEAP = 1 << 24;

/** O(nodes + edges). What types retain exactly is computed aside; the rest is done before this returns. Rejects with `signal.reason` when aborted. */
export async function computeHistogram(
  columns: AnalysisColumns,
  preorder: Pick<DominatorPreorder, 'node'>,
  work?: Work,
): Promise<Histogram> {
  const {objects, types} = columns.graph;
  const retained = sumTopmost(columns, preorder, {groupOf: objects.type, first: firstObjectNode(columns.graph), count: types.count});
  const histogram = {...sumByType(columns), retained, retainedExact: new Float64Array(types.count).fill(Number.NaN)};
  await fillExact(columns, histogram, work);
  return histogram;
}

function sumByType({graph, reachable}: AnalysisColumns): Omit<Histogram, 'retained' | 'retainedExact'> {
  const {spans, objects, types} = graph;
  const zeros = () => new Float64Array(types.count);
  const sums = {
    objects: zeros(),
    values: zeros(),
    bytes: zeros(),
    used: zeros(),
    unreachableObjects: zeros(),
    unreachableBytes: zeros(),
  };
  for (let span = 0; span < spans.count; span++) {
    const size = spans.slotSize[span]!;
    const end = objects.firstObject[span + 1]!;
    for (let object = objects.firstObject[span]!; object < end; object++) {
      const type = objects.type[object]!;
      if (getBit(reachable, nodeOfObject(graph, object))) {
        const length = lengthOf(objects, object);
        sums.objects[type]! += 1;
        sums.values[type]! += length;
        sums.bytes[type]! += size;
        sums.used[type]! += types.size[type]! * length;
      } else {
        sums.unreachableObjects[type]! += 1;
        sums.unreachableBytes[type]! += size;
      }
    }
  }
  return sums;
}

async function fillExact(columns: AnalysisColumns, {objects, retained, retainedExact}: Histogram, work?: Work): Promise<void> {
  const types = Array.from(objects.keys())
    .filter((type) => objects[type]! > 0)
    .sort((a, b) => retained[b]! - retained[a]!);
  types.splice(wantedTypes(columns.graph, types.length));
  for (let from = 0; from < types.length; from += TYPES_PER_TRAVERSAL) {
    const group = types.slice(from, from + TYPES_PER_TRAVERSAL);
    const bytes = await computeRetainedByTypeAside(columns, group, work);
    for (const [index, type] of group.entries()) retainedExact[type] = bytes[index]!;
  }
}

function wantedTypes(graph: HeapGraph, types: number): number {
  const traversals = Math.ceil(types / TYPES_PER_TRAVERSAL);
  return traversals * (nodeCount(graph) + graph.edges.count) <= CHEAP ? types : EXACT_TYPES;
}
