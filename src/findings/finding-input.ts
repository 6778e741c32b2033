/**
 * What every kind of finding starts from: the analyzed heap with its names, holders and owners, and what few of its objects are looked at one by one.
 */
import type {UsedLength} from '../answers/gathers.js';
import type {HolderRow} from '../answers/holders.js';
import type {Owners} from '../answers/owners.js';
import type {ToldHeap} from '../answers/told-heap.js';
import type {Bytes} from '../base/units.js';
import type {HeapGraph, MemoryUse} from '../graph/heap-graph.js';
import {sumSpans} from '../graph/sum-spans.js';
import {objectFinder, ValueSource} from '../values/value-source.js';
import {type Contexts, readContexts} from './contexts.js';
import type {Finding} from './finding.js';
import {findLeakedGoroutines, type LeakedGoroutines} from './leaked-goroutines.js';
import {listRuntimeObjects, type RuntimeObjects} from './runtime-objects.js';
import type {WastePlaces} from './waste-places.js';

export interface FindingInput {
  readonly told: ToldHeap;
  readonly holders: readonly HolderRow[];
  readonly owners: Owners;
  readonly contexts: Contexts;
  readonly leaks: LeakedGoroutines;
  readonly objects: RuntimeObjects;
  readonly source: ValueSource; // of the dump's bytes
  readonly sizes: HeapSizes;
  readonly usedLength?: UsedLength | undefined;
  readonly waste?: WastePlaces | undefined;
}
/** A kind of finding: pure, and silent below its threshold. */
export type FindSuspects = (input: FindingInput) => Iterable<Finding>;

export interface HeapSizes {
  readonly live: Bytes; // reachable
  readonly allocated: Bytes; // with garbage
  readonly stacks: Bytes; // of goroutines
}

export function readFindingInput(told: ToldHeap, answers: Pick<FindingInput, 'holders' | 'owners' | 'usedLength' | 'waste'>): FindingInput {
  const {graph, contents} = told.columns;
  const source = new ValueSource(graph, contents, {absence: 'unmapped', findObject: objectFinder(graph)});
  const objects = listRuntimeObjects(told.columns);
  const contexts = readContexts(graph, source, objects.contexts);
  const leaks = findLeakedGoroutines(graph);
  return {told, ...answers, contexts, leaks, objects, source, sizes: measureHeap(graph, told.columns.reachableBytes)};
}

function measureHeap({spans, goroutines}: HeapGraph, live: Bytes): HeapSizes {
  return {live, allocated: sumSpans(spans).objectBytes, stacks: goroutines.stackBytes.reduce((sum, bytes) => sum + bytes, 0)};
}

/** The rows of the memory's use, added up. */
export function sumMemory(graph: Pick<HeapGraph, 'memory'>, isIn: (use: MemoryUse) => boolean, of: 'bytes' | 'touched'): Bytes {
  return graph.memory.reduce((sum, use) => sum + (isIn(use) ? use[of] : 0), 0);
}
