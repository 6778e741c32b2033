/**
 * Roots and traced objects → the graph's node numbers and its edge table: root nodes first, then objects.
 */
import {sharedColumn} from '../base/shared-columns.js';
import {NONE} from '../base/units.js';
import type {EdgeTable, RootTable} from '../graph/heap-graph.js';
import {spanOf} from '../graph/objects.js';
import type {ObjectIndexTable} from './find-objects.js';
import type {CollectedRoots} from './roots/root-builder.js';
import type {TracedEdges} from './traced-edges.js';

export interface NumberedNodes {
  readonly roots: RootTable;
  readonly edges: EdgeTable;
  readonly interfaceEdge: Uint32Array; // as TracedEdges', by the new edge rows; those of roots come first
  readonly interfaceType: Float64Array;
}

/** Takes over the columns of `traced`: they hold node numbers afterwards. */
export function numberNodes(collected: CollectedRoots, traced: TracedEdges, index: ObjectIndexTable, gObjects: Uint32Array): NumberedNodes {
  const firstNode = collected.table.count + 1;
  const rootEdges = collected.edgeRoot.length;
  const count = rootEdges + traced.target.length;
  const firstEdge = sharedColumn(Uint32Array, firstNode + index.count + 1);
  for (const root of collected.edgeRoot) firstEdge[root + 2]!++; // counts, one row late: their sum is where the next node starts
  for (let node = 1; node <= firstNode; node++) firstEdge[node]! += firstEdge[node - 1]!;
  for (let object = 0; object <= index.count; object++) firstEdge[firstNode + object] = traced.first[object]! + rootEdges;
  const slot = prepend(collected.edgeSlot, traced.slot);
  const target = prepend(collected.edgeObject, traced.target);
  for (let edge = 0; edge < count; edge++) target[edge]! += firstNode;
  const notFollowed: number[] = [];
  for (const g of gObjects) for (let edge = traced.first[g]!; edge < traced.first[g + 1]!; edge++) notFollowed.push(edge + rootEdges);
  return {
    roots: {...collected.table, object: collected.table.object.map((object) => (object === NONE ? NONE : object + firstNode))},
    edges: {
      count,
      wordBytes: 8,
      firstEdge,
      slot,
      target,
      notFollowed: Uint32Array.from(notFollowed),
      ...mergeInterior(collected, traced, index),
    },
    ...mergeInterfaces(collected, traced),
  };
}

/** The edges whose word belongs to an interface value, and its dynamic type. */
function mergeInterfaces(collected: CollectedRoots, traced: TracedEdges): Pick<NumberedNodes, 'interfaceEdge' | 'interfaceType'> {
  const rootEdges = collected.edgeRoot.length;
  const own = Uint32Array.from(collected.edgeType.keys()).filter((edge) => collected.edgeType[edge] !== 0);
  const interfaceEdge = new Uint32Array(own.length + traced.interfaceEdge.length);
  interfaceEdge.set(own);
  for (let i = 0; i < traced.interfaceEdge.length; i++) interfaceEdge[own.length + i] = traced.interfaceEdge[i]! + rootEdges;
  const interfaceType = new Float64Array(interfaceEdge.length);
  for (let i = 0; i < own.length; i++) interfaceType[i] = collected.edgeType[own[i]!]!;
  interfaceType.set(traced.interfaceType, own.length);
  return {interfaceEdge, interfaceType};
}

/** The edges that do not point at the start of the target's data: those of roots come first. */
function mergeInterior(
  collected: CollectedRoots,
  traced: TracedEdges,
  index: ObjectIndexTable,
): Pick<EdgeTable, 'interiorEdge' | 'interiorOffset'> {
  const rootEdges = collected.edgeRoot.length;
  const edges: number[] = [];
  const offsets: number[] = [];
  for (let edge = 0; edge < rootEdges; edge++) {
    if (collected.edgeOffset[edge] === index.spans.header[spanOf(index, collected.edgeObject[edge]!)]) continue;
    edges.push(edge);
    offsets.push(collected.edgeOffset[edge]!);
  }
  const interiorEdge = new Uint32Array(edges.length + traced.interiorEdge.length);
  interiorEdge.set(edges);
  for (let i = 0; i < traced.interiorEdge.length; i++) interiorEdge[edges.length + i] = traced.interiorEdge[i]! + rootEdges;
  const interiorOffset = new Float64Array(interiorEdge.length);
  interiorOffset.set(offsets);
  interiorOffset.set(traced.interiorOffset, edges.length);
  return {interiorEdge, interiorOffset};
}

/** The two lists in one column: in place when there is room in front of the second one, as a rule. */
function prepend(values: Uint32Array, column: Uint32Array): Uint32Array {
  const room = column.byteOffset / column.BYTES_PER_ELEMENT;
  const joined =
    room >= values.length
      ? new Uint32Array(column.buffer, column.byteOffset - values.byteLength, values.length + column.length)
      : sharedColumn(Uint32Array, values.length + column.length);
  if (room < values.length) joined.set(column, values.length);
  joined.set(values);
  return joined;
}
