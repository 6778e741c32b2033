/**
 * Maps → how many of their cells are in use, and how many a new map with these entries would have. By object, in the order in which they were met.
 */
import type {Bytes, ObjectIndex} from '../base/units.js';
import type {Contents, HeapGraph} from '../graph/heap-graph.js';
import {addressOf, headerOf} from '../graph/objects.js';
import {cellBytes, cellsFor, countCells, countEntries} from './map-cells.js';
import {objectFinder, ValueSource} from './value-source.js';

/** A row for each map that could be read. */
export interface MapFills {
  readonly count: number;
  readonly object: Uint32Array; // ObjectIndex of the map's own structure
  readonly type: Uint32Array; // TypeIndex of the map type
  readonly entries: Float64Array;
  readonly cells: Float64Array; // of all its buckets or groups
  readonly needed: Float64Array; // cells that the runtime makes for so many entries
  readonly cellBytes: Float64Array; // Bytes of a bucket or group, by its cells
}

/** `object` and `type`: ObjectIndex and TypeIndex of each. */
export function readMapFills(graph: HeapGraph, contents: Contents, object: Uint32Array, type: Uint32Array): MapFills {
  const source = new ValueSource(graph, contents, {absence: 'unmapped', findObject: objectFinder(graph)});
  const numbers = () => new Float64Array(object.length);
  const fills = {object, type, entries: numbers(), cells: numbers(), needed: numbers(), cellBytes: numbers()};
  let count = 0;
  for (let at = 0; at < object.length; at++) {
    const map = {source, address: dataOf(graph, object[at]!), key: graph.types.key[type[at]!]!, element: graph.types.element[type[at]!]!};
    const [entries, cells] = [countEntries(map), countCells(map)];
    if (entries === undefined || cells === undefined) continue;
    object[count] = object[at]!;
    type[count] = type[at]!;
    fills.entries[count] = entries;
    fills.cells[count] = cells;
    fills.needed[count] = cellsFor(source, entries);
    fills.cellBytes[count++] = cellBytes(map);
  }
  return {...fills, count};
}

function dataOf(graph: HeapGraph, object: ObjectIndex): Bytes {
  return addressOf(graph, object) + headerOf(graph, object);
}
