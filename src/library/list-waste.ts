/**
 * An analyzed heap → what it holds and does not use, as the table `waste` has it, computed when it is asked for.
 */
import {computeOwners} from '../answers/owners.js';
import {tellHeap} from '../answers/told-heap.js';
import {NONE} from '../base/units.js';
import {computePooled} from '../findings/pooled.js';
import {listRuntimeObjects} from '../findings/runtime-objects.js';
import {computeWaste} from '../findings/waste.js';
import type {WasteKind} from '../findings/waste-kinds.js';
import {computeArrayViews} from '../values/array-views.js';
import type {NodeId} from '../values/identity.js';
import type {AnalyzedHeap} from './heap.js';

/** A place that wastes memory in one way; docs/findings.md explains the kinds. */
export interface Waste {
  readonly kind: WasteKind;
  /** Generalized, as in `main.server.sessions[…].Raw`; `48-byte slots` where waste goes by size; undefined for padding. */
  readonly path: string | undefined;
  /** Full name: of the arrays' elements, the maps, the structs. */
  readonly type: string | undefined;
  readonly bytes: number;
  /** Objects, copies, slots or spans. */
  readonly count: number;
  /** Of kind capacity: arrays that may be kept for a small part, as `a[:64]` of a large one. */
  readonly reslices: number;
  /** The object that wastes most. */
  readonly node: NodeId | undefined;
  /** What to do about it. */
  readonly fix: string;
}

/** Most bytes first; no byte is in two of them. Of a heap without contents, only what needs none. `duplicates` false leaves out equal strings and byte slices. */
export function listWaste(heap: AnalyzedHeap, {duplicates = true}: {readonly duplicates?: boolean | undefined} = {}): Waste[] {
  const told = tellHeap(heap.columns);
  const {graph, contents, reachable} = told.columns;
  const views = computeArrayViews(graph, contents, reachable);
  const pooled = computePooled(told, listRuntimeObjects(told.columns).pools);
  const {rows, fixFor} = computeWaste({...told, owners: computeOwners(told), views, pooled, duplicates});
  return rows.map((row) => ({
    kind: row.kind,
    path: row.path || undefined,
    type: graph.types.name[row.type] || undefined,
    bytes: row.bytes,
    count: row.count,
    reslices: row.reslices,
    node: row.example === NONE ? undefined : (row.example as NodeId),
    fix: fixFor(row),
  }));
}
