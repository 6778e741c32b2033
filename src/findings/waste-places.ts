/**
 * What findings need to know of memory that is held and not used: rows by kind and place.
 */
import type {Bytes, NodeIndex} from '../base/units.js';
import type {TypeIndex} from '../graph/heap-graph.js';

/** What a row of waste must have. */
export interface WastePlace {
  readonly kind: string;
  readonly path: string; // generalized
  readonly type: TypeIndex; // 0 where there is none
  readonly bytes: Bytes;
  readonly count: number; // objects
  readonly example: NodeIndex; // that which wastes most; NONE
}
/** Most bytes first. */
export interface WastePlaces<Row extends WastePlace = WastePlace> {
  readonly rows: readonly Row[];
  fixFor(row: Row): string;
}
