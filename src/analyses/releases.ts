/**
 * An edge → the bytes that become garbage when this one pointer is set to nil: all its target retains for a bridge, else nothing.
 */
import {getBit} from '../base/bitset.js';
import type {Bytes} from '../base/units.js';
import type {AnalysisColumns} from './analysis-columns.js';

/** `edge` is an index into the edge table. O(1). */
export function computeReleases({graph, bridge, retained}: Pick<AnalysisColumns, 'graph' | 'bridge' | 'retained'>, edge: number): Bytes {
  return getBit(bridge, edge) ? retained[graph.edges.target[edge]!]! : 0;
}
