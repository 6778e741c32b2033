/**
 * A small heap for tests of the heap stage: one span of equal slots, all allocated but the ones named free.
 */
import type {SpanTable} from '../../src/graph/heap-graph.js';
import {findObjects, type ObjectIndexTable} from '../../src/heap/find-objects.js';
import {PointerBitmaps} from '../../src/heap/pointer-bitmaps.js';
import type {TracedEdges} from '../../src/heap/traced-edges.js';
import {PAGE} from '../../src/runtime/memory/arena-table.js';
import type {RuntimeSpans} from '../../src/runtime/memory/spans.js';

export const HEAP = 0xc000000000;

export interface SpanShape {
  readonly start: number;
  readonly pages: number;
  readonly slotSize: number;
  readonly slots: number;
  readonly free?: readonly number[];
  readonly header?: number;
  readonly scan?: number;
}

export function heapIndex(shapes: readonly SpanShape[]): ObjectIndexTable {
  const numbers = (pick: (shape: SpanShape) => number) => shapes.map(pick);
  const table: SpanTable = {
    count: shapes.length,
    start: Float64Array.from(numbers((shape) => shape.start)),
    length: Float64Array.from(numbers((shape) => shape.pages * PAGE)),
    slotSize: Float64Array.from(numbers((shape) => shape.slotSize)),
    state: Uint8Array.from(numbers(() => 1)),
    slots: Uint32Array.from(numbers((shape) => shape.slots)),
    allocated: Uint32Array.from(numbers((shape) => shape.slots - (shape.free?.length ?? 0))),
    tail: Float64Array.from(numbers((shape) => shape.pages * PAGE - shape.slots * shape.slotSize)),
    scan: Uint8Array.from(numbers((shape) => shape.scan ?? 1)),
    header: Uint8Array.from(numbers((shape) => shape.header ?? 0)),
    evidence: new Uint8Array(shapes.length),
  };
  const words = shapes.map(({slots, free = []}) => {
    const bits = new Uint32Array(Math.ceil(slots / 32));
    for (let slot = 0; slot < slots; slot++) if (!free.includes(slot)) bits[slot >>> 5]! |= 1 << (slot & 31);
    return bits;
  });
  const firstWord = new Uint32Array(shapes.length + 1);
  words.forEach((bits, span) => {
    firstWord[span + 1] = firstWord[span]! + bits.length;
  });
  const none = new Float64Array(shapes.length);
  const runtime: RuntimeSpans = {
    table,
    firstWord,
    allocatedWord: Uint32Array.from(words.flatMap((bits) => [...bits])),
    mspan: none,
    largeType: none,
    specials: none,
    inlineMarks: new Uint8Array(shapes.length),
    heapBitmap: undefined,
    lostBits: new Uint8Array(table.count),
    isWhole: true,
  };
  return findObjects(runtime);
}

/** Pointers by object index, each at word 0, 1, … of its owner: `[[1, 2], [], [0]]`. */
export function tracedEdges(index: ObjectIndexTable, targets: readonly (readonly number[])[]): TracedEdges {
  const first = new Uint32Array(index.count + 1);
  targets.forEach((list, object) => {
    first[object + 1] = first[object]! + list.length;
  });
  first.fill(first[targets.length]!, targets.length);
  const none = new Uint32Array(0);
  return {
    first,
    slot: Uint32Array.from(targets.flatMap((list) => list.map((_, slot) => slot))),
    target: Uint32Array.from(targets.flat()),
    bitmaps: new PointerBitmaps(index),
    interiorEdge: none,
    interiorOffset: new Float64Array(0),
    headerObject: none,
    headerType: new Float64Array(0),
    interfaceEdge: none,
    interfaceType: new Float64Array(0),
    danglingOwner: new Uint32Array(0),
  };
}
