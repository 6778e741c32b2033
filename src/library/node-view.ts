/**
 * Rows of the graph → the objects that callers of the library look at: nodes and goroutines. Made when asked for, never kept:
 * a heap of 20 million objects has no JavaScript object per heap object.
 */
import {type Bytes, EVIDENCE, type HeapGraph, type NodeIndex, ROOT_KINDS} from '../graph/heap-graph.js';
import {addressOf, lengthOf, objectOfNode, sizeOf, usedOf} from '../graph/objects.js';
import type {NodeId, ValueAddress} from '../values/identity.js';
import type {TypeViews} from '../values/type-view.js';
import type {Frame, Goroutine, Node} from './heap.js';
import {rootName} from './path-text.js';

const LOCAL = ROOT_KINDS.indexOf('local');

export function buildNode(graph: HeapGraph, types: TypeViews, id: NodeIndex): Node {
  if (id === 0) return {id: 0 as NodeId, kind: 'program', name: 'program', size: 0, evidence: 'unknown'};
  const object = objectOfNode(graph, id);
  return object === undefined ? buildRoot(graph, types, id) : buildObject(graph, types, id, object);
}

function buildRoot(graph: HeapGraph, types: TypeViews, id: NodeIndex): Node {
  const {roots} = graph;
  const row = id - 1;
  const address = roots.address[row]!;
  const size = roots.size[row]!;
  const type = types.at(roots.type[row]!);
  const kind = ROOT_KINDS[roots.kind[row]!] ?? 'unknown';
  return {
    id: id as NodeId,
    kind,
    name: rootName(graph, id),
    address: Number.isNaN(address) ? undefined : (address as ValueAddress),
    size: Number.isNaN(size) ? 0 : size,
    used: type?.size,
    type,
    evidence: type ? kind : 'unknown',
  };
}

function buildObject(graph: HeapGraph, types: TypeViews, id: NodeIndex, object: number): Node {
  const type = types.at(graph.objects.type[object]!);
  return {
    id: id as NodeId,
    kind: 'object',
    name: type ? nameOfMany(type.name, lengthOf(graph.objects, object)) : 'unknown',
    address: addressOf(graph, object) as ValueAddress,
    size: sizeOf(graph, object),
    used: usedOf(graph, object),
    type,
    evidence: EVIDENCE[graph.objects.evidence[object]!] ?? 'unknown',
  };
}

function nameOfMany(name: string, count: number): string {
  return count > 1 ? `[${count}]${name}` : name;
}

/** The storage of a root variable, for `value`; undefined where only a part of it is left. */
export function rootLocation({roots, types}: HeapGraph, id: NodeIndex): {type: number; address: number | undefined} {
  const address = roots.address[id - 1]!;
  const type = roots.type[id - 1]!;
  return {type, address: Number.isNaN(address) || roots.size[id - 1]! < types.size[type]! ? undefined : address};
}

/** The root variable whose storage holds the address; the storage of goroutines is their stack and counts last. */
export function findRootAt(graph: HeapGraph, address: number): NodeIndex | undefined {
  const {roots} = graph;
  let found: NodeIndex | undefined;
  let smallest: Bytes = Number.POSITIVE_INFINITY;
  for (let row = 0; row < roots.count; row++) {
    const size = roots.size[row]!;
    const isInside = address >= roots.address[row]! && address < roots.address[row]! + size; // false for NaN
    if (isInside && size < smallest) {
      found = row + 1;
      smallest = size;
    }
  }
  return found;
}

/** Per frame, the nodes of its local variables. */
export function buildLocals(graph: HeapGraph): ReadonlyMap<number, readonly NodeId[]> {
  const {roots} = graph;
  const locals = new Map<number, NodeId[]>();
  for (let row = 0; row < roots.count; row++) {
    if (roots.kind[row] !== LOCAL) continue;
    const list = locals.get(roots.frame[row]!);
    if (list) list.push((row + 1) as NodeId);
    else locals.set(roots.frame[row]!, [(row + 1) as NodeId]);
  }
  return locals;
}

export function buildGoroutine(graph: HeapGraph, locals: ReadonlyMap<number, readonly NodeId[]>, row: number): Goroutine {
  const {goroutines, frames, strings} = graph;
  const list: Frame[] = [];
  for (let frame = goroutines.firstFrame[row]!; frame < goroutines.firstFrame[row + 1]!; frame++) {
    if (frames.wrapper[frame] === 1) continue; // as stack traces leave them out
    list.push({
      function: strings[frames.functionName[frame]!]!,
      file: strings[frames.file[frame]!]!,
      line: frames.line[frame]!,
      inlined: frames.inlined[frame] === 1,
      locals: locals.get(frame) ?? [],
      omitted: frames.omitted[frame]!,
    });
  }
  return {
    id: goroutines.id[row]!,
    node: goroutines.root[row]! as NodeId,
    status: strings[goroutines.status[row]!]!,
    waitReason: strings[goroutines.waitReason[row]!]! || undefined,
    ...waitOf(goroutines, row),
    frames: list,
  };
}

function waitOf(
  {waitSeconds, waitExact, waitAtMost}: HeapGraph['goroutines'],
  row: number,
): Pick<Goroutine, 'waitSeconds' | 'waitExact' | 'waitAtMost'> {
  if (Number.isNaN(waitSeconds[row])) return {};
  const most = waitAtMost[row]!;
  return {waitSeconds: waitSeconds[row]!, waitExact: waitExact[row] === 1, ...(Number.isNaN(most) ? {} : {waitAtMost: most})};
}
