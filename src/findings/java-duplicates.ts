/**
 * Arrays of characters that a java.lang.String has → those that equal others: of equal ones the first in memory stays, the others could go, as the collector's own
 * string deduplication does. In two passes like `duplicates.ts`: hashes of the ends tell what nothing can equal.
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import type {Address, Bytes, ObjectIndex} from '../base/units.js';
import type {Contents, HeapGraph} from '../graph/heap-graph.js';
import {headerOf, lengthOf, nodeOfObject} from '../graph/objects.js';
import {JAVA_STRING} from '../values/java-text.js';
import {FirstValues, RepeatedHashes} from './hash-tables.js';
import {ValueHashes} from './value-hashes.js';
import type {WasteTally} from './waste-tally.js';

/** O(objects + bytes of the texts). */
export function addJavaDuplicates(tally: WasteTally, graph: HeapGraph, contents: Contents, reachable: Uint8Array): void {
  const {objects, spans} = graph;
  const arrays = listTexts(graph, reachable);
  const reader = new ValueHashes(contents);
  const lengthIn = (object: ObjectIndex): Bytes => lengthOf(objects, object) * graph.types.size[objects.type[object]!]!;
  const ends = new Uint32Array(arrays.length);
  arrays.forEach((object, at) => {
    const base = reader.enter(graph, object, object);
    ends[at] = reader.hashEnds(base + headerOf(graph, object), lengthIn(object)) ?? 0;
  });
  const isEqual = (offset: Bytes, other: Address, length: Bytes) => reader.isEqual(offset, other, length);
  const repeated = new RepeatedHashes(ends);
  const known = new Map<number, FirstValues>(); // by type: a byte[] is no char[]
  arrays.forEach((object, at) => {
    if (ends[at] === 0 || !repeated.has(ends[at]!)) return;
    const type = objects.type[object]!;
    const values = known.get(type) ?? new FirstValues(isEqual);
    known.set(type, values);
    const offset = reader.enter(graph, object, object) + headerOf(graph, object);
    const hash = reader.hashAll(offset, lengthIn(object));
    if (hash === undefined || values.add(hash, {offset, address: reader.addressAt(offset)}, lengthIn(object))) return;
    tally.add('duplicate-string', nodeOfObject(graph, object), type, spans.slotSize[object]!);
  });
}

/** In the order of addresses, each once: several strings may share one. Each object is a span of its own. */
function listTexts(graph: HeapGraph, reachable: Uint8Array): Uint32Array {
  const {objects, types, roots, edges, spans} = graph;
  const isString = Uint8Array.from(types.name, (name) => (name === JAVA_STRING ? 1 : 0));
  const isText = createBitset(objects.count);
  for (let object = 0; object < objects.count; object++) {
    const node = object + 1 + roots.count;
    if (isString[objects.type[object]!] === 0 || !getBit(reachable, node)) continue;
    for (let edge = edges.firstEdge[node]!; edge < edges.firstEdge[node + 1]!; edge++) {
      const target = edges.target[edge]! - 1 - roots.count;
      if (spans.scan[target] === 0 && objects.length[target]! > 0) setBit(isText, target);
    }
  }
  const list = new Column(Uint32Array);
  for (let object = 0; object < objects.count; object++) if (getBit(isText, object)) list.push(object);
  return list.finish();
}
