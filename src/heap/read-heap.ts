/**
 * The heap stage as a whole: the runtime's spans, goroutines and specials → objects, pointers and roots under their final
 * node numbers, with what was seen of types on the way.
 */
import type {Work} from '../base/progress.js';
import type {StringTable} from '../base/string-table.js';
import type {EdgeTable, FrameTable, GoroutineTable, RootTable, SpanTable} from '../graph/heap-graph.js';
import type {Thread} from '../image/core-file.js';
import type {ElfSymbol} from '../runtime/globals.js';
import type {GoRuntime} from '../runtime/go-runtime.js';
import {PointerMasks} from '../runtime/pointer-masks.js';
import {readSpans} from '../runtime/spans.js';
import {type Itab, TypeWords} from '../runtime/type-words.js';
import {findObjects} from './find-objects.js';
import {findRoots} from './find-roots.js';
import {numberNodes} from './number-nodes.js';
import type {PointerBitmaps} from './pointer-bitmaps.js';
import {traceEdges} from './trace-edges.js';

export interface HeapSource {
  readonly threads: readonly Thread[];
  readonly symbols: ReadonlyMap<string, ElfSymbol>;
}
export interface UntypedHeap {
  readonly spans: SpanTable;
  readonly objects: {readonly count: number; readonly firstObject: Uint32Array; readonly slot: Uint16Array};
  readonly edges: EdgeTable;
  readonly roots: RootTable;
  readonly goroutines: GoroutineTable;
  readonly frames: FrameTable;
  readonly itabs: readonly Itab[]; // by address
  readonly rootTypeDie: Float64Array; // per root: DWARF entry of the variable's type; NaN = unknown
  readonly bitmaps: PointerBitmaps; // the collector's pointer bits of small objects
  readonly headerObject: Uint32Array; // as in TracedEdges, and so are the next three
  readonly headerType: Float64Array;
  readonly interfaceEdge: Uint32Array;
  readonly interfaceType: Float64Array;
}

export async function readHeap(go: GoRuntime, source: HeapSource, strings: StringTable, work?: Work): Promise<UntypedHeap> {
  const runtime = readSpans(go);
  const index = findObjects(runtime);
  const typeWords = new TypeWords(go);
  const traced = await traceEdges(go, runtime, index, typeWords, new PointerMasks(go), work);
  const found = findRoots(go, {...source, runtime}, index, traced, strings);
  const {bitmaps, headerObject, headerType, interfaceType} = traced;
  return {
    spans: index.spans,
    objects: {count: index.count, firstObject: index.firstObject, slot: index.slot},
    ...numberNodes(found.collected, traced, index, found.gObjects),
    goroutines: found.goroutines,
    frames: found.frames,
    itabs: typeWords.itabs,
    rootTypeDie: found.collected.typeDie,
    bitmaps,
    headerObject,
    headerType,
    interfaceType,
  };
}
