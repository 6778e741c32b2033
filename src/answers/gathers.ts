/**
 * Subtrees of the dominator tree → what they gather: of the named types with at least a hundred topmost objects in them – no object of the
 * type above, inside the subtree – the one whose objects retain most. `main.srv gathers 60,000 × main.Session` is what an engineer wants to
 * hear, however many maps, slices and structs lie in between. The elements of an array count as objects.
 * Shards and buckets are not what anyone asks for: a type with far more objects that hold nearly as much says more than they do.
 * Of a list or a tree only the first item is topmost. Where topmost objects explain less than a tenth of the bytes, items below items
 * of their type count as well.
 */
import {isTransparentPackage, packageName} from '../analyses/package-names.js';
import type {Bytes, NodeIndex, ObjectIndex} from '../base/units.js';
import type {TypeIndex} from '../graph/heap-graph.js';
import {lengthOf} from '../graph/objects.js';
import type {ToldHeap} from './told-heap.js';

export interface Gathered {
  readonly type: TypeIndex;
  readonly count: number; // objects, elements of arrays included
  readonly retained: Bytes; // by all of them
  readonly example: NodeIndex; // the one that retains most
  readonly path: string; // generalized, from the node above to the example; '' where they are one node
}

const FEWEST = 100;
/** Of the bytes, that topmost objects must retain. */
const LEAST_SHARE = 0.1;
/** Of the bytes, and times the objects. */
const NEARLY = 0.9;
const FAR_MORE = 10;

export class Gatherer {
  readonly #told: ToldHeap;
  readonly #usedLength: Uint32Array | undefined;
  readonly #isNamed: Uint8Array; // per type; so are the next four, for the row at hand
  readonly #count: Float64Array; // of topmost objects
  readonly #all: Float64Array; // with those below them
  readonly #retained: Float64Array;
  readonly #example: Uint32Array;
  readonly #exampleTop: Uint32Array;
  readonly #coveredIn: Uint32Array; // the node whose subtree `#coveredUntil` is about
  readonly #coveredUntil: Uint32Array; // position behind the last topmost object
  #met: TypeIndex[] = [];

  /** `usedLength`: per object, how many elements of an array are in use; 0 where that is not known (`Capacities.used`). */
  constructor(told: ToldHeap, usedLength?: Uint32Array) {
    const {types} = told.columns.graph;
    this.#told = told;
    this.#usedLength = usedLength;
    this.#isNamed = Uint8Array.from(types.package, (path) => (path !== '' && !isTransparentPackage(packageName(path)) ? 1 : 0));
    this.#count = new Float64Array(types.count);
    this.#all = new Float64Array(types.count);
    this.#retained = new Float64Array(types.count);
    this.#example = new Uint32Array(types.count);
    this.#exampleTop = new Uint32Array(types.count);
    this.#coveredIn = new Uint32Array(types.count);
    this.#coveredUntil = new Uint32Array(types.count);
  }

  /** Of the subtrees of all `tops` together, which must not overlap and retain `total` bytes. O(their objects). */
  gather(tops: Uint32Array, total: Bytes): Gathered | undefined {
    for (let index = 0; index < tops.length; index++) this.#addSubtree(tops[index]!);
    const topmost = this.#pick(this.#count);
    const isTelling = topmost !== 0 && this.#retained[topmost]! >= LEAST_SHARE * total;
    const nested = isTelling ? 0 : this.#pick(this.#all);
    const gathered = nested !== 0 ? this.#describe(nested, this.#all) : topmost !== 0 ? this.#describe(topmost, this.#count) : undefined;
    for (const type of this.#met) {
      this.#count[type] = 0;
      this.#all[type] = 0;
    }
    this.#met = [];
    return gathered;
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
        if (this.#isNamed[type] === 0) continue;
        const count = (seen.get(type) ?? 0) + this.#lengthOf(object);
        if (count >= FEWEST) return true;
        seen.set(type, count);
      }
    }
    return false;
  }

  /** 0 when no type has enough objects. */
  #pick(count: Float64Array): TypeIndex {
    let best = this.#biggest(() => true, count);
    for (let next = best; next !== 0; ) {
      best = next;
      const [bytes, objects] = [this.#retained[best]!, count[best]!];
      next = this.#biggest((type) => this.#retained[type]! >= NEARLY * bytes && count[type]! >= FAR_MORE * objects, count);
    }
    return best;
  }
  /** Of the wanted types with enough objects the one that retains most. */
  #biggest(isWanted: (type: TypeIndex) => boolean, count: Float64Array): TypeIndex {
    let best = 0;
    for (const type of this.#met) {
      const more = best === 0 ? 1 : this.#retained[type]! - this.#retained[best]! || best - type;
      if (count[type]! >= FEWEST && more > 0 && isWanted(type)) best = type;
    }
    return best;
  }

  #addSubtree(top: NodeIndex): void {
    const {columns, preorder} = this.#told;
    const {graph, retained, retainedObjects} = columns;
    const firstObject = 1 + graph.roots.count;
    const from = preorder.position[top]!;
    const end = from + retainedObjects[top]!;
    for (let position = from; position < end; position++) {
      const node = preorder.node[position]!;
      const type = graph.objects.type[node - firstObject]!;
      if (this.#isNamed[type] === 0) continue;
      const length = this.#lengthOf(node - firstObject);
      this.#all[type]! += length;
      if (this.#count[type] === 0) this.#meet(type);
      else if (this.#coveredIn[type] === top && position < this.#coveredUntil[type]!) continue;
      this.#coveredIn[type] = top;
      this.#coveredUntil[type] = position + retainedObjects[node]!;
      this.#count[type]! += length;
      this.#retained[type]! += retained[node]!;
      if (this.#example[type] !== 0 && retained[node]! <= retained[this.#example[type]!]!) continue;
      this.#example[type] = node;
      this.#exampleTop[type] = top;
    }
  }
  #lengthOf(object: ObjectIndex): number {
    return this.#usedLength?.[object] || Math.max(1, lengthOf(this.#told.columns.graph.objects, object));
  }
  #meet(type: TypeIndex): void {
    this.#met.push(type);
    this.#retained[type] = 0;
    this.#example[type] = 0;
  }
  #describe(type: TypeIndex, count: Float64Array): Gathered {
    const example = this.#example[type]!;
    const path = this.#told.names.textBetween(this.#exampleTop[type]!, example);
    return {type, count: count[type]!, retained: this.#retained[type]!, example, path};
  }
}
