/**
 * The results of the analyses that every front end needs, as columns indexed by node or edge (docs/model.md defines the terms).
 * Root nodes and the program are always reachable; objects may not be.
 */
import type {Contents, HeapGraph} from '../graph/heap-graph.js';

export interface StructureAnalysis {
  readonly reachable: Uint8Array; // bit per node
  readonly reachableObjects: number;
  readonly reachableBytes: number; // Bytes: the slots of the reachable objects
  readonly depth: Uint32Array; // per node: pointers from a root node, 0 for the program and root nodes; NONE when unreachable
  readonly holder: Uint32Array; // per node: NodeIndex before this object on its shortest path; for root nodes their parent; NONE for the program and when unreachable
  readonly holderSlot: Uint32Array; // per node: word offset of that pointer in the holder; NONE where there is no such pointer
  readonly dominator: Uint32Array; // per node: immediate dominator (a root node's is its parent); NONE for the program and when unreachable
  readonly retained: Float64Array; // per node: Bytes of heap; NaN when unreachable
  readonly retainedObjects: Uint32Array; // per node: objects it dominates, itself included if it is one; 0 when unreachable
  readonly bridge: Uint8Array; // bit per edge
}

/** The same beside what they were computed from: what exporters get. */
export interface AnalysisColumns extends StructureAnalysis {
  readonly graph: HeapGraph;
  readonly contents: Contents;
}
