/**
 * A made-up heap graph of any size, shaped like a Go program's: half structs with five pointers (a doubly linked list through all, a tree, and
 * a string each), half the strings' bytes. Two edges an object, 20 to 30 bytes of text a string. For benchmarks: no core file is needed.
 */

import {freezeGraph} from '../../src/graph/freeze.js';
import type {Contents, HeapGraph} from '../../src/graph/heap-graph.js';
import {NO_TIMERS} from '../../src/graph/no-timers.js';

const HEAP_START = 0xc000000000;
const SPAN = 8192;
export const NODE_SIZE = 48;
export const TEXT_SIZE = 32;
export const NODES_PER_SPAN = Math.floor(SPAN / NODE_SIZE);
const NODE_TYPE = 1;
const TEXT_TYPE = 2;

/** About `wanted` objects: whole pairs of spans. */
export function syntheticHeap(wanted: number): {graph: HeapGraph; contents: Contents} {
  const pairs = Math.ceil(wanted / (2 * NODES_PER_SPAN));
  const spanCount = 2 * pairs;
  const graph = freezeGraph({
    spans: spans(spanCount),
    objects: objects(spanCount),
    ...roots(),
    edges: edges(pairs * NODES_PER_SPAN),
    types: types(),
    allocations: {sites: [], object: new Uint32Array(), site: new Uint32Array()},
    timers: NO_TIMERS,
    waits: {
      count: 0,
      goroutine: new Uint32Array(),
      how: new Uint8Array(),
      address: new Float64Array(),
      object: new Uint32Array(),
      type: new Uint32Array(),
      sudog: new Uint32Array(),
    },
    memory: [],
    itabs: {address: new Float64Array(), type: new Uint32Array()},
    functions: {address: new Float64Array(), name: []},
    valueLayouts: {},
    metadata: {go_version: 'synthetic'},
    strings: ['', 'main.tree', 'main.list'],
    warnings: [],
  });
  return {graph, contents: {bytes: textAt}};
}

function objects(spanCount: number): HeapGraph['objects'] {
  const count = spanCount * NODES_PER_SPAN;
  const columns = {
    firstObject: Uint32Array.from({length: spanCount + 1}, (_, span) => span * NODES_PER_SPAN),
    slot: new Uint16Array(count),
    type: new Uint16Array(count),
    length: new Uint16Array(count),
    evidence: new Uint8Array(count),
  };
  for (let object = 0; object < count; object++) {
    columns.slot[object] = object % NODES_PER_SPAN;
    columns.type[object] = isText(object) ? TEXT_TYPE : NODE_TYPE;
    columns.length[object] = isText(object) ? textLength(object) : 1;
    columns.evidence[object] = isText(object) ? 5 : 8;
  }
  return {count, ...columns, longLength: new Map()};
}

export function isText(object: number): boolean {
  return (Math.floor(object / NODES_PER_SPAN) & 1) === 1;
}
function textLength(object: number): number {
  return 20 + (object % 11);
}
/** Object index of the struct with the given number; its string is `NODES_PER_SPAN` further. */
function structObject(number: number): number {
  return Math.floor(number / NODES_PER_SPAN) * 2 * NODES_PER_SPAN + (number % NODES_PER_SPAN);
}

/** The same letters in every span. */
const LETTERS = Uint8Array.from({length: SPAN}, (_, at) => 97 + ((at * 7) % 26));
function textAt(address: number, length: number): Uint8Array {
  const start = address % SPAN;
  return LETTERS.subarray(start, start + length);
}

function spans(count: number): HeapGraph['spans'] {
  const slotSize = Float64Array.from({length: count}, (_, span) => (span & 1 ? TEXT_SIZE : NODE_SIZE));
  return {
    count,
    start: Float64Array.from({length: count}, (_, span) => HEAP_START + span * SPAN),
    length: new Float64Array(count).fill(SPAN),
    slotSize,
    state: new Uint8Array(count).fill(1),
    slots: Uint32Array.from(slotSize, (size) => Math.floor(SPAN / size)),
    allocated: new Uint32Array(count).fill(NODES_PER_SPAN),
    tail: Float64Array.from(slotSize, (size) => SPAN % size),
    scan: Uint8Array.from(slotSize, (size) => (size === NODE_SIZE ? 1 : 0)),
    header: new Uint8Array(count),
    evidence: new Uint8Array(count),
  };
}

/** Struct n: next → n + 1, its text, previous → n - 1, left and right → 2n + 1 and 2n + 2. The two variables point to struct 0. */
function edges(structs: number): HeapGraph['edges'] {
  const nodes = 3 + 2 * structs;
  const firstEdge = new Uint32Array(nodes + 1);
  const slot = new Uint32Array(2 + 5 * structs);
  const target = new Uint32Array(2 + 5 * structs);
  let count = 0;
  const point = (word: number, struct: number, other = 0) => {
    if (struct < 0 || struct >= structs) return;
    slot[count] = word;
    target[count++] = 3 + structObject(struct) + other;
  };
  for (let node = 0; node < nodes; node++) {
    firstEdge[node] = count;
    if (node === 1 || node === 2) point(0, 0);
    const object = node - 3;
    if (object < 0 || isText(object)) continue;
    const number = Math.floor(object / (2 * NODES_PER_SPAN)) * NODES_PER_SPAN + (object % NODES_PER_SPAN);
    point(0, number + 1);
    point(1, number, NODES_PER_SPAN);
    point(3, number - 1);
    point(4, 2 * number + 1);
    point(5, 2 * number + 2);
  }
  firstEdge[nodes] = count;
  return {
    count,
    firstEdge,
    slot: slot.subarray(0, count),
    target: target.subarray(0, count),
    notFollowed: new Uint32Array(),
    interiorEdge: new Uint32Array(),
    wordBytes: 8,
    interiorOffset: new Float64Array(),
  };
}

function types(): HeapGraph['types'] {
  return {
    count: 4,
    name: ['', 'main.Node', 'uint8', '*main.Node'],
    package: ['', 'main', '', ''],
    kind: Uint8Array.of(0, 25, 8, 22),
    size: Float64Array.of(0, NODE_SIZE, 1, 8),
    pointerWords: Float64Array.of(0, 5, 0, 1),
    element: Uint32Array.of(0, 0, 0, NODE_TYPE),
    key: new Uint32Array(4),
    length: new Float64Array(4),
    runtimeAddress: new Float64Array(4).fill(Number.NaN),
    firstField: Uint32Array.of(0, 0, 3, 3, 3),
    fieldName: ['Next', 'Left', 'Right'],
    fieldOffset: Float64Array.of(0, 32, 40),
    fieldType: Uint32Array.of(3, 3, 3),
  };
}

function roots(): Pick<HeapGraph, 'roots' | 'goroutines' | 'frames'> {
  const none = () => new Uint32Array();
  return {
    roots: {
      count: 2,
      parent: new Uint32Array(2),
      kind: Uint8Array.of(2, 2),
      type: Uint32Array.of(3, 3),
      name: Uint32Array.of(1, 2),
      address: Float64Array.of(0x500000, 0x500008),
      size: Float64Array.of(8, 8),
      goroutine: new Uint32Array(2).fill(0xffffffff),
      frame: new Uint32Array(2).fill(0xffffffff),
      object: new Uint32Array(2).fill(0xffffffff),
      variable: new Float64Array(2).fill(Number.NaN),
      file: new Uint32Array(2),
      line: new Uint32Array(2),
    },
    goroutines: {
      count: 0,
      id: new Float64Array(),
      root: none(),
      status: none(),
      waitReason: none(),
      waitSeconds: new Float64Array(),
      waitAtMost: new Float64Array(),
      waitExact: new Uint8Array(),
      blocked: new Uint8Array(),
      system: new Uint8Array(),
      entryFunction: none(),
      createdBy: none(),
      file: none(),
      line: none(),
      stackStart: new Float64Array(),
      stackBytes: new Float64Array(),
      group: none(),
      labels: none(),
      firstFrame: new Uint32Array(1),
    },
    frames: {
      count: 0,
      functionName: none(),
      inlined: new Uint8Array(),
      wrapper: new Uint8Array(),
      file: none(),
      line: none(),
      pc: new Float64Array(),
      sp: new Float64Array(),
      size: new Float64Array(),
      omitted: none(),
    },
  };
}
