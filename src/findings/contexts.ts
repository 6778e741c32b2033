/**
 * Objects of package context → what each was made from, how many it cancels, and until when it runs. Truth: context/context.go, Go 1.17 – 1.27:
 * a context that can be cancelled is, or begins with, a cancelCtx, whose `children` are those that it cancels; a timerCtx has a deadline besides.
 */
import {remember} from '../base/remember.js';
import {type Bytes, NONE, type NodeIndex} from '../base/units.js';
import {type HeapGraph, TYPE_KINDS, type TypeIndex} from '../graph/heap-graph.js';
import {addressOf, firstObjectNode, headerOf, objectOfNode, spanOf} from '../graph/objects.js';
import {fieldNamed} from '../values/field-path.js';
import {countEntries} from '../values/map-cells.js';
import type {ValueSource} from '../values/value-source.js';
import {wallSeconds} from '../values/wall-time.js';

export interface Contexts {
  readonly count: number;
  readonly node: Uint32Array; // NodeIndex, ascending
  readonly parent: Uint32Array; // NodeIndex of the context that it was made from; NONE: the background, or not known
  readonly children: Float64Array; // that end with it; NaN where it cannot be cancelled, or the dump does not tell
  readonly cancelled: Uint8Array; // 1: it has ended
  readonly deadline: Float64Array; // seconds since 1970; NaN: none, or not known
}

/** Offsets in a value of one type. */
interface ContextLayout {
  readonly inner: Bytes | undefined; // of a pointer to the cancelCtx that has parent, children and error: of Go 1.20's timerCtx
  readonly parent: Bytes | undefined; // of the interface that it was made from
  readonly children: {readonly offset: Bytes; readonly key: TypeIndex; readonly element: TypeIndex} | undefined;
  readonly error: Bytes | undefined;
  readonly deadline: Bytes | undefined;
}

/** `nodes`: objects of the package's types, ascending. Needs their bytes. */
export function readContexts(graph: HeapGraph, source: ValueSource, nodes: Uint32Array): Contexts {
  const layouts = new Map<TypeIndex, ContextLayout>();
  const first = firstObjectNode(graph);
  const count = nodes.length;
  const parent = new Uint32Array(count).fill(NONE);
  const children = new Float64Array(count).fill(Number.NaN);
  const cancelled = new Uint8Array(count);
  const deadline = new Float64Array(count).fill(Number.NaN);
  for (let row = 0; row < count; row++) {
    const object = nodes[row]! - first;
    const type = graph.objects.type[object]!;
    const layout = remember(layouts, type, () => layOut(graph, type));
    const start = addressOf(graph, object) + headerOf(graph, object);
    const at = layout.inner === undefined ? start : source.word(start + layout.inner);
    const time = layout.deadline === undefined ? undefined : source.read(start + layout.deadline, 16);
    if (time) deadline[row] = wallSeconds(time);
    if (!at) continue;
    if (layout.parent !== undefined) parent[row] = contextAt(graph, source, source.word(at + layout.parent + 8));
    if (layout.children) {
      const {offset, ...types} = layout.children;
      const map = source.word(at + offset);
      if (map !== undefined) children[row] = map === 0 ? 0 : (countEntries({source, address: map, ...types}) ?? Number.NaN);
    }
    if (layout.error !== undefined && (source.word(at + layout.error) ?? 0) !== 0) cancelled[row] = 1;
  }
  return {count, node: nodes, parent, children, cancelled, deadline};
}

/** Of an object without pointers NONE: up to Go 1.20 the background is a number in the heap. */
function contextAt(graph: HeapGraph, source: ValueSource, address: number | undefined): NodeIndex {
  const node = (address && source.findObject(address)?.node) || NONE;
  const object = node === NONE ? undefined : objectOfNode(graph, node);
  return object !== undefined && graph.spans.scan[spanOf(graph.objects, object)] === 1 ? node : NONE;
}

function layOut(graph: HeapGraph, type: TypeIndex): ContextLayout {
  const within = fieldNamed(graph, type, 'cancelCtx');
  const isPointer = within !== undefined && TYPE_KINDS[graph.types.kind[within.type]!] === 'ptr';
  const inner = within === undefined ? {type, offset: 0} : isPointer ? {type: graph.types.element[within.type]!, offset: 0} : within;
  const place = (name: string) => {
    const field = fieldNamed(graph, inner.type, name);
    return field && {type: field.type, offset: inner.offset + field.offset};
  };
  const children = place('children');
  return {
    inner: isPointer ? within.offset : undefined,
    parent: (place('Context') ?? place('c'))?.offset,
    children: children && {offset: children.offset, key: graph.types.key[children.type]!, element: graph.types.element[children.type]!},
    error: children && place('err')?.offset,
    deadline: fieldNamed(graph, type, 'deadline')?.offset,
  };
}
