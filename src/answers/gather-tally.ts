/**
 * Objects of subtrees of the dominator tree, one after the other → the named type that they gather. See gathers.ts for what that means; here
 * stand the rules. Objects come in preorder: above before below.
 */
import {isTransparentPackage, packageName} from '../analyses/package-names.js';
import type {Bytes, NodeIndex} from '../base/units.js';
import type {TypeIndex, TypeTable} from '../graph/heap-graph.js';

/** Of a type. */
export const FEWEST = 100;
/** Of the bytes, that topmost objects must retain. */
const LEAST_SHARE = 0.1;
/** Of the bytes, and times the objects. */
const NEARLY = 0.9;
const FAR_MORE = 10;

export interface Tallied {
  readonly type: TypeIndex;
  readonly count: number; // objects, elements of arrays included
  readonly retained: Bytes; // by all of them
  readonly example: NodeIndex; // the one that retains most
  readonly top: NodeIndex; // of the example's subtree
}

/** Per type: 1 for those that may be gathered. */
export function listNamedTypes(types: Pick<TypeTable, 'package'>): Uint8Array {
  return Uint8Array.from(types.package, (path) => (path !== '' && !isTransparentPackage(packageName(path)) ? 1 : 0));
}

export class GatherTally {
  /** As `listNamedTypes` says. The others need not be added. */
  readonly isNamed: Uint8Array;
  readonly #count: Float64Array; // of topmost objects; per type, as the next seven
  readonly #all: Float64Array; // with those below them
  readonly #retained: Float64Array;
  readonly #example: Uint32Array;
  readonly #bestRetained: Float64Array; // by the example
  readonly #exampleTop: Uint32Array;
  readonly #coveredIn: Uint32Array; // the top whose subtree `#coveredUntil` is about
  readonly #coveredUntil: Float64Array; // position behind the last topmost object
  #met: TypeIndex[] = [];

  constructor(types: Pick<TypeTable, 'count' | 'package'>) {
    this.isNamed = listNamedTypes(types);
    this.#count = new Float64Array(types.count);
    this.#all = new Float64Array(types.count);
    this.#retained = new Float64Array(types.count);
    this.#example = new Uint32Array(types.count);
    this.#bestRetained = new Float64Array(types.count);
    this.#exampleTop = new Uint32Array(types.count);
    this.#coveredIn = new Uint32Array(types.count);
    this.#coveredUntil = new Float64Array(types.count);
  }

  /** An object of a named type with `length` elements, at `position` of a preorder; its subtree ends before `end`. */
  add(top: NodeIndex, node: NodeIndex, type: TypeIndex, length: number, retained: Bytes, position: number, end: number): void {
    this.#all[type]! += length;
    if (this.#count[type] === 0) this.#meet(type);
    else if (this.#coveredIn[type] === top && position < this.#coveredUntil[type]!) return;
    this.#coveredIn[type] = top;
    this.#coveredUntil[type] = end;
    this.#count[type]! += length;
    this.#retained[type]! += retained;
    if (this.#example[type] !== 0 && retained <= this.#bestRetained[type]!) return;
    this.#bestRetained[type] = retained;
    this.#example[type] = node;
    this.#exampleTop[type] = top;
  }

  /** Of subtrees that retain `total` bytes together; undefined when no type has enough objects. The next one is for other subtrees. */
  take(total: Bytes): Tallied | undefined {
    const topmost = this.#pick(this.#count);
    const isTelling = topmost !== 0 && this.#retained[topmost]! >= LEAST_SHARE * total;
    const nested = isTelling ? 0 : this.#pick(this.#all);
    const taken = nested !== 0 ? this.#describe(nested, this.#all) : topmost !== 0 ? this.#describe(topmost, this.#count) : undefined;
    for (const type of this.#met) {
      this.#count[type] = 0;
      this.#all[type] = 0;
    }
    this.#met = [];
    return taken;
  }

  #meet(type: TypeIndex): void {
    this.#met.push(type);
    this.#retained[type] = 0;
    this.#example[type] = 0;
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
  #describe(type: TypeIndex, count: Float64Array): Tallied {
    return {type, count: count[type]!, retained: this.#retained[type]!, example: this.#example[type]!, top: this.#exampleTop[type]!};
  }
}
