/**
 * What a program's memory holds and does not use: THE LIST of kinds is in waste-kinds.ts, and docs/findings.md explains each.
 * No byte is two kinds: of an array's slot each is in use, reserve, pinned or rounding; what sync.Pool alone keeps is pooled and nothing else.
 */
import type {Owners} from '../answers/owners.js';
import type {ToldHeap} from '../answers/told-heap.js';
import {isJava} from '../graph/language.js';
import type {ArrayViews} from '../values/array-views.js';
import {computeDuplicates} from './duplicates.js';
import {listFieldOrders} from './field-order.js';
import {addJavaDuplicates} from './java-duplicates.js';
import {WasteFixes} from './waste-fixes.js';
import {addMaps} from './waste-maps.js';
import {addObjects} from './waste-objects.js';
import {addSpans} from './waste-spans.js';
import {type WasteRow, WasteTally} from './waste-tally.js';

export interface WasteInput extends Pick<ToldHeap, 'columns' | 'names'> {
  readonly owners: Pick<Owners, 'rows' | 'ownerOf'>;
  readonly views: ArrayViews;
  readonly pooled: Uint8Array; // bit per node
  readonly duplicates: boolean; // whether equal strings and byte slices are looked for
}

export interface WasteFindings {
  readonly rows: readonly WasteRow[]; // most bytes first
  /** What to do about a row, in a line. */
  fixFor(row: WasteRow): string;
}

const SHARED_TEXTS = 'keep one copy of each: a map where they come in, String.intern, or -XX:+UseStringDeduplication';

/** O(objects + extents). */
export function computeWaste(input: WasteInput): WasteFindings {
  const {columns, names, owners, views, pooled} = input;
  const {graph, reachable} = columns;
  const tally = new WasteTally(names, owners.ownerOf, {types: graph.types.count, owners: owners.rows.length});
  if (isJava(graph)) {
    if (input.duplicates) addJavaDuplicates(tally, graph, columns.contents, reachable);
    return {rows: tally.finish(), fixFor: () => SHARED_TEXTS}; // the other kinds are of Go's allocator and collections
  }
  const orders = listFieldOrders(graph);
  const duplicates = input.duplicates ? computeDuplicates(graph, columns.contents, views, pooled) : undefined;
  addObjects(tally, graph, {reachable, views, pooled, orders, duplicates});
  addMaps(tally, graph, views, pooled);
  addSpans(tally, graph);
  const fixes = new WasteFixes(graph, views, orders);
  return {rows: tally.finish(), fixFor: (row) => fixes.fixFor(row)};
}
