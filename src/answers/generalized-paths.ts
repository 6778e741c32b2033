/**
 * Nodes → generalized paths: the telling path as a Go programmer would write it, with every key and index as `[…]`, and steps
 * that repeat as `…`. So a million list items have three paths, and what a map holds has one.
 *
 * Data that has no name, as all of a stripped program, is called by its type, where that is known: an address says nothing.
 *
 * Paths are numbers (interned-paths.ts), and become text only when somebody asks. A node's path is found when it is needed, and is
 * kept for its holders, as the number of a place (path-places.ts): 4 bytes a node, of which only the pages of nodes that hold something asked for
 * are touched.
 */
import type {RootOrigins} from '../analyses/root-origins.js';
import type {ShortestPaths} from '../analyses/shortest-paths.js';
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {indexOfSorted, lowerBound} from '../base/lower-bound.js';
import {type Bytes, NONE, type NodeIndex} from '../base/units.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {nodeCount, ObjectHeaders} from '../graph/objects.js';
import {InternedPaths, NOWHERE} from './interned-paths.js';
import {PathPlaces, UNPLACED} from './path-places.js';
import {PlaceSteps} from './place-steps.js';
import {isNameless, namelessStep, rootStep, WordSteps} from './word-steps.js';

/** Per node, of the path to it. */
type HolderColumns = Pick<ShortestPaths, 'holder' | 'holderSlot'>;

export class GeneralizedPaths {
  readonly #graph: HeapGraph;
  readonly #paths: HolderColumns;
  readonly #origins: RootOrigins;
  readonly #interned = new InternedPaths();
  readonly #places = new PathPlaces();
  readonly #steps: PlaceSteps;
  readonly #placeOf: Uint32Array; // per node, of holders; UNPLACED = not known yet
  readonly #headers: ObjectHeaders;
  readonly #isInside: Uint8Array; // bit per node: whether the path's pointer to it leads behind its start

  constructor(graph: HeapGraph, paths: HolderColumns, origins: RootOrigins) {
    this.#graph = graph;
    this.#paths = paths;
    this.#origins = origins;
    this.#placeOf = new Uint32Array(nodeCount(graph));
    this.#headers = new ObjectHeaders(graph);
    this.#isInside = listEnteredInside(graph, paths);
    const words = new WordSteps(graph.types, this.#interned);
    this.#steps = new PlaceSteps(this.#places, this.#interned, words, graph.edges.wordBytes);
  }

  /** How many different paths there are so far. */
  get count(): number {
    return this.#interned.count;
  }

  /** Of a reachable node but the program. */
  idOf(node: NodeIndex): number {
    if (node <= this.#graph.roots.count) return this.#pathOfRoot(node);
    return this.behind(this.#paths.holder[node]!, this.#paths.holderSlot[node]!, node);
  }

  /** The path to what a pointer at another slot leads to, by way of the node that has it. */
  behind(holder: NodeIndex, slot: number, node: NodeIndex): number {
    return this.#follow(holder, this.#placeOf[holder]! || this.#findPlace(holder), slot, node);
  }

  /** Per node, NOWHERE for garbage: in the memory of this, which can be asked for texts alone from then on. O(nodes). */
  takeAll(): Uint32Array {
    const {holder} = this.#paths;
    const places = this.#placeOf;
    for (let node = this.#graph.roots.count + 1; node < places.length; node++) {
      const from = holder[node]!;
      if (places[node] === UNPLACED && from !== NONE) places[node] = this.#enter(from, places[from]! || this.#findPlace(from), node);
    }
    const {path} = this.#places;
    for (let node = 0; node < places.length; node++) places[node] = path.data[places[node]!]!; // NOWHERE where there is no place
    return places;
  }

  /** Of a node whose pointers are followed. Kept, because it will be asked for again; the places of nodes that hold nothing are not. */
  #findPlace(node: NodeIndex): number {
    const {holder} = this.#paths;
    const chain: NodeIndex[] = [];
    let known = node;
    for (; this.#placeOf[known] === UNPLACED && known > this.#graph.roots.count; known = holder[known]!) chain.push(known);
    let place = this.#placeOf[known]! || this.#places.at(this.#pathOfRoot(known), this.#graph.roots.type[known - 1]!, 0, 0, 0);
    this.#placeOf[known] = place;
    for (let at = chain.length - 1; at >= 0; at--) {
      place = this.#enter(holder[chain[at]!]!, place, chain[at]!);
      this.#placeOf[chain[at]!] = place;
    }
    return place;
  }

  /** The place of an object that is held by a node at `place`. */
  #enter(holder: NodeIndex, place: number, node: NodeIndex): number {
    const {roots, objects} = this.#graph;
    const path = this.#follow(holder, place, this.#paths.holderSlot[node]!, node);
    const object = node - 1 - roots.count;
    const header = this.#headers.of(object);
    const isRow = objects.length[object]! > 1 ? 1 : this.#steps.leadsToElements;
    const from = isRow === 0 && getBit(this.#isInside, node) ? this.#enteredAt(node, header) : 0;
    return this.#places.at(path, objects.type[object]!, header, isRow, from);
  }

  /** The path from one node on the telling path of another to that other; '' when they are the same node, or when Go has no words between them. */
  textBetween(top: NodeIndex, node: NodeIndex): string {
    const {holder, holderSlot} = this.#paths;
    const chain: NodeIndex[] = [];
    for (let below = node; below !== top; below = holder[below]!) chain.push(below);
    let path = NOWHERE;
    for (const below of chain.reverse()) {
      const from = holder[below]!;
      path =
        below <= this.#graph.roots.count
          ? this.#extend(path, this.#rootStep(below)) // a goroutine is the holder of its locals
          : this.#along(from, this.#placeOf[from]! || this.#findPlace(from), holderSlot[below]!, below, path);
    }
    return this.textOf(path);
  }

  /** As `InternedPaths` has it. */
  parentOf(path: number): number {
    return this.#interned.parentOf(path);
  }

  /** Likewise. */
  isFolded(path: number): boolean {
    return this.#interned.isFolded(path);
  }

  /** Likewise. */
  textOf(path: number): string {
    return this.#interned.textOf(path);
  }

  /** Likewise. */
  partsOf(path: number): readonly [string, string] {
    return this.#interned.partsOf(path);
  }

  /** The path to an object by the pointer at `slot` of a node at `place`. */
  #follow(holder: NodeIndex, place: number, slot: number, node: NodeIndex): number {
    const {path, type} = this.#places;
    return this.#isHidden(holder, type.data[place]!)
      ? this.#behindHidden(holder, path.data[place]!, node)
      : this.#steps.follow(place, slot);
  }

  /** The same behind another path than the place's own. */
  #along(holder: NodeIndex, place: number, slot: number, node: NodeIndex, path: number): number {
    return this.#isHidden(holder, this.#places.type.data[place]!)
      ? this.#behindHidden(holder, path, node)
      : this.#steps.along(place, slot, path);
  }
  #isHidden(holder: NodeIndex, type: number): boolean {
    return type === 0 && holder <= this.#graph.roots.count;
  }

  #extend(path: number, step: number): number {
    return this.#interned.extend(path, step);
  }
  #pathOfRoot(root: NodeIndex): number {
    return this.#extend(NOWHERE, this.#rootStep(root));
  }
  #rootStep(root: NodeIndex): number {
    return rootStep(this.#interned, this.#origins.at(this.#origins.idOf(root)), this.#typeName(root));
  }
  /**
   * Words of frames, registers and queues: where they lie says nothing. What one of a stack leads to has the goroutine's path; what a word of
   * data without name and type leads to is called by its own type.
   */
  #behindHidden(root: NodeIndex, path: number, node: NodeIndex): number {
    this.#steps.leadsToElements = 0;
    const isNamed = !isNameless(this.#origins.at(this.#origins.idOf(root)));
    return isNamed ? path : this.#extend(NOWHERE, namelessStep(this.#interned, this.#typeName(node), true));
  }
  #typeName(node: NodeIndex): string {
    const {roots, objects, types} = this.#graph;
    return types.name[node <= roots.count ? roots.type[node - 1]! : objects.type[node - 1 - roots.count]!]!;
  }

  /** Where in the object's data the path's pointer to it leads. */
  #enteredAt(node: NodeIndex, header: Bytes): Bytes {
    const {firstEdge, slot, interiorEdge, interiorOffset} = this.#graph.edges;
    const holder = this.#paths.holder[node]!;
    const edge = lowerBound(slot, this.#paths.holderSlot[node]!, firstEdge[holder]!, firstEdge[holder + 1]!);
    const index = indexOfSorted(interiorEdge, edge);
    return index < 0 ? 0 : interiorOffset[index]! - header; // words of a stack may lie at one slot
  }
}

/** Bit per node to which the path comes by a pointer behind its start. O(nodes + interior pointers). */
function listEnteredInside(graph: HeapGraph, {holder, holderSlot}: HolderColumns): Uint8Array {
  const set = createBitset(nodeCount(graph));
  const {firstEdge, slot, target, interiorEdge} = graph.edges;
  for (let at = 0, node = 0; at < interiorEdge.length; at++) {
    const edge = interiorEdge[at]!;
    while (firstEdge[node + 1]! <= edge) node++;
    const inside = target[edge]!;
    if (holder[inside] === node && holderSlot[inside] === slot[edge]) setBit(set, inside);
  }
  return set;
}
