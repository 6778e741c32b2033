/**
 * Nodes → spots: a spot is where nodes are that have one path (path-tree.ts), one code (frame-names.ts), and one type and shape. Where a word of theirs leads
 * is the same for all of them, so it is asked once for each spot and word, and a node needs nothing but its spot's number: 4 bytes a node is what
 * grows with the heap beside the paths themselves.
 *
 * Codes go down holders and paths go down parents, which mostly are the same nodes. A node whose code is needed before its path has a spot without one
 * until its path is asked for: paths have their numbers in the order in which they are asked for.
 */
import {Column} from '../../src/base/columns.js';
import {NONE, type NodeIndex} from '../../src/base/units.js';
import {type HeapGraph, PROGRAM} from '../../src/graph/heap-graph.js';
import {nodeCount} from '../../src/graph/objects.js';
import {Ascent} from './ascent.js';
import type {FrameNames} from './frame-names.js';
import {PairTable} from './pair-table.js';
import {type PathTree, TOP} from './path-tree.js';

/** No spot: of nodes that were not asked for yet. */
const NOWHERE = 0;
/** Steps that are at hand, a power of two, and numbers of each. */
const AT_HAND = 1 << 14;
const STEP_FIELDS = 4;
/** Parts of a shape: the size of the header is a multiple of 4 below 64, the type comes above. */
const [IS_ROW, IS_ROOT, HEADER, TYPE_UNIT] = [1, 2, 60, 64];

/** Per node. */
export interface Ways {
  readonly holder: Uint32Array; // NodeIndex: what points to it on the path that it is called by
  readonly holderSlot: Uint32Array; // word of that pointer
  readonly parent: Uint32Array; // NodeIndex: its path goes on from this one's
  readonly top: Uint32Array; // PROGRAM where it goes on from the program's instead
}

/** The code of an object whose path does not go on from its holder's, by which it is called `code`. */
export type OwnCode = (node: NodeIndex, code: number) => number;

export class Spots {
  readonly path = new Column(Uint32Array); // number of PathTree; NONE until it is asked for
  readonly #code = new Column(Uint32Array);
  readonly #shape = new Column(Uint32Array);
  readonly #period = new Column(Uint32Array); // words of one element: those of further ones lead where its own lead
  readonly #of: Uint32Array; // per node
  readonly #graph: HeapGraph;
  readonly #names: FrameNames;
  readonly #tree: PathTree;
  readonly #ways: Ways;
  readonly #ownCode: OwnCode;
  readonly #standings = new PairTable(); // code and shape → number
  readonly #byStanding = new PairTable(); // path and that number → spot
  readonly #steps = new Uint32Array(AT_HAND * STEP_FIELDS); // spot, word, shape of what it leads to, and the spot of that
  readonly #placed: Ascent;
  readonly #called: Ascent;
  #standingCount = 0;

  /** `chain`: as `Ascent` has it. */
  constructor(graph: HeapGraph, names: FrameNames, tree: PathTree, ways: Ways, ownCode: OwnCode, chain: number) {
    this.#graph = graph;
    this.#names = names;
    this.#tree = tree;
    this.#ways = ways;
    this.#ownCode = ownCode;
    this.#of = new Uint32Array(nodeCount(graph));
    this.#placed = new Ascent(chain);
    this.#called = new Ascent(chain);
    this.#add(NONE, 0, 0);
    this.startAt(TOP);
    const {roots} = graph;
    for (let root = 1; root <= roots.count; root++) {
      this.#of[root] = this.#spot(NONE, names.ofRoot(root), roots.type[root - 1]! * TYPE_UNIT + IS_ROOT);
    }
  }

  /** Paths without a node above them go on from this one. */
  startAt(path: number): void {
    this.#of[PROGRAM] = this.#add(path, 0, 0);
  }

  /** The spot of a reachable node, with its path. */
  at(node: NodeIndex): number {
    const known = this.#of[node]!;
    if (this.path.data[known] !== NONE) return known;
    const parent = this.#parentOf(node);
    if (this.#hasPath(parent)) this.#place(node, parent);
    else {
      const parentOf = (at: NodeIndex) => this.#parentOf(at);
      this.#placed.descend(
        node,
        parentOf,
        (at) => this.#hasPath(at),
        (at, above) => this.#place(at, above),
      );
    }
    return this.#of[node]!;
  }

  #parentOf(node: NodeIndex): NodeIndex {
    return this.#ways.top[node] === PROGRAM ? PROGRAM : this.#ways.parent[node]!;
  }
  #hasPath(node: NodeIndex): boolean {
    return this.path.data[this.#of[node]!] !== NONE;
  }

  /** Gives a node a spot with path; its parent has one. */
  #place(node: NodeIndex, parent: NodeIndex): void {
    const above = this.#of[parent]!;
    if (this.#of[node] === NOWHERE && this.#ways.holder[node] === parent) {
      this.#of[node] = this.#follow(above, node);
      return;
    }
    this.#call(node);
    const spot = this.#of[node]!;
    this.#of[node] = this.#below(above, this.#code.data[spot]!, this.#shape.data[spot]!);
  }

  /** Gives a node a spot without path, if it has none. */
  #call(node: NodeIndex): void {
    const {holder} = this.#ways;
    const hasSpot = (at: NodeIndex) => this.#of[at] !== NOWHERE;
    this.#called.descend(
      node,
      (at) => holder[at]!,
      hasSpot,
      (at, above) => {
        const code = this.#codeBelow(this.#of[above]!, at);
        const own = this.#parentOf(at) === above ? code : this.#ownCode(at, code);
        this.#of[at] = this.#spot(NONE, own, this.#shapeOf(at));
      },
    );
  }

  /** The spot of an object whose holder is at `spot`, and has the path that its own goes on from. */
  #follow(spot: number, node: NodeIndex): number {
    const word = this.#wordAt(spot, this.#ways.holderSlot[node]!);
    const shape = this.#shapeOf(node);
    const steps = this.#steps;
    const hash = Math.imul(spot, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b) ^ Math.imul(shape, 0xc2b2ae35);
    const at = ((hash ^ (hash >>> 15)) & (AT_HAND - 1)) * STEP_FIELDS;
    if (steps[at] === spot && steps[at + 1] === word && steps[at + 2] === shape) return steps[at + 3]!;
    const found = this.#below(spot, this.#codeBelow(spot, node), shape);
    steps[at] = spot;
    steps[at + 1] = word;
    steps[at + 2] = shape;
    steps[at + 3] = found;
    return found;
  }

  /** The word of the first element that leads where this one leads; where it lies in the header, one that no slot is. */
  #wordAt(spot: number, slot: number): number {
    const word = slot - (this.#shape.data[spot]! & HEADER) / this.#graph.edges.wordBytes;
    const period = this.#period.data[spot]!;
    return word < period ? word : word % period;
  }

  #codeBelow(spot: number, node: NodeIndex): number {
    const {holder, holderSlot} = this.#ways;
    const {roots, objects} = this.#graph;
    return this.#names.along(this.#code.data[spot]!, holder[node]!, holderSlot[node]!, objects.type[node - 1 - roots.count]!);
  }
  #shapeOf(node: NodeIndex): number {
    const {roots, objects} = this.#graph;
    const object = node - 1 - roots.count;
    return objects.type[object]! * TYPE_UNIT + this.#names.headers.of(object) + (objects.length[object]! > 1 ? IS_ROW : 0);
  }

  #below(spot: number, code: number, shape: number): number {
    return this.#spot(this.#tree.child(this.path.data[spot]!, this.#names.frameOf(code)), code, shape);
  }
  #spot(path: number, code: number, shape: number): number {
    let standing = this.#standings.find(code, shape);
    if (standing === NONE) {
      standing = this.#standingCount++;
      this.#standings.set(code, shape, standing);
    }
    let spot = this.#byStanding.find(path, standing);
    if (spot === NONE) {
      spot = this.#add(path, code, shape);
      this.#byStanding.set(path, standing, spot);
    }
    return spot;
  }

  #add(path: number, code: number, shape: number): number {
    const words = this.#graph.types.size[shape >>> 6]! / this.#graph.edges.wordBytes;
    this.path.push(path);
    this.#code.push(code);
    this.#shape.push(shape);
    this.#period.push(words === 0 ? 1 : Number.isInteger(words) ? words : NONE);
    return this.path.length - 1;
  }
}
