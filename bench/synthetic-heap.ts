/**
 * A heap graph of any size with the shapes of Go heaps, as columns: a list whose items point to their successor and to a string, a
 * binary tree whose nodes point to list items, one big array of pointers into both, and map groups of eight slots.
 * Objects of a kind lie together in order of allocation, as the allocator's spans keep them; a share of the pointers goes anywhere.
 */
import {NONE} from '../src/base/units.js';
import {freezeGraph} from '../src/graph/freeze.js';
import type {HeapGraph} from '../src/graph/heap-graph.js';

/** About `objects` objects and twice as many pointers. */
export function buildSyntheticHeap(objects: number): HeapGraph {
  const roots = 1000;
  const unit = Math.floor(objects / 20);
  // Kinds in address order: list items, their strings, tree nodes, map groups, the array.
  const list = {first: 1 + roots, count: 7 * unit};
  const text = {first: list.first + list.count, count: 7 * unit};
  const tree = {first: text.first + text.count, count: 5 * unit};
  const group = {first: tree.first + tree.count, count: unit - 1};
  const array = group.first + group.count;
  const nodes = array + 1;
  const firstEdge = new Uint32Array(nodes + 1);
  const slot = new Uint32Array(50 * unit + 10 * roots);
  const target = new Uint32Array(slot.length);
  let edges = 0;
  let seed = 1;
  const random = (limit: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  const point = (at: number, to: number) => {
    slot[edges] = at;
    target[edges++] = to;
  };
  for (let node = 1; node < nodes; node++) {
    firstEdge[node] = edges;
    if (node === 1) {
      point(0, list.first);
      point(1, tree.first);
      point(2, array);
    } else if (node <= roots) point(0, list.first + random(list.count));
    else if (node < text.first) {
      const item = node - list.first;
      if (item % 1000 !== 999 && item + 1 < list.count) point(0, node + 1);
      point(1, text.first + item);
    } else if (node < tree.first) continue;
    else if (node < group.first) {
      const index = node - tree.first;
      for (const side of [0, 1]) if (2 * index + 1 + side < tree.count) point(side, tree.first + 2 * index + 1 + side);
      point(2, list.first + random(list.count));
    } else if (node < array) {
      for (let key = 0; key < 8; key++)
        point(2 * key, key % 4 === 0 ? text.first + random(text.count) : list.first + (((node - group.first) * 7 + key) % list.count));
    } else {
      for (let at = 0; at < 3 * unit; at++)
        point(
          at,
          at % 3 === 0 && at / 3 < group.count
            ? group.first + at / 3
            : at % 3 === 1
              ? tree.first + random(tree.count)
              : list.first + ((at * 2) % list.count),
        );
      for (let item = 0; item < list.count; item += 1000) point(3 * unit + item / 1000, list.first + item);
    }
  }
  firstEdge[nodes] = edges;
  const kinds = [list, text, tree, group, {first: array, count: 1}].map((kind, index) => ({
    ...kind,
    size: [32, 64, 48, 144, 8 * 4 * unit][index]!,
  }));
  return assemble(roots, nodes, kinds, {
    count: edges,
    firstEdge,
    slot: slot.subarray(0, edges),
    target: target.subarray(0, edges),
    notFollowed: new Uint32Array(),
    interiorEdge: new Uint32Array(),
    interiorOffset: new Float64Array(),
  });
}

interface Kind {
  readonly first: number;
  readonly count: number;
  readonly size: number;
}

const SPAN_SLOTS = 1024;
const PAGE = 8192;

function assemble(roots: number, nodes: number, kinds: readonly Kind[], edges: HeapGraph['edges']): HeapGraph {
  const objects = nodes - 1 - roots;
  const spans = kinds.flatMap(({count, size}) =>
    Array.from({length: Math.ceil(count / SPAN_SLOTS)}, (_, index) => ({size, count: Math.min(SPAN_SLOTS, count - index * SPAN_SLOTS)})),
  );
  const lengths = spans.map((span) => Math.ceil((span.count * span.size) / PAGE) * PAGE);
  const start = new Float64Array(spans.length);
  const firstObject = new Uint32Array(spans.length + 1);
  const slot = new Uint16Array(objects);
  let address = 0xc000000000;
  for (const [index, span] of spans.entries()) {
    start[index] = address;
    address += lengths[index]!;
    firstObject[index + 1] = firstObject[index]! + span.count;
    for (let at = 0; at < span.count; at++) slot[firstObject[index]! + at] = at;
  }
  const type = new Uint32Array(objects);
  for (const [index, {first, count}] of kinds.entries()) type.fill(index + 1, first - 1 - roots, first - 1 - roots + count);
  return freezeGraph({
    spans: {
      count: spans.length,
      start,
      length: Float64Array.from(lengths),
      slotSize: Float64Array.from(spans, (span) => span.size),
      state: new Uint8Array(spans.length).fill(1),
      slots: Uint32Array.from(spans, (span) => span.count),
      allocated: Uint32Array.from(spans, (span) => span.count),
      tail: Float64Array.from(spans, (span, index) => lengths[index]! - span.count * span.size),
      scan: new Uint8Array(spans.length).fill(1),
      header: new Uint8Array(spans.length),
    },
    objects: {
      count: objects,
      firstObject,
      slot,
      type,
      length: new Uint32Array(objects).fill(1),
      longLength: new Map(),
      evidence: new Uint8Array(objects),
    },
    roots: {
      count: roots,
      parent: new Uint32Array(roots),
      kind: new Uint8Array(roots).fill(2),
      type: new Uint32Array(roots),
      name: new Uint32Array(roots),
      address: Float64Array.from({length: roots}, (_, root) => 0x500000 + 64 * root),
      size: new Float64Array(roots).fill(64),
      goroutine: new Uint32Array(roots).fill(NONE),
      frame: new Uint32Array(roots).fill(NONE),
      object: new Uint32Array(roots).fill(NONE),
      file: new Uint32Array(roots),
      line: new Uint32Array(roots),
    },
    edges,
    types: syntheticTypes(kinds),
    goroutines: {
      count: 0,
      id: new Float64Array(),
      root: new Uint32Array(),
      status: new Uint32Array(),
      waitReason: new Uint32Array(),
      waitSeconds: new Float64Array(),
      system: new Uint8Array(),
      entryFunction: new Uint32Array(),
      createdBy: new Uint32Array(),
      file: new Uint32Array(),
      line: new Uint32Array(),
      stackStart: new Float64Array(),
      stackBytes: new Float64Array(),
      group: new Uint32Array(),
      labels: new Uint32Array(),
      firstFrame: new Uint32Array(1),
    },
    frames: {
      count: 0,
      functionName: new Uint32Array(),
      file: new Uint32Array(),
      line: new Uint32Array(),
      pc: new Float64Array(),
      sp: new Float64Array(),
      size: new Float64Array(),
    },
    memory: [],
    itabs: {address: new Float64Array(), type: new Uint32Array()},
    valueLayouts: {},
    metadata: {},
    strings: [''],
    warnings: [],
  });
}

function syntheticTypes(kinds: readonly Kind[]): HeapGraph['types'] {
  const count = kinds.length + 1;
  return {
    count,
    name: ['', 'list.Item', 'text', 'tree.Node', 'map.group', 'array'],
    package: new Array<string>(count).fill(''),
    kind: Uint8Array.from({length: count}, (_, type) => (type === 0 ? 0 : 25)),
    size: Float64Array.from([0, ...kinds.map((kind) => kind.size)]),
    pointerWords: new Float64Array(count),
    element: new Uint32Array(count),
    key: new Uint32Array(count),
    length: new Float64Array(count),
    runtimeAddress: new Float64Array(count).fill(Number.NaN),
    firstField: new Uint32Array(count + 1),
    fieldName: [],
    fieldOffset: new Float64Array(),
    fieldType: new Uint32Array(),
  };
}
