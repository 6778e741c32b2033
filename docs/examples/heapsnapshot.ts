/**
 * An exporter: Chrome's .heapsnapshot, which opens in the Memory panel of DevTools ("Load profile") and in memlab. Compiled to
 * heapsnapshot.js it is a format for `goheap convert CORE --to ./heapsnapshot.js`.
 *
 * The format is one JSON object of flat arrays (v8/src/profiler/heap-snapshot-generator.cc writes it): a row of numbers a node, a row a
 * pointer in the order of their owners, and the texts that both number. It is written as it comes, so the file may be larger than memory.
 * `@4711` in DevTools is goheap's node id.
 *
 * Bytes that are text are strings with that text, as JavaScript's are. Numbers, booleans and texts outside the heap are nodes of no size behind
 * the live objects, one a value, to which the objects' fields lead: so tools that look for duplicates compare what objects contain.
 */
import {createHash} from 'node:crypto';
import {writeFile} from 'node:fs/promises';
import type {AnalyzedHeap, Exporter, Node, NodeId, Value} from 'goheap';

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
const STRING = NODE_TYPES.indexOf('string');
const NUMBER = NODE_TYPES.indexOf('number');
const NATIVE = NODE_TYPES.indexOf('native');
const HIDDEN = NODE_TYPES.indexOf('hidden');
const SYNTHETIC = NODE_TYPES.indexOf('synthetic');
const PROPERTY = EDGE_TYPES.indexOf('property');
const INTERNAL = EDGE_TYPES.indexOf('internal');
const WEAK = EDGE_TYPES.indexOf('weak');
const CHUNK = 1 << 16;
/** V8 cuts names after as many characters. */
const MOST_TEXT = 1024;
/** Of an object with more, all bytes become one value. */
const MOST_SCALARS = 100;
const NUMBERS = /^(u?int(8|16|32|64|ptr)?|float(32|64))$/;

export const heapsnapshot: Exporter = {
  name: 'heapsnapshot',
  extension: '.heapsnapshot',
  summary: "Chrome's heap snapshot, for DevTools and memlab",
  losses: [
    'values of variables',
    'addresses',
    'unreachable objects',
    'offsets of pointers',
    'frames of goroutines',
    'storage of variables',
  ],
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
    const node = heap.node(id);
    const {kind, name, size} = node;
    const text = kind === 'object' ? textOf(heap.value(id)) : undefined;
    const row = [nodeType(node, text), intern(text ?? name), id, kind === 'object' ? size : 0, nodes.edgeCountOf(id), 0, 0];
    yield `${separator}${row}`;
    separator = ',\n';
  }
  let id = nodes.firstScalarId;
  for (const {type, text} of nodes.scalars()) yield `,\n${[type, intern(text), id++, 0, type === NUMBER ? 1 : 0, 0, 0]}`;
  yield '],\n"edges":[';
  separator = '';
  for (const {type, name, position} of nodes.allEdges()) {
    yield `${separator}${[type, intern(name), position * META.node_fields.length]}`;
    separator = ',\n';
  }
  yield '],\n"trace_function_infos":[],"trace_tree":[],"samples":[],"locations":[],\n"strings":[';
  separator = '';
  for (const text of strings.keys()) {
    yield separator + JSON.stringify(text);
    separator = ',\n';
  }
  yield ']}\n';
}

/** What has no type has contents that nobody can compare. */
function nodeType({kind, type}: Node, text: string | undefined): number {
  if (kind !== 'object') return SYNTHETIC;
  if (text !== undefined) return STRING;
  return type === undefined || type.kind === 'unknown' ? NATIVE : OBJECT;
}

interface SnapshotEdge {
  readonly type: number;
  readonly name: string;
  readonly position: number; // of the target
}
interface Scalar {
  readonly type: number;
  readonly text: string;
}

/** What is in the file, in its order: the program, its roots, the live objects, scalars; and the pointers between them. */
class SnapshotNodes {
  readonly #heap: AnalyzedHeap;
  readonly #notFollowed: ReadonlySet<number>; // rows of the pointers
  readonly #position: Uint32Array; // per node id, plus one; 0: not in the file
  readonly #edgeCount: Uint32Array; // per position
  readonly #children = new Map<NodeId, NodeId[]>(); // of the program and of goroutines
  readonly #scalars = new Map<string, Scalar & {readonly position: number}>(); // by type and text
  readonly #firstScalar: number; // position
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
    this.#firstScalar = count;
    this.#edgeCount = new Uint32Array(count);
    let edgeCount = 0;
    for (const id of this.ids()) {
      let own = 0;
      for (const _ of this.#edges(id)) own++;
      this.#edgeCount[this.#position[id]! - 1] = own;
      edgeCount += own;
    }
    for (const {type} of this.scalars()) if (type === NUMBER) edgeCount++;
    this.edgeCount = edgeCount;
  }

  get count(): number {
    return this.#firstScalar + this.#scalars.size;
  }
  *ids(): Generator<NodeId> {
    yield this.#heap.id(0);
    yield* this.#heap.roots();
    yield* this.#heap.objects();
  }
  edgeCountOf(id: NodeId): number {
    return this.#edgeCount[this.#position[id]! - 1]!;
  }
  scalars(): Iterable<Scalar & {readonly position: number}> {
    return this.#scalars.values();
  }
  get firstScalarId(): number {
    return this.#position.length;
  }

  /** A number's internal edge `value` leads to the node that has it as its name: here to itself. */
  *allEdges(): Generator<SnapshotEdge> {
    for (const id of this.ids()) yield* this.#edges(id);
    for (const {type, position} of this.scalars()) if (type === NUMBER) yield {type: INTERNAL, name: 'value', position};
  }

  /** The few pointers that the collector does not follow become weak ones, which keep nothing alive in DevTools either. */
  *#edges(id: NodeId): Generator<SnapshotEdge> {
    for (const child of this.#children.get(id) ?? [])
      yield {type: PROPERTY, name: this.#heap.node(child).name, position: this.#position[child]! - 1};
    let row = this.#heap.columns.edges.firstEdge[id]!;
    for (const {target, field, offset} of this.#heap.references(id)) {
      const type = this.#notFollowed.has(row++) ? WEAK : PROPERTY;
      const position = this.#position[target]! - 1;
      if (position >= 0) yield {type, name: field ?? `+${offset}`, position};
    }
    if (this.#heap.node(id).kind !== 'object') return;
    for (const {name, type, text} of contentsOf(this.#heap.value(id))) yield {type: PROPERTY, name, position: this.#scalarAt({type, text})};
  }

  /** Its position; it gets one when it is met first. */
  #scalarAt(scalar: Scalar): number {
    const key = `${scalar.type} ${scalar.text}`;
    const position = this.#scalars.get(key)?.position ?? this.count;
    if (position === this.count) this.#scalars.set(key, {...scalar, position});
    return position;
  }
}

/** Of bytes that are text, whole up to `MOST_TEXT`; of longer ones the beginning, and what tells them from others. */
function textOf(value: Value): string | undefined {
  if (!isBytes(value)) return undefined;
  const bytes = value.bytes() ?? new Uint8Array();
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--; // of a buffer that is not full
  const isLong = end > 4 * MOST_TEXT;
  const text = Buffer.from(bytes.subarray(0, isLong ? 4 * MOST_TEXT : end)).toString();
  const whole = isLong ? text.replace(/\ufffd$/, '') : text; // half a character
  if (whole === '' || /[\ufffd\p{Cn}\p{Co}]|(?![\t\n\r])\p{Cc}/u.test(whole)) return undefined;
  return whole.length <= MOST_TEXT ? whole : `${whole.slice(0, MOST_TEXT)}… (${digest(bytes)})`;
}

interface NamedScalar extends Scalar {
  readonly name: string;
}

/** What an object holds besides pointers; nothing of text, which is the node's name. */
function* contentsOf(value: Value): Generator<NamedScalar> {
  if (value.missing !== undefined) return;
  const whole = {
    name: 'contents',
    type: STRING,
    get text() {
      return digest(value.bytes() ?? new Uint8Array());
    },
  };
  if (isBytes(value)) {
    if (textOf(value) === undefined) yield whole;
    return;
  }
  let count = 0;
  for (const scalar of scalarsOf(value, '')) {
    if (count++ === MOST_SCALARS) yield whole;
    if (count > MOST_SCALARS) return;
    yield scalar;
  }
}

function* scalarsOf(value: Value, name: string): Generator<NamedScalar> {
  const {kind} = value;
  if (value.missing !== undefined) return;
  if (kind === 'struct') {
    for (const field of value.type!.fields) if (field.name !== '_') yield* scalarsOf(value.field(field.name), `${name}.${field.name}`);
  } else if (kind === 'array') {
    let index = 0;
    for (const element of value.elements()) yield* scalarsOf(element, `${name}[${index++}]`);
  } else {
    const scalar = scalarOf(value);
    if (scalar !== undefined) yield {...scalar, name: name.replace(/^\./, '') || 'value'};
  }
}

/** Undefined for pointers, and for strings whose bytes are a node. */
function scalarOf(value: Value): Scalar | undefined {
  const {kind} = value;
  if (kind === 'bool') return {type: HIDDEN, text: String(value.boolean())};
  if (kind === 'string') return value.node() === undefined ? {type: STRING, text: value.text(MOST_TEXT) ?? ''} : undefined;
  if (kind.startsWith('complex')) return {type: STRING, text: JSON.stringify(value.decode())};
  if (!NUMBERS.test(kind)) return undefined;
  return {type: NUMBER, text: String(kind.startsWith('float') ? value.number() : value.bigint())};
}

function isBytes({kind, type}: Value): boolean {
  return kind === 'array' && type?.element?.kind === 'uint8';
}
function digest(bytes: Uint8Array): string {
  return `${bytes.length} bytes, SHA-1 ${createHash('sha1').update(bytes).digest('hex')}`;
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
