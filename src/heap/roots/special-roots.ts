/**
 * Finalizers, cleanups and weak handles → root nodes. docs/model.md "Finalizers" is the contract: an object that
 * only its own finalizer keeps stays unreachable itself, but what it points to does not.
 */

import type {ObjectIndex} from '../../base/units.js';
import type {DumpedFinalizer} from '../../heapdump/dump-records.js';
import type {GoRuntime} from '../../runtime/go-runtime.js';
import type {RuntimeSpans} from '../../runtime/memory/spans.js';
import {type RootRecord, readQueues, readSpecials} from '../../runtime/memory/specials.js';
import {findTarget, type Target} from '../find-objects.js';
import type {TracedEdges} from '../traced-edges.js';
import type {RootBuilder} from './root-builder.js';

/** Adds all nodes of specials and queues but `finalizer-object`; returns the objects that have finalizers, ascending. */
export function addSpecialRoots(go: GoRuntime, runtime: RuntimeSpans, roots: RootBuilder): Uint32Array {
  const finalized = new Set<number>();
  const target: Target = {object: 0, offset: 0};
  for (const record of readSpecials(go, runtime)) {
    const found = findTarget(roots.index, record.object, target);
    const object = found ? target.object : undefined;
    addRecord(go, roots, record, object);
    if (object !== undefined && record.kind === 'finalizer') finalized.add(object);
  }
  for (const record of readQueues(go)) addRecord(go, roots, record, undefined);
  return Uint32Array.from(finalized).sort();
}

/** The same for what a heap dump lists: finalizers alone, whose functions lie at no address. */
export function addDumpedFinalizers(finalizers: readonly DumpedFinalizer[], roots: RootBuilder): Uint32Array {
  const finalized = new Set<number>();
  const target: Target = {object: 0, offset: 0};
  for (const {object: address, fn, pointerType, queued} of finalizers) {
    const found = findTarget(roots.index, address, target);
    const owner = found && !queued ? {object: target.object} : {};
    if (found && !queued) finalized.add(target.object);
    const node = roots.add({kind: 'finalizer', name: queued ? 'queued finalizer' : 'finalizer', ...owner});
    if (pointerType !== 0) roots.addTypedPointer(address, {type: pointerType});
    roots.addRegister(node, 0, fn);
    if (queued) roots.addRegister(node, 1, address);
  }
  return Uint32Array.from(finalized).sort();
}

function addRecord(go: GoRuntime, roots: RootBuilder, record: RootRecord, object: ObjectIndex | undefined): void {
  const name = record.queued ? `queued ${record.kind}` : record.kind;
  const owner = object === undefined ? {} : {object};
  const node = roots.add({kind: record.kind, name, address: record.address, size: record.size, typeName: record.struct, ...owner});
  if (record.pointer) roots.addTypedPointer(record.pointer.to, {type: record.pointer.type});
  const parameter = record.argument && go.dwarf?.parameterTypesAt(record.argument.code - go.image.bias)[0];
  if (parameter !== undefined) roots.addTypedPointer(record.argument!.to, {targetDie: parameter});
  for (const offset of record.words) roots.addWord(node, offset, go.image.word(record.address + offset), record.address + offset);
}

/**
 * Adds a `finalizer-object` node for each finalized object that nothing else reaches. One that another such object leads
 * to needs none; in a cycle of them the first by address gets it.
 */
export function addFinalizerObjects(roots: RootBuilder, edges: TracedEdges, finalized: Uint32Array, gObjects: Uint32Array): void {
  if (finalized.length === 0) return;
  const marks = markFromRoots(roots, edges, gObjects);
  const candidates = finalized.filter((object) => !marks.has(object));
  const reachedByOthers = marks.copy();
  for (const object of candidates) reachedByOthers.markChildren(object);
  const add = (object: ObjectIndex) => {
    addNode(roots, edges, object);
    marks.markChildren(object);
  };
  for (const object of candidates) if (!reachedByOthers.has(object)) add(object);
  for (const object of candidates) if (reachedByOthers.has(object) && !marks.has(object)) add(object);
}

/** A byte per object: 1 = some root leads to it, or it is the g of a goroutine. */
export function markReached(roots: RootBuilder, edges: TracedEdges, gObjects: Uint32Array): Uint8Array {
  return markFromRoots(roots, edges, gObjects).reached;
}

function markFromRoots(roots: RootBuilder, edges: TracedEdges, gObjects: Uint32Array): Marks {
  const marks = new Marks(edges, new Uint8Array(roots.index.count));
  marks.skip(gObjects);
  marks.markAll(roots.targets());
  return marks;
}

function addNode(roots: RootBuilder, edges: TracedEdges, object: ObjectIndex): void {
  if (edges.first[object] === edges.first[object + 1]) return;
  roots.addWordsOf(roots.add({kind: 'finalizer-object', name: 'finalizer object', object}), object, edges);
}

/** Which objects have been reached; a g's own edges lead nowhere (its goroutine owns those words). */
class Marks {
  readonly #edges: TracedEdges;
  readonly reached: Uint8Array; // a byte an object: faster than a bit, and short-lived

  constructor(edges: TracedEdges, reached: Uint8Array) {
    this.#edges = edges;
    this.reached = reached;
  }
  /** Takes the objects for reached, without following their edges. */
  skip(objects: Uint32Array): void {
    for (const object of objects) this.reached[object] = 1;
  }
  has(object: ObjectIndex): boolean {
    return this.reached[object] === 1;
  }
  copy(): Marks {
    return new Marks(this.#edges, this.reached.slice());
  }
  markAll(objects: Iterable<number>): void {
    for (const object of objects) {
      if (this.has(object)) continue;
      this.reached[object] = 1;
      this.markChildren(object);
    }
  }
  /** Marks all that the object leads to, but not the object itself. */
  markChildren(object: ObjectIndex): void {
    const {first, target} = this.#edges;
    const {reached} = this;
    const pending = [object];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (let edge = first[at]!; edge < first[at + 1]!; edge++) {
        const to = target[edge]!;
        if (reached[to] === 1) continue;
        reached[to] = 1;
        if (first[to] !== first[to + 1]) pending.push(to);
      }
    }
  }
}
