/**
 * What the first pass keeps of each object, in columns.
 */
import type {FilePositions} from './file-positions.js';

/** By position in the order of ids. */
export interface ObjectRecords {
  readonly count: number;
  readonly id: Float64Array;
  readonly kind: Uint32Array; // number of the class × 4 + FORM
  readonly length: Uint32Array; // elements of arrays, bytes of instances
  readonly position: FilePositions; // of the values
}
