/**
 * The pointers between objects before roots have numbers: by object index instead of node, otherwise as `EdgeTable`.
 */
import {indexOfSorted} from '../base/lower-bound.js';
import type {Bytes} from '../base/units.js';
import {spanOf} from '../graph/objects.js';
import type {ObjectIndexTable} from './find-objects.js';
import type {PointerBitmaps} from './pointer-bitmaps.js';

export interface TracedEdges {
  readonly first: Uint32Array; // per object, plus one
  readonly slot: Uint32Array; // words; a view with free rows in front of it
  readonly target: Uint32Array; // ObjectIndex; likewise
  readonly bitmaps: PointerBitmaps; // of the small objects
  readonly interiorEdge: Uint32Array; // ascending
  readonly interiorOffset: Float64Array; // Bytes into the target's slot
  readonly headerObject: Uint32Array; // objects whose element type the allocator recorded, ascending
  readonly headerType: Float64Array; // Address of that type
  readonly interfaceEdge: Uint32Array; // edges whose preceding word is a type or an itab, ascending
  readonly interfaceType: Float64Array; // Address of that type
  readonly danglingOwner: Uint32Array; // ObjectIndex per pointer to a free slot, which is no edge; ascending
}

/** Where in the target's slot the edge points. */
export function targetOffset(edges: TracedEdges, index: ObjectIndexTable, edge: number): Bytes {
  const row = indexOfSorted(edges.interiorEdge, edge);
  if (row >= 0) return edges.interiorOffset[row]!;
  return index.spans.header[spanOf(index, edges.target[edge]!)]!;
}
