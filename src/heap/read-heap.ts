/**
 * The heap stage as a whole: the runtime's spans, goroutines and specials → objects, pointers and roots under their final
 * node numbers, with what was seen of types on the way.
 */
import type {Work} from '../base/progress.js';
import type {StringTable} from '../base/string-table.js';
import {type Address, hex} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import type {AllocationTable, EdgeTable, FrameTable, GoroutineTable, RootTable, SpanTable, TimerTable} from '../graph/heap-graph.js';
import {NO_TIMERS} from '../graph/no-timers.js';
import {firstObjectNode, spanAt} from '../graph/objects.js';
import type {DumpedRecords} from '../heapdump/dump-records.js';
import type {Thread} from '../image/core-file.js';
import {checkSpans} from '../runtime/checks/check-spans.js';
import type {FunctionTypeFinder} from '../runtime/functions/function-types.js';
import type {GoRuntime} from '../runtime/go-runtime.js';
import type {Machine} from '../runtime/goroutines/machines.js';
import {type RuntimeSpans, SPAN_STATE} from '../runtime/memory/spans.js';
import {checkModules} from '../runtime/modules.js';
import type {RuntimeClock} from '../runtime/runtime-clock.js';
import type {Itab, TypeWords} from '../runtime/types/type-words.js';
import {readAllocationSites, readDumpedSites} from './allocation-sites.js';
import {findObjects} from './find-objects.js';
import {warnOfLostSpans} from './lost-spans.js';
import {numberNodes} from './number-nodes.js';
import type {PointerBitmaps} from './pointer-bitmaps.js';
import {findRoots} from './roots/find-roots.js';
import type {Globals} from './roots/global-roots.js';
import type {FrameWords, TypedPointer} from './roots/root-builder.js';
import type {UntypedWaits} from './roots/wait-columns.js';
import {readTimerColumns} from './timer-columns.js';
import {traceEdges} from './trace-edges.js';

export interface HeapSource {
  /** Of goheap, that may read at a time; one where nothing is said. */
  readonly threadCount?: number | undefined;
  readonly runtime: RuntimeSpans;
  readonly threads: readonly Thread[];
  readonly globals: Globals;
  readonly typeWords: TypeWords;
  readonly functionTypes: FunctionTypeFinder;
  /** What a heap dump lists in place of the runtime's own structs outside of the heap, which it lacks. */
  readonly dumped?: DumpedRecords | undefined;
}
export interface UntypedHeap {
  readonly spans: SpanTable;
  readonly objects: {readonly count: number; readonly firstObject: Uint32Array; readonly slot: Uint16Array};
  readonly edges: EdgeTable;
  readonly roots: RootTable;
  readonly goroutines: GoroutineTable;
  readonly frames: FrameTable;
  readonly waits: UntypedWaits;
  readonly machines: readonly Machine[]; // the runtime's threads
  readonly clock: RuntimeClock;
  readonly allocations: AllocationTable;
  readonly timers: TimerTable;
  readonly itabs: readonly Itab[]; // by address
  readonly rootTypeDie: Float64Array; // per root: DWARF entry of the variable's type; NaN = unknown
  readonly rootTypeName: ReadonlyMap<number, string>; // of the runtime's own variables: their types' names
  readonly rootTypeAddress: ReadonlyMap<number, Address>; // of values on their way to a channel: their runtime types
  readonly typedPointers: readonly TypedPointer[];
  readonly frameWords: FrameWords;
  readonly bitmaps: PointerBitmaps; // the collector's pointer bits of small objects
  readonly headerObject: Uint32Array; // as in TracedEdges, and so are the next three
  readonly headerType: Float64Array;
  readonly interfaceEdge: Uint32Array;
  readonly interfaceType: Float64Array;
}

const NO_SITES: AllocationTable = {sites: [], object: new Uint32Array(0), site: new Uint32Array(0)};

export async function readHeap(go: GoRuntime, source: HeapSource, strings: StringTable, work?: Work): Promise<UntypedHeap> {
  const {runtime, typeWords, dumped} = source;
  const {warnings} = go;
  if (!dumped) {
    warnings.attempt('checks-cut', 'The module data cannot be checked', undefined, () => checkModules(go.modules, warnings));
    warnings.attempt('checks-cut', 'The span table cannot be checked', undefined, () => checkSpans(go, runtime));
  }
  if (!runtime.isWhole) warnOfLostSpans(go, runtime.table);
  const index = findObjects(runtime);
  const traced = await traceEdges(go, runtime, index, typeWords, {...work, threads: source.threadCount});
  const found = findRoots(go, source, index, traced, strings);
  if (!dumped) checkStacks(index.spans, found.goroutines, warnings);
  const {bitmaps, headerObject, headerType} = traced;
  const {typeDie, typeName, typeAddress, typedPointers, frameWords} = found.collected;
  const numbered = numberNodes(found.collected, traced, index, found.gObjects);
  return {
    spans: index.spans,
    objects: {count: index.count, firstObject: index.firstObject, slot: index.slot},
    ...numbered,
    goroutines: found.goroutines,
    frames: found.frames,
    waits: found.waits.finish(firstObjectNode(numbered)),
    machines: found.machines,
    clock: found.clock,
    allocations: warnings.attempt('profile', 'The memory profile cannot be read: where objects were allocated is unknown', NO_SITES, () =>
      dumped
        ? readDumpedSites(go, dumped, index, firstObjectNode(numbered))
        : readAllocationSites(go, runtime, index, firstObjectNode(numbered)),
    ),
    timers: warnings.attempt('timers', 'The timers cannot be read', NO_TIMERS, () =>
      readTimerColumns(go, index, found.clock, strings, firstObjectNode(numbered)),
    ),
    itabs: typeWords.itabs,
    rootTypeDie: typeDie,
    rootTypeName: typeName,
    rootTypeAddress: typeAddress,
    typedPointers,
    frameWords,
    bitmaps,
    headerObject,
    headerType,
  };
}

/**
 * Every goroutine's stack lies in a span that the runtime manages by hand (runtime/stack.go, stackalloc). One that does not shows that the span
 * was lost on the way: its memory is then accounted for as something else. Adds `stack-without-span` to the warnings, once a goroutine.
 */
function checkStacks(spans: SpanTable, goroutines: GoroutineTable, warnings: WarningLog): void {
  for (let row = 0; row < goroutines.count; row++) {
    if (goroutines.stackBytes[row] === 0) continue;
    const start = goroutines.stackStart[row]!;
    const span = spanAt(spans, start);
    if (span !== undefined && spans.state[span] === SPAN_STATE.manual) continue;
    const where = `The stack of goroutine ${goroutines.id[row]} at ${hex(start)}`;
    warnings.add('stack-without-span', `${where} lies in no span of the runtime: the span table is damaged or incomplete.`);
  }
}
