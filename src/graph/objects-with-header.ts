/**
 * Which objects have a header in front of their data, as bits: for loops over pointers, where a binary search for each target's span
 * (`headerOf` of objects.ts) would cost more than the rest.
 */
import {createBitset, setBit} from '../base/bitset.js';
import type {ObjectTable, SpanTable} from './heap-graph.js';

/** Bit per object. Headers are 8 bytes where there are any. O(objects with headers + spans). */
export function objectsWithHeader(graph: {readonly spans: SpanTable; readonly objects: ObjectTable}): Uint8Array {
  const set = createBitset(graph.objects.count);
  for (let span = 0; span < graph.spans.count; span++) {
    if (graph.spans.header[span] === 0) continue;
    const end = graph.objects.firstObject[span + 1]!;
    for (let object = graph.objects.firstObject[span]!; object < end; object++) setBit(set, object);
  }
  return set;
}
