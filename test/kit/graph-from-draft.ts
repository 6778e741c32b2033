/**
 * What `graphFromText` has understood → the columns of a heap graph. Memory is made up: objects follow each other from the usual
 * start of Go's heap, neighbours of one size share a span of their pages, root nodes lie one behind the other below.
 */
import {NONE, type NodeIndex} from '../../src/base/units.js';
import {EVIDENCE, type Evidence, type HeapGraph, ROOT_KINDS, type RootKind, WAIT_KINDS} from '../../src/graph/heap-graph.js';
import {NO_TIMERS} from '../../src/graph/no-timers.js';
import {buildTypes, type TextType} from './types-from-text.js';

export interface TextEdge {
  readonly slot: number;
  readonly target: string;
  readonly targetOffset: number | undefined;
  readonly followed: boolean;
}
export interface TextNode {
  readonly name: string;
  type: number;
  length: number;
  size: number | undefined;
  header: number;
  evidence: Evidence;
  scan: boolean;
  edges: TextEdge[];
}
export interface TextRoot extends TextNode {
  readonly kind: RootKind;
  readonly parent: string | undefined;
  object: string | undefined; // that a finalizer, a cleanup or a weak handle belongs to
  reason: string; // of a goroutine's wait
}
/** What a goroutine is blocked on, by sudog: an object, or `-` for something outside of the heap. */
export interface TextWait {
  readonly sudog: string;
  readonly object: string;
}
export interface Draft {
  readonly objects: Map<string, TextNode>;
  readonly roots: Map<string, TextRoot>;
  readonly types: TextType[]; // row 0 is the unknown type
  readonly waits: Map<string, readonly TextWait[] | undefined>; // by goroutine's name; undefined: nobody knows
  readonly metadata: Record<string, string>;
}

const HEAP_START = 0xc000000000;
const ROOT_START = 0x500000;
const SPAN_SLOTS = 1024;

/** Not yet frozen, nor checked. */
export function buildGraph(draft: Draft): HeapGraph {
  const objects = [...draft.objects.values()];
  const roots = [...draft.roots.values()];
  fitSizes(draft);
  const nodes = new Map<string, NodeIndex>();
  for (const object of objects) nodes.set(object.name, nodes.size + 1 + roots.length);
  const strings = ['', ...new Set(roots.flatMap((root) => [root.name, root.reason]))].filter((text, index) => index === 0 || text !== '');
  const goroutines = roots.filter((root) => root.kind === 'goroutine');
  return {
    ...buildSpans(objects),
    roots: buildRoots(roots, goroutines, strings, nodes),
    edges: buildEdges([undefined, ...roots, ...objects], nodes, draft),
    types: buildTypes(draft.types),
    goroutines: buildGoroutines(goroutines, roots, strings, draft),
    waits: buildWaits(goroutines, draft, nodes),
    frames: {
      count: 0,
      functionName: new Uint32Array(),
      inlined: new Uint8Array(),
      wrapper: new Uint8Array(),
      file: new Uint32Array(),
      line: new Uint32Array(),
      pc: new Float64Array(),
      sp: new Float64Array(),
      size: new Float64Array(),
      omitted: new Uint32Array(),
    },
    memory: [],
    allocations: {sites: [], object: new Uint32Array(), site: new Uint32Array()},
    timers: NO_TIMERS,
    itabs: {address: new Float64Array(), type: new Uint32Array()},
    functions: {address: new Float64Array(), name: []},
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
      evidence: new Uint8Array(groups.length),
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

function buildRoots(
  roots: readonly TextRoot[],
  goroutines: readonly TextRoot[],
  strings: readonly string[],
  nodes: ReadonlyMap<string, NodeIndex>,
): HeapGraph['roots'] {
  const parents = roots.map(
    (root) => roots.findIndex(({name}) => name === (root.kind === 'static' ? root.parent : `goroutine ${root.parent}`)) + 1,
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
    object: Uint32Array.from(roots, ({object}) => (object === undefined ? NONE : nodes.get(object)!)),
    file: new Uint32Array(roots.length),
    line: new Uint32Array(roots.length),
    variable: new Float64Array(roots.length).fill(Number.NaN),
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
    wordBytes: 8,
  };
}

function buildWaits(goroutines: readonly TextRoot[], {waits}: Draft, nodes: ReadonlyMap<string, NodeIndex>): HeapGraph['waits'] {
  const rows = goroutines.flatMap(({name, reason}, row) =>
    (waits.get(name) ?? []).map((wait) => ({row, how: reason.startsWith('sync.') ? ('sync' as const) : ('receive' as const), ...wait})),
  );
  return {
    count: rows.length,
    goroutine: Uint32Array.from(rows, ({row}) => row),
    how: Uint8Array.from(rows, ({how}) => WAIT_KINDS.indexOf(how)),
    address: Float64Array.from(rows, (_, index) => HEAP_START + index),
    object: Uint32Array.from(rows, ({object}) => nodes.get(object) ?? NONE),
    type: new Uint32Array(rows.length),
    sudog: Uint32Array.from(rows, ({sudog}) => nodes.get(sudog)!),
  };
}

function buildGoroutines(
  goroutines: readonly TextRoot[],
  roots: readonly TextRoot[],
  strings: readonly string[],
  {waits}: Draft,
): HeapGraph['goroutines'] {
  const count = goroutines.length;
  const none = () => new Uint32Array(count);
  return {
    count,
    id: Float64Array.from(goroutines, (goroutine) => Number(goroutine.name.slice('goroutine '.length))),
    root: Uint32Array.from(goroutines, (goroutine) => roots.indexOf(goroutine) + 1),
    status: none(),
    waitReason: Uint32Array.from(goroutines, ({reason}) => strings.indexOf(reason)),
    waitSeconds: new Float64Array(count).fill(Number.NaN),
    waitAtMost: new Float64Array(count).fill(Number.NaN),
    waitExact: new Uint8Array(count),
    blocked: Uint8Array.from(goroutines, ({name}) => (waits.has(name) ? (waits.get(name) ? 1 : 2) : 0)),
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

/** Behind the last pointer, or behind the header. */
export function nextSlot(node: TextNode): number {
  return node.edges.reduce((next, edge) => Math.max(next, edge.slot + 1), node.header / 8);
}
