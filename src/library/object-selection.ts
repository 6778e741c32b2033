/**
 * Object filter → lazy sets of object nodes. Walks spans, then their objects: addresses and sizes follow from the span,
 * so a pass over all objects costs a few nanoseconds each and allocates nothing.
 */
import {getBit} from '../base/bitset.js';
import type {Bytes, ObjectIndex} from '../base/units.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {firstObjectNode, nodeOfObject} from '../graph/objects.js';
import type {NodeId} from '../values/identity.js';
import type {Selection} from './heap.js';

/** What an `ObjectFilter` comes down to. */
export interface Criteria {
  readonly types?: ReadonlySet<number> | undefined; // TypeIndex
  readonly minBytes: Bytes;
  /** Bit per node; undefined selects garbage too. */
  readonly reachable?: Uint8Array | undefined;
  /** With `reachable`: the objects outside of it. */
  readonly garbage: boolean;
}

export class ObjectSelection implements Selection {
  readonly #graph: HeapGraph;
  readonly #criteria: Criteria;
  readonly #tests: readonly ((id: NodeId) => boolean)[];

  constructor(graph: HeapGraph, criteria: Criteria, tests: readonly ((id: NodeId) => boolean)[] = []) {
    this.#graph = graph;
    this.#criteria = criteria;
    this.#tests = tests;
  }

  where(test: (id: NodeId) => boolean): Selection {
    return new ObjectSelection(this.#graph, this.#criteria, [...this.#tests, test]);
  }
  count(): number {
    let count = 0;
    for (const scan = this.#scan(); scan.next(); ) count++;
    return count;
  }
  bytes(): Bytes {
    let bytes = 0;
    for (const scan = this.#scan(); scan.next(); ) bytes += scan.size;
    return bytes;
  }
  [Symbol.iterator](): Iterator<NodeId> {
    const scan = this.#scan();
    const firstNode = firstObjectNode(this.#graph);
    return {
      next: () => (scan.next() ? {done: false, value: (scan.object + firstNode) as NodeId} : {done: true, value: undefined}),
    };
  }
  #scan(): Scan {
    return new Scan(this.#graph, this.#criteria, this.#tests);
  }
}

/** A position in the objects; `next` moves it to the next one that is selected. */
class Scan {
  object: ObjectIndex = -1;
  readonly #graph: HeapGraph;
  readonly #criteria: Criteria;
  readonly #tests: readonly ((id: NodeId) => boolean)[];
  #span = -1;
  #end = 0; // of the span's objects

  constructor(graph: HeapGraph, criteria: Criteria, tests: readonly ((id: NodeId) => boolean)[]) {
    this.#graph = graph;
    this.#criteria = criteria;
    this.#tests = tests;
  }
  /** The object's slot. */
  get size(): Bytes {
    return this.#graph.spans.slotSize[this.#span]!;
  }
  next(): boolean {
    const {objects, spans} = this.#graph;
    for (;;) {
      this.object++;
      while (this.object >= this.#end) {
        if (++this.#span >= spans.count) return false;
        this.object = objects.firstObject[this.#span]!;
        this.#end = spans.slotSize[this.#span]! >= this.#criteria.minBytes ? objects.firstObject[this.#span + 1]! : this.object;
      }
      if (this.#selects(this.object)) return true;
    }
  }
  #selects(object: ObjectIndex): boolean {
    const {types, reachable, garbage} = this.#criteria;
    const node = nodeOfObject(this.#graph, object);
    if (types && !types.has(this.#graph.objects.type[object]!)) return false;
    if (reachable && getBit(reachable, node) === garbage) return false;
    return this.#tests.length === 0 || this.#tests.every((test) => test(node as NodeId));
  }
}
