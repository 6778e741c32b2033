/**
 * The results of the analyses that every front end needs, as columns indexed by node or edge (docs/model.md defines the terms).
 * Root nodes and the program are always reachable; objects may not be.
 */
import type {Contents, HeapGraph} from '../graph/heap-graph.js';
import type {TellingPaths} from './telling-paths.js';

/** What needs the structure of the graph alone. */
export interface StructureAnalysis {
  readonly reachable: Uint8Array; // bit per node
  readonly reachableObjects: number;
  readonly reachableBytes: number; // Bytes: the slots of the reachable objects
  readonly dominator: Uint32Array; // per node: immediate dominator (a root node's is its parent); NONE for the program and when unreachable
  readonly retained: Float64Array; // per node: Bytes of heap; NaN when unreachable
  readonly retainedObjects: Uint32Array; // per node: objects it dominates, itself included if it is one; 0 when unreachable
  readonly bridge: Uint8Array; // bit per edge
  readonly spare: Uint32Array[]; // columns per node that nobody needs any more; whoever takes one takes it out
}

/** With the telling paths, which need types and names, and beside what they were computed from: what exporters get. */
export interface AnalysisColumns extends Omit<StructureAnalysis, 'spare'>, TellingPaths {
  readonly graph: HeapGraph;
  readonly contents: Contents;
}
