/**
 * Everything the collector starts from → root nodes with their words, the goroutine tables, and the final node numbers.
 * The order decides who owns a word that two could claim: globals, goroutines, specials, then finalizer objects.
 */
import type {StringTable} from '../../base/string-table.js';
import type {FrameTable, GoroutineTable} from '../../graph/heap-graph.js';
import type {DumpedRecords} from '../../heapdump/dump-records.js';
import type {Thread} from '../../image/core-file.js';
import type {FunctionTypeFinder} from '../../runtime/functions/function-types.js';
import type {GoRuntime} from '../../runtime/go-runtime.js';
import {GoroutineReader} from '../../runtime/goroutines/goroutine-reader.js';
import type {Machine} from '../../runtime/goroutines/machines.js';
import type {RuntimeSpans} from '../../runtime/memory/spans.js';
import type {RuntimeClock} from '../../runtime/runtime-clock.js';
import type {TypeWords} from '../../runtime/types/type-words.js';
import {checkReached} from '../check-reached.js';
import type {ObjectIndexTable} from '../find-objects.js';
import type {TracedEdges} from '../traced-edges.js';
import {FirstPointers} from './first-pointers.js';
import {addGlobalRoots, type Globals} from './global-roots.js';
import {addGoroutineRoots} from './goroutine-roots.js';
import {type CollectedRoots, RootBuilder} from './root-builder.js';
import {addDumpedFinalizers, addFinalizerObjects, addSpecialRoots, markReached} from './special-roots.js';
import type {WaitColumns} from './wait-columns.js';

export interface FoundRoots {
  readonly collected: CollectedRoots;
  readonly goroutines: GoroutineTable;
  readonly frames: FrameTable;
  readonly waits: WaitColumns;
  readonly machines: readonly Machine[];
  readonly clock: RuntimeClock;
  readonly gObjects: Uint32Array; // objects that are the g of a goroutine with a node, ascending
}

export interface RootSource {
  readonly threads: readonly Thread[];
  readonly globals: Globals;
  readonly runtime: RuntimeSpans;
  readonly typeWords: TypeWords;
  readonly functionTypes: FunctionTypeFinder;
  readonly dumped?: DumpedRecords | undefined;
}

export function findRoots(
  go: GoRuntime,
  source: RootSource,
  index: ObjectIndexTable,
  edges: TracedEdges,
  strings: StringTable,
): FoundRoots {
  const roots = new RootBuilder(index, strings);
  addGlobalRoots(go, source.globals, source.typeWords, roots);
  const pointers = new FirstPointers(index);
  const reader = new GoroutineReader(go, source.threads, {filterWords: () => pointers.filter()});
  const tables = addGoroutineRoots(go, reader, roots, {...source, edges});
  const finalized = source.dumped ? addDumpedFinalizers(source.dumped.finalizers, roots) : addSpecialRoots(go, source.runtime, roots);
  addFinalizerObjects(roots, edges, finalized, tables.gObjects);
  checkReached(go, source.runtime, index, edges, () => markReached(roots, edges, tables.gObjects));
  return {collected: roots.finish(), machines: reader.machines, clock: reader.clock, ...tables};
}
