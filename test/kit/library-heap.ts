/**
 * Library heaps without a core: from the text of a graph, the bytes it points to, and decoders.
 */

import type {Contents, HeapGraph} from '../../src/graph/heap-graph.js';
import {analyzedHeap} from '../../src/library/analyzed-heap.js';
import type {Heap} from '../../src/library/heap.js';
import {LoadedHeap} from '../../src/library/loaded-heap.js';
import type {Decoders} from '../../src/values/value.js';
import {graphFromText, noContents} from './graph-from-text.js';

export function heapFromText(text: string, contents: Contents = noContents, decoders: Decoders = {}): Heap {
  return heapFromGraph(graphFromText(text), contents, decoders);
}

export function heapFromGraph(graph: HeapGraph, contents: Contents = noContents, decoders: Decoders = {}): Heap {
  return new LoadedHeap({graph, contents, absence: 'unmapped', decoders, close: () => {}}, analyzedHeap);
}
