/**
 * Strings and byte slices → those that equal others: of equal ones the first in memory stays, the others could go. Two passes in the order
 * of addresses. The first notes hashes of the values' ends in a filter, which tells what nothing can equal: nearly all of most heaps. The second hashes the rest
 * as a whole, and compares it byte by byte with the first value of its hash and length.
 */
import {getBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import {type Address, type Bytes, NONE} from '../base/units.js';
import type {Contents, HeapGraph} from '../graph/heap-graph.js';
import {type ArrayViews, isText, TINY_SLOT} from '../values/array-views.js';
import {listByteTypes} from '../values/byte-uses.js';
import {ArrayValues} from './array-values.js';
import {FirstValues, HashFilter} from './hash-tables.js';
import {ValueHashes} from './value-hashes.js';

export interface Duplicates {
  readonly copies: Uint8Array; // per row of `ArrayViews`: values that equal others which stay
  readonly parts: Uint8Array; // per row with copies: what shares the slot
}

/** `pooled`: bit per node, of what is left out. O(bytes of the values). */
export function computeDuplicates(graph: HeapGraph, contents: Contents, views: ArrayViews, pooled: Uint8Array): Duplicates {
  const rows = views.count;
  const [copies, parts] = [new Uint8Array(rows), new Uint8Array(rows)];
  const reader = new ValueHashes(contents);
  const filter = new HashFilter(rows);
  const isEqual = (offset: Bytes, other: Address, length: Bytes) => reader.isEqual(offset, other, length);
  const [texts, bytes] = [new FirstValues(isEqual), new FirstValues(isEqual)]; // a string is no copy of a byte slice
  const heap: ValueHeap = {graph, views, pooled, reader};
  const ends = new Column(Uint32Array); // per value: hash of its ends, 0 where these are not in the dump
  eachValue(heap, (offset, length) => {
    const hash = reader.hashEnds(offset, length);
    if (hash !== undefined) filter.add(hash);
    ends.push(hash ?? 0);
  });
  let value = 0;
  eachValue(heap, (offset, length, row, sharing) => {
    if (!filter.isRepeated(ends.data[value++]!)) return;
    const hash = reader.hashAll(offset, length);
    if (hash === undefined || (isText(views, row) ? texts : bytes).add(hash, {offset, address: reader.addressAt(offset)}, length)) return;
    copies[row]!++;
    parts[row] = sharing;
  });
  return {copies, parts};
}

interface ValueHeap {
  readonly graph: HeapGraph;
  readonly views: ArrayViews;
  readonly pooled: Uint8Array;
  readonly reader: ValueHashes;
}

/** In the order of addresses; the reader has been told the span. `parts`: what shares the value's slot. */
function eachValue(
  {graph, views, pooled, reader}: ValueHeap,
  visit: (offset: Bytes, length: Bytes, row: number, parts: number) => void,
): void {
  const {spans, objects, roots, types} = graph;
  const isBytes = listByteTypes(types);
  const values = new ArrayValues(views);
  for (let span = 0; span < spans.count; span++) {
    if (spans.scan[span] !== 0) continue;
    const size = spans.slotSize[span]!;
    reader.enterSpan(spans.start[span]!, spans.slots[span]! * size, size);
    for (let object = objects.firstObject[span]!; object < objects.firstObject[span + 1]!; object++) {
      const row = views.rowOf[object]!;
      if (row === NONE || getBit(pooled, object + 1 + roots.count)) continue;
      if (!isText(views, row) && isBytes[objects.type[object]!] === 0) continue;
      values.find(row, size === TINY_SLOT);
      for (let at = 0; at < values.count; at++) {
        const from = values.start[at]!;
        const to = values.end[at]!;
        if (to > size) continue; // torn
        visit(objects.slot[object]! * size + from, to - from, row, values.parts);
      }
    }
  }
}
