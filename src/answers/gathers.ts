/**
 * Subtrees of the dominator tree → what they gather: of the named types with at least a hundred topmost objects in them – no object of the
 * type above, inside the subtree – the one whose objects retain most. `main.srv gathers 60,000 × main.Session` is what an engineer wants to
 * hear, however many maps, slices and structs lie in between. The elements of an array count as objects.
 * Shards and buckets are not what anyone asks for: a type with far more objects that hold nearly as much says more than they do.
 * Of a list or a tree only the first item is topmost. Where topmost objects explain less than a tenth of the bytes, items below items
 * of their type count as well.
 */
import type {Bytes, NodeIndex, ObjectIndex} from '../base/units.js';
import type {TypeIndex} from '../graph/heap-graph.js';
import {lengthOf} from '../graph/objects.js';
import {FEWEST, GatherTally} from './gather-tally.js';
import type {ToldHeap} from './told-heap.js';

export interface Gathered {
  readonly type: TypeIndex;
  readonly count: number; // objects, elements of arrays included
  readonly retained: Bytes; // by all of them
  readonly example: NodeIndex; // the one that retains most
  readonly path: string; // generalized, from the node above to the example; '' where they are one node
}

/** How many elements of an array are in use; 0 where that is not known. */
export type UsedLength = (array: ObjectIndex) => number;

export class Gatherer {
  readonly #told: ToldHeap;
  readonly #usedLength: UsedLength | undefined;
  readonly #tally: GatherTally;

  constructor(told: ToldHeap, usedLength?: UsedLength) {
    this.#told = told;
    this.#usedLength = usedLength;
    this.#tally = new GatherTally(told.columns.graph.types);
  }

  /** Of the subtrees of all `tops` together, which must not overlap and retain `total` bytes. O(their objects). */
  gather(tops: Uint32Array, total: Bytes): Gathered | undefined {
    for (let index = 0; index < tops.length; index++) this.#addSubtree(tops[index]!);
    const taken = this.#tally.take(total);
    if (taken === undefined) return undefined;
    const {type, count, retained, example, top} = taken;
    return {type, count, retained, example, path: this.#told.names.textBetween(top, example)};
  }

  /** Whether it would be something. O(1) where it is, in practice: the first hundred objects of a type decide. */
  gathersAnything(tops: Uint32Array): boolean {
    const {columns, preorder} = this.#told;
    const {objects, roots} = columns.graph;
    const seen = new Map<TypeIndex, number>();
    for (const top of tops) {
      const from = preorder.position[top]!;
      for (let position = from; position < from + columns.retainedObjects[top]!; position++) {
        const object = preorder.node[position]! - 1 - roots.count;
        const type = objects.type[object]!;
        if (this.#tally.isNamed[type] === 0) continue;
        const count = (seen.get(type) ?? 0) + this.#lengthOf(object);
        if (count >= FEWEST) return true;
        seen.set(type, count);
      }
    }
    return false;
  }

  #addSubtree(top: NodeIndex): void {
    const tally = this.#tally;
    const {columns, preorder} = this.#told;
    const {graph, retained, retainedObjects} = columns;
    const firstObject = 1 + graph.roots.count;
    const from = preorder.position[top]!;
    const end = from + retainedObjects[top]!;
    for (let position = from; position < end; position++) {
      const node = preorder.node[position]!;
      const type = graph.objects.type[node - firstObject]!;
      if (tally.isNamed[type] === 0) continue;
      tally.add(top, node, type, this.#lengthOf(node - firstObject), retained[node]!, position, position + retainedObjects[node]!);
    }
  }
  #lengthOf(object: ObjectIndex): number {
    const length = lengthOf(this.#told.columns.graph.objects, object);
    return length <= 1 ? 1 : this.#usedLength?.(object) || length;
  }
}
