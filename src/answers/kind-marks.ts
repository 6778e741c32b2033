/**
 * Objects → on each node the kinds of objects that lie at or below it on telling paths: the first half of held-kinds.ts.
 *
 * In the order of the objects each carries its kinds up its path, as far as they are not there yet: most objects look at their holder and are done. Path and kinds of a node
 * are one word in the column of the paths, which a node's holder must be asked for anyway; no other memory is needed.
 */
import {remember} from '../base/remember.js';
import {type Bytes, NONE, type NodeIndex, type TypeIndex} from '../base/units.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {NOWHERE} from './interned-paths.js';
import {EMPTY, InternedSets, SET_BITS} from './interned-sets.js';
import type {MergedPaths} from './merged-paths.js';
import type {Owners} from './owners.js';
import {PairNumbers} from './pair-numbers.js';
import type {ToldHeap} from './told-heap.js';

/** A word: the path, whether a pointer from another path leads here, and the set of kinds. */
const PATH_BITS = 17;
export const PATH = 2 ** PATH_BITS - 1;
export const ENTERS = 1 << PATH_BITS;
export const SET_AT = PATH_BITS + 1;
const BELOW_SET = 2 ** SET_AT - 1;

export interface Kind {
  readonly type: TypeIndex | undefined;
  readonly owner: number | undefined; // a row of `Owners`
  readonly steps: Map<number, KindStep>; // by path, in the order in which a tree of the kind comes to its rows
}
export interface KindStep {
  objects: number; // of the kind, at this very path
  bytes: Bytes;
  first: NodeIndex; // that enters the path, of those that the tree comes to
}
export interface KindMarks {
  readonly kinds: readonly Kind[];
  readonly sets: InternedSets; // of indices into `kinds`
  readonly words: Int32Array; // per node: in the memory of `MergedPaths.pathOf`
}

/** Kinds of more than `least` objects. Undefined where there are none; else `restorePaths` must follow. O(nodes). */
export function markKinds(told: ToldHeap, paths: MergedPaths, owners: Owners, least: number): KindMarks | undefined {
  const {buffer, byteOffset, length} = paths.pathOf;
  const words = new Int32Array(buffer, byteOffset, length);
  for (let more = least; ; more *= 4) {
    const numbers = new KindNumbers(paths, owners, more);
    if (numbers.kinds.length === 0) return undefined;
    const marker = new Marker(told, words, numbers);
    if (marker.markAll()) return marker;
    restorePaths(words); // too many different sets: without the smaller kinds there are fewer
  }
}

/** What the column had before. */
export function restorePaths(words: Int32Array): void {
  for (let node = 0; node < words.length; node++) words[node]! &= PATH;
}

/** Which kinds an object is of. */
class KindNumbers {
  readonly kinds: Kind[] = [];
  readonly sets = new InternedSets();
  readonly ownerOf: Uint32Array;
  readonly #ofType = new Map<number, number>();
  readonly #ofOwner = new Map<number, number>();
  readonly #setOf = new Map<number, number>(); // by type and owner

  constructor({types}: MergedPaths, {rows, ownObjects, heldObjects, ownerOf}: Owners, least: number) {
    this.ownerOf = ownerOf;
    const objectsOf = new Map<TypeIndex, number>();
    for (const {type, objects} of types) objectsOf.set(type, (objectsOf.get(type) ?? 0) + objects);
    for (const [type, objects] of objectsOf) if (objects > least) this.#ofType.set(type, this.#add(type, undefined));
    for (const owner of rows.keys())
      if (ownObjects[owner]! + heldObjects[owner]! > least) this.#ofOwner.set(owner, this.#add(undefined, owner));
  }

  /** EMPTY for an object of no kind. */
  setOf(type: TypeIndex, owner: number): number {
    return remember(this.#setOf, type * 2 ** 21 + owner, () => {
      const [ofType, ofOwner] = [this.#ofType.get(type), this.#ofOwner.get(owner)];
      const both = ofType === undefined || ofOwner === undefined ? undefined : this.#add(type, owner);
      return this.sets.of([ofType, ofOwner, both].filter((kind) => kind !== undefined).sort((a, b) => a - b));
    });
  }

  #add(type: TypeIndex | undefined, owner: number | undefined): number {
    return this.kinds.push({type, owner, steps: new Map()}) - 1;
  }
}

/** Steps that were looked at: a power of 2. */
const AT_HAND = 1 << 10;

class Marker implements KindMarks {
  readonly words: Int32Array;
  readonly kinds: readonly Kind[];
  readonly sets: InternedSets;
  readonly #numbers: KindNumbers;
  readonly #graph: HeapGraph;
  readonly #holder: Uint32Array;
  readonly #roots: number;
  readonly #notedFrom = new Int32Array(AT_HAND).fill(ENTERS); // words of nodes that enter, before they got kinds; this is none
  readonly #notedTo = new Int32Array(AT_HAND); // and its set after that
  readonly #tallies = new PairNumbers(); // path and set of objects
  readonly #objects: number[] = []; // per tally
  readonly #bytes: Bytes[] = [];

  constructor({columns}: ToldHeap, words: Int32Array, numbers: KindNumbers) {
    this.words = words;
    this.kinds = numbers.kinds;
    this.sets = numbers.sets;
    this.#numbers = numbers;
    this.#graph = columns.graph;
    this.#holder = columns.holder;
    this.#roots = columns.graph.roots.count;
  }

  /** False when there are too many sets. */
  markAll(): boolean {
    const {spans, objects} = this.#graph;
    for (let root = 1; root <= this.#roots; root++) if (this.words[root] !== NOWHERE) this.words[root]! |= ENTERS;
    for (let span = 0; span < spans.count && !this.sets.isFull; span++)
      this.#markSpan(spans.slotSize[span]!, objects.firstObject[span]!, objects.firstObject[span + 1]!);
    if (this.sets.isFull) return false;
    for (const [tally, pair] of [...this.#tallies.pairs()].entries())
      for (const kind of this.sets.membersOf(pair & (2 ** SET_BITS - 1))) {
        const step = this.kinds[kind]!.steps.get(pair >>> SET_BITS)!;
        step.objects += this.#objects[tally]!;
        step.bytes += this.#bytes[tally]!;
      }
    return true;
  }

  /** The loop over all objects: what it reads is at hand, because a look at a field costs it as much as a holder. */
  #markSpan(size: Bytes, first: number, end: number): void {
    const {words, sets} = this;
    const types = this.#graph.objects.type;
    const {ownerOf} = this.#numbers;
    const holder = this.#holder;
    const firstNode = 1 + this.#roots;
    let type = -1; // of the objects before, as the next ones: neighbours are often alike
    let owner = -1;
    let set = EMPTY;
    let lastPair = -1;
    let tally = 0; // of the last pair, and how many objects were not added to it yet
    let run = 0;
    let [known, added, both] = [EMPTY, EMPTY, EMPTY]; // the last union
    for (let object = first; object < end; object++) {
      let node = object + firstNode;
      let word = words[node]!;
      if (word === NOWHERE) continue;
      if (types[object] !== type || ownerOf[node] !== owner) {
        type = types[object]!;
        owner = ownerOf[node]!;
        set = this.#numbers.setOf(type, owner);
        this.#add(tally, run, size);
        lastPair = -1;
        run = 0;
      }
      if (((words[holder[node]!]! ^ word) & PATH) !== 0) words[node] = word |= ENTERS;
      if (set === EMPTY) continue;
      const pair = ((word & PATH) << SET_BITS) | set;
      if (pair !== lastPair) {
        this.#add(tally, run, size);
        tally = this.#tallyOf(pair);
        lastPair = pair;
        run = 0;
      }
      run++;
      for (;;) {
        const before = word >>> SET_AT;
        if (before === set) break;
        if (before !== known || set !== added) {
          known = before;
          added = set;
          both = sets.union(before, set);
        }
        if (both === before) break;
        words[node] = (word & BELOW_SET) | (both << SET_AT);
        const above = node > this.#roots ? words[holder[node]!]! : NOWHERE;
        if (((above ^ word) & PATH) !== 0) this.#note(word, both, node);
        if (node <= this.#roots) break;
        node = holder[node]!;
        word = above;
      }
    }
    this.#add(tally, run, size);
  }
  #add(tally: number, objects: number, size: Bytes): void {
    if (objects === 0) return;
    this.#objects[tally]! += objects;
    this.#bytes[tally]! += objects * size;
  }

  /** A node that enters a path got kinds. */
  #note(word: number, both: number, node: NodeIndex): void {
    const from = word & ~ENTERS;
    const at = (from ^ (from >>> SET_AT) ^ (both << 3)) & (AT_HAND - 1);
    if (this.#notedFrom[at] === from && this.#notedTo[at] === both) return;
    this.#notedFrom[at] = from;
    this.#notedTo[at] = both;
    const before = this.sets.membersOf(word >>> SET_AT);
    for (const kind of this.sets.membersOf(both)) {
      if (before.includes(kind)) continue;
      const row = this.#stepOf(kind, word & PATH);
      if (row.first === NONE) row.first = node;
    }
  }
  #tallyOf(pair: number): number {
    const {count} = this.#tallies;
    const tally = this.#tallies.of(pair);
    if (tally < count) return tally;
    this.#objects.push(0);
    this.#bytes.push(0);
    for (const kind of this.sets.membersOf(pair & (2 ** SET_BITS - 1))) this.#stepOf(kind, pair >>> SET_BITS);
    return tally;
  }
  #stepOf(kind: number, path: number): KindStep {
    return remember(this.kinds[kind]!.steps, path, () => ({objects: 0, bytes: 0, first: NONE}));
  }
}
