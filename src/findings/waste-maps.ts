/**
 * Maps → cells that their entries do not need. Maps grow and never shrink, so a map that was large once keeps its cells.
 */
import {getBit} from '../base/bitset.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {nodeOfObject, sizeOf} from '../graph/objects.js';
import type {ArrayViews} from '../values/array-views.js';
import type {WasteTally} from './waste-tally.js';

/** Of an empty map all of its memory: its structure's slot, and its cells. */
export function addMaps(tally: WasteTally, graph: HeapGraph, {maps}: ArrayViews, pooled: Uint8Array): void {
  for (let map = 0; map < maps.count; map++) {
    const object = maps.object[map]!;
    const node = nodeOfObject(graph, object);
    if (getBit(pooled, node)) continue;
    const isEmpty = maps.entries[map] === 0;
    const cells = maps.cells[map]! - (isEmpty ? 0 : maps.needed[map]!);
    const bytes = Math.max(0, cells) * maps.cellBytes[map]! + (isEmpty ? sizeOf(graph, object) : 0);
    if (bytes > 0) tally.add(isEmpty ? 'empty-map' : 'sparse-map', node, maps.type[map]!, bytes);
  }
}
