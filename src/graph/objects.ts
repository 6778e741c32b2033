/**
 * What follows from the span table instead of being stored per object: address, size, header – and the way back from
 * an address to the object. Sequential callers ask per span; `spanOf` is a binary search for the others.
 * Also how nodes, objects and root rows are numbered: nothing else adds or subtracts the number of roots.
 */
import {createBitset, setBit} from '../base/bitset.js';
import type {Address, Bytes, NodeIndex, ObjectIndex} from '../base/units.js';
import {type HeapGraph, LONG_LENGTH, type ObjectTable, type SpanTable, TYPE_KINDS} from './heap-graph.js';

const UNKNOWN = TYPE_KINDS.indexOf('unknown');

type SpansAndObjects = {readonly spans: SpanTable; readonly objects: Pick<ObjectTable, 'firstObject' | 'slot' | 'count'>};

/** The span that holds the object. O(log spans). */
export function spanOf(objects: Pick<ObjectTable, 'firstObject'>, object: ObjectIndex): number {
  const first = objects.firstObject;
  if (first[object] === object && first[object + 1] === object + 1) return object; // each is a span of its own
  let low = 0;
  let high = first.length - 1; // first[low] <= object < first[high]
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (first[middle]! <= object) low = middle;
    else high = middle;
  }
  return low;
}

/** Address of the object's slot; the program's own pointers point at `addressOf + headerOf`. */
export function addressOf(graph: SpansAndObjects, object: ObjectIndex): Address {
  const span = spanOf(graph.objects, object);
  return graph.spans.start[span]! + graph.objects.slot[object]! * graph.spans.slotSize[span]!;
}

/** Size of the object's slot. */
export function sizeOf(graph: SpansAndObjects, object: ObjectIndex): Bytes {
  return graph.spans.slotSize[spanOf(graph.objects, object)]!;
}

export function headerOf(graph: SpansAndObjects, object: ObjectIndex): Bytes {
  return graph.spans.header[spanOf(graph.objects, object)]!;
}

/**
 * Bytes in front of each object's data. For loops over pointers, where a binary search for each target's span (`headerOf`) would cost more than
 * the rest. O(objects with headers + spans), and a bit an object where all headers have one size, as in Go.
 */
export class ObjectHeaders {
  readonly #has: Uint8Array; // bit per object
  readonly #bytes: Uint8Array | undefined; // per object, where each is a span of its own
  #size: Bytes = 0;

  constructor({spans, objects}: {readonly spans: SpanTable; readonly objects: Pick<ObjectTable, 'count' | 'firstObject'>}) {
    const isEachASpan = isEachObjectASpan(spans.count, objects);
    this.#bytes = isEachASpan ? spans.header : undefined;
    this.#has = createBitset(isEachASpan ? 0 : objects.count);
    for (let span = 0; span < spans.count && !isEachASpan; span++) {
      if (spans.header[span] === 0) continue;
      this.#size = spans.header[span]!;
      const end = objects.firstObject[span + 1]!;
      for (let object = objects.firstObject[span]!; object < end; object++) setBit(this.#has, object);
    }
  }
  of(object: ObjectIndex): Bytes {
    if (this.#bytes !== undefined) return this.#bytes[object]!;
    return (this.#has[object >>> 3]! >>> (object & 7)) & 1 ? this.#size : 0;
  }
}

function isEachObjectASpan(spanCount: number, {count, firstObject}: Pick<ObjectTable, 'count' | 'firstObject'>): boolean {
  if (spanCount !== count) return false;
  for (let span = 0; span < spanCount; span++) if (firstObject[span] !== span) return false;
  return true;
}

/** Number of elements of the object's type; 0 when the type is unknown. */
export function lengthOf(objects: Pick<ObjectTable, 'length' | 'longLength'>, object: ObjectIndex): number {
  const length = objects.length[object]!;
  return length === LONG_LENGTH ? (objects.longLength.get(object) ?? LONG_LENGTH) : length;
}

/** What the object's type needs: type size × length; undefined when the type is unknown. */
export function usedOf(graph: HeapGraph, object: ObjectIndex): Bytes | undefined {
  const type = graph.objects.type[object]!;
  return graph.types.kind[type] === UNKNOWN ? undefined : graph.types.size[type]! * lengthOf(graph.objects, object);
}

/** The last span that starts at or below the address and reaches beyond it. */
export function spanAt(spans: SpanTable, address: Address): number | undefined {
  let low = 0;
  let high = spans.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (spans.start[middle]! <= address) low = middle + 1;
    else high = middle;
  }
  const span = low - 1;
  return span >= 0 && address < spans.start[span]! + spans.length[span]! ? span : undefined;
}

/** The object whose slot contains the address. O(log spans). */
export function objectAt(graph: SpansAndObjects, address: Address): ObjectIndex | undefined {
  const span = spanAt(graph.spans, address);
  if (span === undefined) return undefined;
  const slot = Math.floor((address - graph.spans.start[span]!) / graph.spans.slotSize[span]!);
  let low = graph.objects.firstObject[span]!;
  let high = graph.objects.firstObject[span + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = graph.objects.slot[middle]!;
    if (found === slot) return middle;
    if (found < slot) low = middle + 1;
    else high = middle;
  }
  return undefined;
}

/** The node of object 0; where there are no objects, the number of nodes. */
export function firstObjectNode(graph: {readonly roots: {readonly count: number}}): NodeIndex {
  return 1 + graph.roots.count;
}
export function nodeOfObject(graph: {readonly roots: {readonly count: number}}, object: ObjectIndex): NodeIndex {
  return object + 1 + graph.roots.count;
}
/** Undefined for the program and for root nodes. Of what is known to be an object, `node - firstObjectNode(graph)` is the number. */
export function objectOfNode(graph: {readonly roots: {readonly count: number}}, node: NodeIndex): ObjectIndex | undefined {
  const object = node - 1 - graph.roots.count;
  return object >= 0 ? object : undefined;
}
export function nodeCount(graph: {readonly roots: {readonly count: number}; readonly objects: {readonly count: number}}): number {
  return 1 + graph.roots.count + graph.objects.count;
}
