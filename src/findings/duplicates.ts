/**
 * Strings and byte slices → those that equal others: of equal ones the first in memory stays, the others could go. Two passes in the order
 * of addresses. The first notes hashes of the values' ends: what has its own equals nothing, and that is nearly all of most heaps. The second hashes the rest
 * as a whole, and compares it byte by byte with the first value of its hash and length.
 */
import {getBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import {type Address, type Bytes, NONE, type ObjectIndex} from '../base/units.js';
import type {Contents, HeapGraph} from '../graph/heap-graph.js';
import {type ArrayViews, isText} from '../values/array-views.js';
import {listByteTypes} from '../values/byte-uses.js';
import {ArrayValues} from './array-values.js';
import {FirstValues, RepeatedHashes} from './hash-tables.js';
import {ValueHashes} from './value-hashes.js';

export interface Duplicates {
  readonly copies: Uint8Array; // per row of `ArrayViews`: values that equal others which stay
  readonly parts: Uint8Array; // per row with copies: what shares the slot
}

/** `pooled`: bit per node, of what is left out. O(bytes of the values). */
export function computeDuplicates(graph: HeapGraph, contents: Contents, views: ArrayViews, pooled: Uint8Array): Duplicates {
  const {objects} = graph;
  const [copies, parts] = [new Uint8Array(views.count), new Uint8Array(views.count)];
  const reader = new ValueHashes(contents);
  const isEqual = (offset: Bytes, other: Address, length: Bytes) => reader.isEqual(offset, other, length);
  const [texts, bytes] = [new FirstValues(isEqual), new FirstValues(isEqual)]; // a string is no copy of a byte slice
  const values = new ArrayValues(views);
  const [ends, holder] = [new Column(Uint32Array), new Column(Uint32Array)]; // per value: hash of its ends, 0 where these are not in the dump; its object
  eachArray(graph, views, pooled, (span, object, row) => {
    const base = reader.enter(graph, span, object);
    values.find(row, graph.spans.slotSize[span]!);
    for (let at = 0; at < values.count; at++) {
      const hash = reader.hashEnds(base + values.start[at]!, values.end[at]! - values.start[at]!);
      ends.push(hash ?? 0);
      holder.push(object);
    }
  });
  const repeated = new RepeatedHashes(ends.data.subarray(0, ends.length));
  for (let next = 0, span = 0; next < ends.length; ) {
    const object = holder.data[next]!;
    const first = next;
    let isRepeated = false;
    for (; next < ends.length && holder.data[next] === object; next++) isRepeated ||= repeated.has(ends.data[next]!);
    if (!isRepeated) continue; // most: what they are is not looked up again
    while (objects.firstObject[span + 1]! <= object) span++;
    const row = views.rowOf[object]!;
    const known = isText(views, row) ? texts : bytes;
    const base = reader.enter(graph, span, object);
    values.find(row, graph.spans.slotSize[span]!);
    for (let at = 0; at < values.count; at++) {
      if (!repeated.has(ends.data[first + at]!)) continue;
      const offset = base + values.start[at]!;
      const length = values.end[at]! - values.start[at]!;
      const hash = reader.hashAll(offset, length);
      if (hash === undefined || known.add(hash, {offset, address: reader.addressAt(offset)}, length)) continue;
      copies[row]!++;
      parts[row] = values.parts;
    }
  }
  return {copies, parts};
}

/** Arrays of strings and bytes, in the order of addresses. */
function eachArray(
  {spans, objects, roots, types}: HeapGraph,
  views: ArrayViews,
  pooled: Uint8Array,
  visit: (span: number, object: ObjectIndex, row: number) => void,
): void {
  const isBytes = listByteTypes(types);
  for (let span = 0; span < spans.count; span++) {
    if (spans.scan[span] !== 0) continue;
    for (let object = objects.firstObject[span]!; object < objects.firstObject[span + 1]!; object++) {
      const row = views.rowOf[object]!;
      if (row === NONE || getBit(pooled, object + 1 + roots.count)) continue;
      if (isBytes[objects.type[object]!] === 1 || isText(views, row)) visit(span, object, row);
    }
  }
}
