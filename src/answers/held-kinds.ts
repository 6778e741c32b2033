/**
 * The objects of each kind of which there are very many – of a type, of an owner, of a type and an owner – → the trees that `HeldTree` makes of their telling paths, for
 * all kinds at once: to go through the objects when somebody asks takes seconds.
 *
 * kind-marks.ts says which kinds lie below a node. So a step of a kind has as many pointers as nodes with the kind enter its path. Where these are too many to be looked up, what
 * they release alone is added up here: what those retain that are held by a bridge and that none of the same path dominates. A path without `…` does not come back to
 * itself, so there none dominates another; of the others the order of the dominator tree tells.
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {type Bytes, NONE, type NodeIndex, type TypeIndex} from '../base/units.js';
import {nodeCount} from '../graph/objects.js';
import {SET_BITS} from './interned-sets.js';
import {ENTERS, type Kind, type KindMarks, markKinds, PATH, restorePaths, SET_AT} from './kind-marks.js';
import {type MergedPaths, MOST_PATHS} from './merged-paths.js';
import type {Owners} from './owners.js';
import {PairNumbers} from './pair-numbers.js';
import type {ToldHeap} from './told-heap.js';

export interface HeldKind {
  readonly type: TypeIndex | undefined;
  readonly owner: number | undefined; // a row of `Owners`
  readonly objects: number;
  readonly bytes: Bytes;
  readonly steps: readonly HeldStep[]; // in the order in which a tree comes to its rows
}
/** A row of a tree, but for sums over those below it. */
export interface HeldStep {
  readonly path: number; // an id of `MergedPaths`
  readonly objects: number; // of the kind, at this very path
  readonly bytes: Bytes;
  readonly pointers: number;
  readonly first: NodeIndex; // the target that the tree came to first
  readonly targets: readonly number[] | undefined; // all of them, that one first; undefined where they are too many
  readonly releases: Bytes | undefined; // what each releases alone, together; undefined where they are listed
}
export interface HeldKindLimits {
  readonly objects: number; // kinds with more have rows
  readonly targets: number; // of a step: more are not listed
  readonly bytes: number; // of all rows, for each object of the heap
}
/** More objects of a kind are not looked up one by one, nor are more targets of a step. */
export const MANY_HELD = {objects: 30_000, targets: 20_000} as const;
const LIMITS: HeldKindLimits = {...MANY_HELD, bytes: 0.4};
/** Of a row in a file, and of a target in it. */
const ROW_BYTES = 40;
const TARGET_BYTES = 9;
/** Of all nodes no more are listed while groups are counted. */
const LISTED_PART = 16;

/** What `paths` say of nodes is changed while this goes on, and restored. O(nodes), and nothing where there are no such kinds. */
export function computeHeldKinds(told: ToldHeap, paths: MergedPaths, owners: Owners, limits = LIMITS): HeldKind[] {
  if (paths.rows.length >= MOST_PATHS) return []; // perhaps there were more, and objects that are behind those that were kept
  const marks = markKinds(told, paths, owners, limits.objects);
  if (marks === undefined) return [];
  const groups = countEntries(told, marks, paths, limits);
  const kinds = marks.kinds.map(({type, owner, steps}, kind) => ({
    type,
    owner,
    ...sumUp(steps),
    steps: listSteps(steps, groups[kind]!, limits),
  }));
  restorePaths(marks.words);
  const large = kinds.filter(({objects}) => objects > limits.objects).sort((a, b) => b.objects - a.objects);
  return keepWithin(large, limits.bytes * told.columns.graph.objects.count);
}

function sumUp(steps: Kind['steps']): Pick<HeldKind, 'objects' | 'bytes'> {
  let [objects, bytes] = [0, 0];
  for (const step of steps.values()) {
    objects += step.objects;
    bytes += step.bytes;
  }
  return {objects, bytes};
}

/** Nodes that enter a path and have the same kinds below them. */
interface EntryGroup {
  readonly path: number;
  readonly set: number;
  pointers: number;
  releases: Bytes;
  nodes: number[] | undefined; // undefined: too many
}

/** By kind and path. */
function countEntries(told: ToldHeap, marks: KindMarks, paths: MergedPaths, limits: HeldKindLimits): Map<number, EntryGroup[]>[] {
  const counter = new EntryCounter(told, marks, paths, limits);
  counter.count();
  counter.sumFolded();
  const byKind = marks.kinds.map(() => new Map<number, EntryGroup[]>());
  for (const group of counter.groups)
    for (const kind of marks.sets.membersOf(group.set)) {
      const ofPath = byKind[kind]!.get(group.path);
      if (ofPath === undefined) byKind[kind]!.set(group.path, [group]);
      else ofPath.push(group);
    }
  return byKind;
}

class EntryCounter {
  readonly groups: EntryGroup[] = [];
  readonly #told: ToldHeap;
  readonly #words: Int32Array;
  readonly #targets: number;
  readonly #numbers = new PairNumbers(); // of groups
  readonly #isBridged: Uint8Array;
  readonly #isFolded: Uint8Array; // per path: it has a `…`
  readonly #folded: Uint8Array; // bit per position in the order of the dominator tree: nodes of these paths that are held by a bridge
  #room: number; // for nodes that are listed

  constructor(told: ToldHeap, {words}: KindMarks, {rows}: MergedPaths, {targets}: HeldKindLimits) {
    this.#told = told;
    this.#words = words;
    this.#targets = targets;
    this.#isBridged = listBridged(told);
    this.#isFolded = Uint8Array.from([0, ...rows.map(({isFolded}) => (isFolded ? 1 : 0))]);
    this.#folded = createBitset(told.preorder.node.length);
    this.#room = Math.max(targets, words.length / LISTED_PART);
  }

  count(): void {
    const {columns, preorder} = this.#told;
    const {retained, graph} = columns;
    const roots = graph.roots.count;
    const [words, isBridged, isFolded] = [this.#words, this.#isBridged, this.#isFolded];
    let last = 0; // word of the node before, and its group
    let group: EntryGroup | undefined;
    for (let node = 1; node < words.length; node++) {
      const word = words[node]!;
      if ((word & ENTERS) === 0 || word >>> SET_AT === 0) continue;
      if (word !== last) {
        group = this.#groupOf(word);
        last = word;
      }
      group!.pointers++;
      if (group!.nodes !== undefined) this.#list(group!, node);
      if (node <= roots) group!.releases += retained[node]!;
      else if (!getBit(isBridged, node)) continue;
      else if (isFolded[word & PATH] === 1) setBit(this.#folded, preorder.position[node]!);
      else group!.releases += retained[node]!;
    }
  }

  /** Of each path what no other node of the path dominates. */
  sumFolded(): void {
    const {preorder, columns} = this.#told;
    const {retained, retainedObjects} = columns;
    const coveredUntil = new Float64Array(this.#isFolded.length); // per path: position behind the subtree of the last node that counted
    const folded = this.#folded;
    for (let byte = 0; byte < folded.length; byte++) {
      for (let bits = folded[byte]!; bits !== 0; bits &= bits - 1) {
        const position = 8 * byte + 31 - Math.clz32(bits & -bits);
        const node = preorder.node[position]!;
        const word = this.#words[node]!;
        const path = word & PATH;
        if (position < coveredUntil[path]!) continue;
        coveredUntil[path] = position + retainedObjects[node]!;
        this.#groupOf(word).releases += retained[node]!;
      }
    }
  }

  #groupOf(word: number): EntryGroup {
    const path = word & PATH;
    const set = word >>> SET_AT;
    const number = this.#numbers.of((path << SET_BITS) | set);
    if (number === this.groups.length) this.groups.push({path, set, pointers: 0, releases: 0, nodes: []});
    return this.groups[number]!;
  }
  #list(group: EntryGroup, node: NodeIndex): void {
    const {nodes} = group;
    if (nodes === undefined) return;
    if (nodes.length < this.#targets && this.#room > 0) {
      nodes.push(node);
      this.#room--;
      return;
    }
    this.#room += nodes.length;
    group.nodes = undefined;
  }
}

/** Bit per node: there is a pointer that all paths to it go through. */
function listBridged({columns}: ToldHeap): Uint8Array {
  const {bridge, graph} = columns;
  const {target} = graph.edges;
  const isBridged = createBitset(nodeCount(graph));
  for (let byte = 0; byte < bridge.length; byte++)
    for (let bits = bridge[byte]!; bits !== 0; bits &= bits - 1) setBit(isBridged, target[8 * byte + 31 - Math.clz32(bits & -bits)]!);
  return isBridged;
}

function listSteps(steps: Kind['steps'], groups: ReadonlyMap<number, readonly EntryGroup[]>, {targets: most}: HeldKindLimits): HeldStep[] {
  return Array.from(steps, ([path, {objects, bytes, first}]) => {
    const entering = groups.get(path) ?? [];
    const pointers = entering.reduce((sum, group) => sum + group.pointers, 0);
    const sums = {path, objects, bytes, pointers, first};
    if (pointers > most) return {...sums, targets: undefined, releases: entering.reduce((sum, {releases}) => sum + releases, 0)};
    const isListed = entering.every(({nodes}) => nodes !== undefined);
    const others = isListed ? entering.flatMap(({nodes}) => nodes!).filter((node) => node !== first) : [];
    return {...sums, targets: isListed ? [first, ...others] : undefined, releases: undefined};
  });
}

/** Those with most objects, as far as there is room. What misses the targets of a step is left out. */
function keepWithin(kinds: readonly HeldKind[], bytes: number): HeldKind[] {
  let left = bytes;
  return kinds.filter(({steps}) => {
    if (steps.some(({first, targets, releases}) => first === NONE || (targets ?? releases) === undefined)) return false;
    const size = steps.reduce((sum, {targets}) => sum + ROW_BYTES + TARGET_BYTES * (targets?.length ?? 0), 0);
    if (size > left) return false;
    left -= size;
    return true;
  });
}
