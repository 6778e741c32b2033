/**
 * A heap graph from a few words of text, so that everything behind the graph is tested without a core.
 * Statements end with `;` or a line break, `#` starts a comment. Objects exist once they are mentioned and are numbered, and
 * laid out in memory, in the order of their first mention; a missing size is the smallest multiple of 8 that fits.
 *
 *   roots: a b                        one global per object, named main.a and main.b, that points to it
 *   global main.x : T -> a b          a root node: KIND NAME [: TYPE [xN]] [size=N] [in PARENT] [-> TARGETS]
 *   goroutine 1 -> c                  the goroutine's own node, named "goroutine 1"
 *   local y in 1 -> d                 a root node below goroutine 1
 *   a -> b c !d 40=e f:16             pointers; each goes to the next word, or to the offset before `=`;
 *                                     `!` is not followed, `:16` points 16 bytes into f's slot instead of at its data
 *   a : T x3 size=64 header=8 evidence=field noscan
 *   type T 24 next@0:*T name@8:string a struct with fields; *T, []T, string, int … are made when mentioned; `kind=map` etc. where not a struct
 *   meta go_version=go1.26.8          metadata
 */
import {NONE, type NodeIndex} from '../../src/base/units.js';
import {checkGraph} from '../../src/graph/check.js';
import {freezeGraph} from '../../src/graph/freeze.js';
import {EVIDENCE, type Evidence, type HeapGraph, ROOT_KINDS, type RootKind} from '../../src/graph/heap-graph.js';
import {buildTypes, type TextType, typeNamed} from './types-from-text.js';

interface TextEdge {
  readonly slot: number;
  readonly target: string;
  readonly targetOffset: number | undefined;
  readonly followed: boolean;
}
interface TextNode {
  readonly name: string;
  type: number;
  length: number;
  size: number | undefined;
  header: number;
  evidence: Evidence;
  scan: boolean;
  edges: TextEdge[];
}
interface TextRoot extends TextNode {
  readonly kind: RootKind;
  readonly parent: string | undefined;
}
interface Draft {
  readonly objects: Map<string, TextNode>;
  readonly roots: Map<string, TextRoot>;
  readonly types: TextType[]; // row 0 is the unknown type
  readonly metadata: Record<string, string>;
}

const names = new WeakMap<HeapGraph, ReadonlyMap<string, NodeIndex>>();
const HEAP_START = 0xc000000000;
const ROOT_START = 0x500000;
const SPAN_SLOTS = 1024;

/** The graph the text describes: checked and frozen. */
export function graphFromText(text: string): HeapGraph {
  const draft: Draft = {objects: new Map(), roots: new Map(), types: [], metadata: {}};
  const statements = text
    .replaceAll(/#.*/g, '')
    .split(/[;\n]/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
  for (const statement of statements) if (statement.startsWith('type ')) declareType(draft, statement);
  for (const statement of statements) if (!statement.startsWith('type ')) readStatement(draft, statement);
  const graph = freezeGraph(buildGraph(draft));
  checkGraph(graph);
  const nodes = new Map<string, NodeIndex>([['program', 0]]);
  for (const name of [...draft.roots.keys(), ...draft.objects.keys()]) nodes.set(name, nodes.size);
  names.set(graph, nodes);
  return graph;
}

/** The node of an object, of a root node (`main.x`, `goroutine 1`), or of `program`. */
export function nodeNamed(graph: HeapGraph, name: string): NodeIndex {
  const node = names.get(graph)?.get(name);
  if (node === undefined) throw new Error(`no node '${name}' in the text of this graph`);
  return node;
}

/** The other way round, for goldens. */
export function nameOfNode(graph: HeapGraph, node: NodeIndex): string {
  for (const [name, index] of names.get(graph) ?? []) if (index === node) return name;
  return `node ${node}`;
}

function declareType(draft: Draft, statement: string): void {
  const [, name, size, ...rest] = statement.split(/\s+/);
  const type = draft.types[typeNamed(draft.types, name!)]!;
  type.size = Number(size);
  for (const word of rest) {
    const field = /^(\w+)@(\d+):(\S+)$/.exec(word);
    if (field) type.fields.push({name: field[1]!, offset: Number(field[2]), type: typeNamed(draft.types, field[3]!)});
    else if (word.startsWith('kind=')) type.kind = word.slice(5);
    else throw new Error(`'${statement}': '${word}' is neither NAME@OFFSET:TYPE nor kind=KIND`);
  }
}

function readStatement(draft: Draft, statement: string): void {
  const [left, right = ''] = statement.split('->').map((part) => part.trim()) as [string, string?];
  if (left.startsWith('roots:')) {
    for (const name of words(left.slice(6))) readEdges(draft, rootNamed(draft, `global main.${name}`), name);
    return;
  }
  if (left.startsWith('meta ')) {
    for (const [key, value] of words(left.slice(5)).map((word) => word.split('=') as [string, string])) draft.metadata[key] = value;
    return;
  }
  const [subject, attributes] = splitSubject(left);
  const isRoot = (ROOT_KINDS as readonly string[]).includes(subject.split(' ')[0]!);
  const node = isRoot ? rootNamed(draft, subject) : objectNamed(draft, subject);
  for (const word of words(attributes)) readAttribute(draft, node, word);
  readEdges(draft, node, right);
}

/** What comes before the attributes: `a`, `local y in 1`, `goroutine 1 size=64` has none but `size=64`. */
function splitSubject(left: string): [string, string] {
  const at = left.search(/\s+(:|\w+=)|:(\s|$)/);
  return at < 0 ? [left, ''] : [left.slice(0, at).trim(), left.slice(at).replace(/^\s*:/, '').trim()];
}

function readAttribute(draft: Draft, node: TextNode, word: string): void {
  const [key, value] = word.split('=') as [string, string?];
  if (key === 'size') node.size = Number(value);
  else if (key === 'header') node.header = Number(value);
  else if (key === 'evidence') node.evidence = value as Evidence;
  else if (word === 'noscan') node.scan = false;
  else if (/^\d+$/.test(word)) node.size = Number(word);
  else if (/^x\d+$/.test(word)) node.length = Number(word.slice(1));
  else {
    node.type = typeNamed(draft.types, word);
    node.length = 1;
    if (node.evidence === 'unknown') node.evidence = 'header';
  }
}

function readEdges(draft: Draft, node: TextNode, targets: string): void {
  for (const word of words(targets)) {
    const match = /^(?:(\d+)=)?(!?)([^:]+)(?::(\d+))?$/.exec(word);
    if (!match) throw new Error(`'${word}' is no target; write [OFFSET=][!]NAME[:OFFSET]`);
    const [, offset, mark, target, targetOffset] = match;
    objectNamed(draft, target!);
    node.edges.push({
      slot: offset === undefined ? nextSlot(node) : Number(offset) / 8,
      target: target!,
      targetOffset: targetOffset === undefined ? undefined : Number(targetOffset),
      followed: mark === '',
    });
  }
}

function nextSlot(node: TextNode): number {
  return node.edges.reduce((next, edge) => Math.max(next, edge.slot + 1), node.header / 8);
}

function objectNamed(draft: Draft, name: string): TextNode {
  let object = draft.objects.get(name);
  if (!object) {
    object = {name, type: 0, length: 0, size: undefined, header: 0, evidence: 'unknown', scan: true, edges: []};
    draft.objects.set(name, object);
  }
  return object;
}

function rootNamed(draft: Draft, subject: string): TextRoot {
  const [kind, own, , parent] = subject.split(/\s+/) as [RootKind, string, string?, string?];
  const name = kind === 'goroutine' ? `goroutine ${own}` : own;
  let root = draft.roots.get(name);
  if (!root) {
    root = {name, kind, parent, type: 0, length: 0, size: undefined, header: 0, evidence: 'unknown', scan: true, edges: []};
    draft.roots.set(name, root);
  }
  return root;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function buildGraph(draft: Draft): HeapGraph {
  const objects = [...draft.objects.values()];
  const roots = [...draft.roots.values()];
  fitSizes(draft);
  const nodes = new Map<string, NodeIndex>();
  for (const object of objects) nodes.set(object.name, nodes.size + 1 + roots.length);
  const strings = ['', ...new Set(roots.map((root) => root.name))];
  const goroutines = roots.filter((root) => root.kind === 'goroutine');
  return {
    ...buildSpans(objects),
    roots: buildRoots(roots, goroutines, strings),
    edges: buildEdges([undefined, ...roots, ...objects], nodes, draft),
    types: buildTypes(draft.types),
    goroutines: buildGoroutines(goroutines, roots),
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
    metadata: draft.metadata,
    strings,
    warnings: [],
  };
}

/** What fits: its values, its pointers, and what others point to inside it. */
function fitSizes(draft: Draft): void {
  const nodes = [...draft.roots.values(), ...draft.objects.values()];
  const reached = new Map<string, number>();
  for (const {target, targetOffset = 0} of nodes.flatMap((node) => node.edges)) {
    reached.set(target, Math.max(reached.get(target) ?? 0, targetOffset + 1));
  }
  for (const node of nodes) {
    const used = (draft.types[node.type]?.size ?? 0) * node.length;
    const needed = Math.max(8, node.header + used, 8 * nextSlot(node), draft.objects.has(node.name) ? (reached.get(node.name) ?? 0) : 0);
    node.size ??= Math.ceil(needed / 8) * 8;
  }
}

/** Neighbours of equal size, header and scan share a span. */
function buildSpans(objects: readonly TextNode[]): Pick<HeapGraph, 'spans' | 'objects'> {
  const groups: TextNode[][] = [];
  const alike = (a: TextNode, b: TextNode) => a.size === b.size && a.header === b.header && a.scan === b.scan;
  for (const object of objects) {
    const last = groups.at(-1);
    if (last && last.length < SPAN_SLOTS && alike(last[0]!, object)) last.push(object);
    else groups.push([object]);
  }
  const lengths = groups.map((group) => Math.ceil((group.length * group[0]!.size!) / 8192) * 8192);
  const counts = groups.map((group) => group.length);
  return {
    spans: {
      count: groups.length,
      start: Float64Array.from(firstsOf(lengths).slice(0, -1), (offset) => HEAP_START + offset),
      length: Float64Array.from(lengths),
      slotSize: Float64Array.from(groups, (group) => group[0]!.size!),
      state: new Uint8Array(groups.length).fill(1),
      slots: Uint32Array.from(counts),
      allocated: Uint32Array.from(counts),
      tail: Float64Array.from(groups, (group, index) => lengths[index]! - group.length * group[0]!.size!),
      scan: Uint8Array.from(groups, (group) => (group[0]!.scan ? 1 : 0)),
      header: Uint8Array.from(groups, (group) => group[0]!.header),
    },
    objects: {
      count: objects.length,
      firstObject: Uint32Array.from(firstsOf(counts)),
      slot: Uint16Array.from(groups.flatMap((group) => group.map((_, slot) => slot))),
      type: Uint32Array.from(objects, (object) => object.type),
      length: Uint32Array.from(objects, (object) => object.length),
      longLength: new Map(),
      evidence: Uint8Array.from(objects, (object) => EVIDENCE.indexOf(object.evidence)),
    },
  };
}

function buildRoots(roots: readonly TextRoot[], goroutines: readonly TextRoot[], strings: readonly string[]): HeapGraph['roots'] {
  const parents = roots.map(
    (root) => roots.findIndex((other) => other.kind === 'goroutine' && other.name === `goroutine ${root.parent}`) + 1,
  );
  const sizes = roots.map((root) => root.size!);
  return {
    count: roots.length,
    parent: Uint32Array.from(parents),
    kind: Uint8Array.from(roots, (root) => ROOT_KINDS.indexOf(root.kind)),
    type: Uint32Array.from(roots, (root) => root.type),
    name: Uint32Array.from(roots, (root) => strings.indexOf(root.name)),
    address: Float64Array.from(firstsOf(sizes).slice(0, -1), (offset) => ROOT_START + offset),
    size: Float64Array.from(sizes),
    goroutine: Uint32Array.from(roots, (root, index) => {
      const row = goroutines.indexOf(parents[index] ? roots[parents[index]! - 1]! : root);
      return row < 0 ? NONE : row;
    }),
    frame: new Uint32Array(roots.length).fill(NONE),
    object: new Uint32Array(roots.length).fill(NONE),
    file: new Uint32Array(roots.length),
    line: new Uint32Array(roots.length),
  };
}

function buildEdges(owners: readonly (TextNode | undefined)[], nodes: ReadonlyMap<string, NodeIndex>, draft: Draft): HeapGraph['edges'] {
  const lists = owners.map((owner) => [...(owner?.edges ?? [])].sort((a, b) => a.slot - b.slot));
  const edges = lists.flat();
  const all = edges.map((_, index) => index);
  const offsets = edges.map((edge) => edge.targetOffset ?? draft.objects.get(edge.target)!.header);
  const interior = all.filter((index) => offsets[index] !== draft.objects.get(edges[index]!.target)!.header);
  return {
    count: edges.length,
    firstEdge: Uint32Array.from(firstsOf(lists.map((list) => list.length))),
    slot: Uint32Array.from(edges, (edge) => edge.slot),
    target: Uint32Array.from(edges, (edge) => nodes.get(edge.target)!),
    notFollowed: Uint32Array.from(all.filter((index) => !edges[index]!.followed)),
    interiorEdge: Uint32Array.from(interior),
    interiorOffset: Float64Array.from(interior, (index) => offsets[index]!),
  };
}

function buildGoroutines(goroutines: readonly TextRoot[], roots: readonly TextRoot[]): HeapGraph['goroutines'] {
  const count = goroutines.length;
  const none = () => new Uint32Array(count);
  return {
    count,
    id: Float64Array.from(goroutines, (goroutine) => Number(goroutine.name.slice('goroutine '.length))),
    root: Uint32Array.from(goroutines, (goroutine) => roots.indexOf(goroutine) + 1),
    status: none(),
    waitReason: none(),
    waitSeconds: new Float64Array(count).fill(Number.NaN),
    system: new Uint8Array(count),
    entryFunction: none(),
    createdBy: none(),
    file: none(),
    line: none(),
    stackStart: Float64Array.from(goroutines, (_, index) => 0x7000_0000 + index * 8192),
    stackBytes: new Float64Array(count).fill(8192),
    group: none(),
    labels: none(),
    firstFrame: new Uint32Array(count + 1),
  };
}

/** Running sums: where each part starts, and the end. */
function firstsOf(counts: readonly number[]): number[] {
  const firsts = [0];
  for (const count of counts) firsts.push(firsts.at(-1)! + count);
  return firsts;
}

/** Contents without a byte, for analyses that need none. */
export const noContents = {bytes: () => undefined};
