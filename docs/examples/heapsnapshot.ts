/**
 * An exporter: Chrome's .heapsnapshot, which opens in the Memory panel of DevTools ("Load profile") and in memlab. Compiled to
 * heapsnapshot.js it is a format for `goheap convert CORE --to ./heapsnapshot.js`.
 *
 * The format is one JSON object of flat arrays (v8/src/profiler/heap-snapshot-generator.cc writes it): a row of numbers a node, a row a
 * pointer in the order of their owners, and the texts that both number. It is written as it comes, so the file may be larger than memory.
 * `@4711` in DevTools is goheap's node id.
 */
import {writeFile} from 'node:fs/promises';
import type {AnalyzedHeap, Exporter, NodeId} from 'goheap';

const NODE_TYPES = ['hidden', 'array', 'string', 'object', 'code', 'closure', 'regexp', 'number', 'native', 'synthetic'];
const EDGE_TYPES = ['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak'];
const META = {
  node_fields: ['type', 'name', 'id', 'self_size', 'edge_count', 'trace_node_id', 'detachedness'],
  node_types: [NODE_TYPES, 'string', 'number', 'number', 'number', 'number', 'number'],
  edge_fields: ['type', 'name_or_index', 'to_node'],
  edge_types: [EDGE_TYPES, 'string_or_number', 'node'],
  trace_function_info_fields: ['function_id', 'name', 'script_name', 'script_id', 'line', 'column'],
  trace_node_fields: ['id', 'function_info_index', 'count', 'size', 'children'],
  sample_fields: ['timestamp_us', 'last_assigned_id'],
  location_fields: ['object_index', 'script_id', 'line', 'column'],
};
const OBJECT = NODE_TYPES.indexOf('object');
const SYNTHETIC = NODE_TYPES.indexOf('synthetic');
const ELEMENT = EDGE_TYPES.indexOf('element');
const PROPERTY = EDGE_TYPES.indexOf('property');
const WEAK = EDGE_TYPES.indexOf('weak');
const CHUNK = 1 << 16;

export const heapsnapshot: Exporter = {
  name: 'heapsnapshot',
  extension: '.heapsnapshot',
  summary: "Chrome's heap snapshot, for DevTools and memlab",
  losses: ['values', 'addresses', 'unreachable objects', 'offsets of pointers', 'frames of goroutines', 'storage of variables'],
  write: (heap, path, _options, {signal}) => writeFile(path, inChunks(snapshotText(heap)), {signal}),
};

function* snapshotText(heap: AnalyzedHeap): Generator<string> {
  const nodes = new SnapshotNodes(heap);
  const strings = new Map<string, number>();
  const intern = (text: string) => {
    if (!strings.has(text)) strings.set(text, strings.size);
    return strings.get(text)!;
  };
  const counts = {node_count: nodes.count, edge_count: nodes.edgeCount, trace_function_count: 0};
  yield `{"snapshot":${JSON.stringify({meta: META, ...counts})},\n"nodes":[`;
  let separator = '';
  for (const id of nodes.ids()) {
    const {kind, name, size} = heap.node(id);
    const isObject = kind === 'object';
    const row = [isObject ? OBJECT : SYNTHETIC, intern(name), id, isObject ? size : 0, nodes.edgeCountOf(id), 0, 0];
    yield `${separator}${row}`;
    separator = ',\n';
  }
  yield '],\n"edges":[';
  separator = '';
  for (const id of nodes.ids()) {
    for (const {type, name, target} of nodes.edges(id)) {
      const row = [type, typeof name === 'number' ? name : intern(name), nodes.position(target)! * META.node_fields.length];
      yield `${separator}${row}`;
      separator = ',\n';
    }
  }
  yield '],\n"trace_function_infos":[],"trace_tree":[],"samples":[],"locations":[],\n"strings":[';
  separator = '';
  for (const text of strings.keys()) {
    yield separator + JSON.stringify(text);
    separator = ',\n';
  }
  yield ']}\n';
}

interface SnapshotEdge {
  readonly type: number;
  readonly name: string | number;
  readonly target: NodeId;
}

/** What is in the file, in its order: the program, its roots, the live objects; and the pointers between them. */
class SnapshotNodes {
  readonly #heap: AnalyzedHeap;
  readonly #notFollowed: ReadonlySet<number>; // rows of the pointers
  readonly #position: Uint32Array; // per node id, plus one; 0: not in the file
  readonly #edgeCount: Uint32Array; // per position
  readonly #children = new Map<NodeId, NodeId[]>(); // of the program and of goroutines
  readonly count: number;
  readonly edgeCount: number;

  constructor(heap: AnalyzedHeap) {
    this.#heap = heap;
    this.#notFollowed = new Set(heap.columns.edges.notFollowed);
    const roots = [...heap.roots()];
    for (const root of roots) {
      const siblings = this.#children.get(heap.dominator(root)!);
      if (siblings) siblings.push(root);
      else this.#children.set(heap.dominator(root)!, [root]);
    }
    this.#position = new Uint32Array(1 + roots.length + heap.objects({garbage: 'include'}).count());
    let count = 0;
    for (const id of this.ids()) this.#position[id] = ++count;
    this.count = count;
    this.#edgeCount = new Uint32Array(count);
    let edgeCount = 0;
    for (const id of this.ids()) {
      let own = 0;
      for (const _ of this.edges(id)) own++;
      this.#edgeCount[this.position(id)!] = own;
      edgeCount += own;
    }
    this.edgeCount = edgeCount;
  }

  *ids(): Generator<NodeId> {
    yield this.#heap.id(0);
    yield* this.#heap.roots();
    yield* this.#heap.objects();
  }
  position(id: NodeId): number | undefined {
    return this.#position[id] ? this.#position[id] - 1 : undefined;
  }
  edgeCountOf(id: NodeId): number {
    return this.#edgeCount[this.position(id)!]!;
  }

  /** The few pointers that the collector does not follow become weak ones, which keep nothing alive in DevTools either. */
  *edges(id: NodeId): Generator<SnapshotEdge> {
    for (const target of this.#children.get(id) ?? []) yield {type: PROPERTY, name: this.#heap.node(target).name, target};
    let row = this.#heap.columns.edges.firstEdge[id]!;
    for (const {target, field, offset} of this.#heap.references(id)) {
      const isWeak = this.#notFollowed.has(row++);
      if (this.position(target) === undefined) continue;
      const index = /^\[(\d+)\]$/.exec(field ?? '')?.[1];
      if (isWeak || index === undefined) yield {type: isWeak ? WEAK : PROPERTY, name: field ?? `+${offset}`, target};
      else yield {type: ELEMENT, name: Number(index), target};
    }
  }
}

function* inChunks(texts: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const text of texts) {
    chunk += text;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}
