/**
 * Nodes → generalized paths: the telling path as a Go programmer would write it, with every key and index as `[…]`, and steps
 * that repeat as `…`. So a million list items have three paths, and what a map holds has one.
 *
 * Data that has no name, as all of a stripped program, is called by its type, where that is known: an address says nothing.
 *
 * Paths are numbers (interned-paths.ts), and become text only when somebody asks. A node's path is found when it is needed, and
 * kept for its holders: 4 bytes a node, of which only the pages of nodes that hold something asked for are touched.
 */
import type {RootOrigins} from '../analyses/root-origins.js';
import type {ShortestPaths} from '../analyses/shortest-paths.js';
import {indexOfSorted, lowerBound} from '../base/lower-bound.js';
import {type Bytes, NONE, type NodeIndex, type TypeIndex} from '../base/units.js';
import {type HeapGraph, PROGRAM} from '../graph/heap-graph.js';
import {headerOf, nodeCount} from '../graph/objects.js';
import {InternedPaths, NOWHERE} from './interned-paths.js';
import {isNameless, namelessStep, rootStep, SILENT, WordSteps} from './word-steps.js';

/** Per node, of the path to it. */
type HolderColumns = Pick<ShortestPaths, 'holder' | 'holderSlot'>;

export class GeneralizedPaths {
  readonly #graph: HeapGraph;
  readonly #paths: HolderColumns;
  readonly #origins: RootOrigins;
  readonly #interned = new InternedPaths();
  readonly #words: WordSteps;
  readonly #pathOf: Uint32Array; // per node: of holders; NOWHERE = not known yet
  // The last one: neighbours in an array have the same.
  #lastHolder: HolderNode = {node: PROGRAM, path: NOWHERE, type: 0, header: 0, from: 0, isRow: false, isHidden: true};

  constructor(graph: HeapGraph, paths: HolderColumns, origins: RootOrigins) {
    this.#graph = graph;
    this.#paths = paths;
    this.#origins = origins;
    this.#pathOf = new Uint32Array(nodeCount(graph));
    this.#words = new WordSteps(graph.types, this.#interned);
  }

  /** How many different paths there are so far. */
  get count(): number {
    return this.#interned.count;
  }

  /** Of a reachable node but the program. */
  idOf(node: NodeIndex): number {
    const {roots} = this.#graph;
    if (node <= roots.count) return this.#extend(NOWHERE, this.#rootStep(node));
    const holder = this.#paths.holder[node]!;
    if (holder !== this.#lastHolder.node) this.#lastHolder = this.#describe(holder, this.#pathOfHolder(holder));
    return this.#along(this.#lastHolder, node);
  }

  /** The path to what a pointer at another slot leads to, by way of the node that has it. */
  behind(holder: NodeIndex, slot: number, node: NodeIndex): number {
    return this.#along(this.#describe(holder, this.#pathOfHolder(holder)), node, slot);
  }
  /** Per node, NOWHERE for garbage: in the memory of this, which can be asked for texts alone from then on. O(nodes). */
  takeAll(): Uint32Array {
    const {roots} = this.#graph;
    const paths = this.#pathOf;
    for (let node = roots.count + 1; node < paths.length; node++)
      if (paths[node] === NOWHERE && this.#paths.holder[node] !== NONE) paths[node] = this.idOf(node);
    return paths;
  }

  /** Kept, because it will be asked for again; the paths of nodes that hold nothing are not. */
  #pathOfHolder(node: NodeIndex): number {
    const chain: NodeIndex[] = [];
    let known = node;
    for (; this.#pathOf[known] === NOWHERE && known > this.#graph.roots.count; known = this.#paths.holder[known]!) chain.push(known);
    let path = this.#pathOf[known] || this.#extend(NOWHERE, this.#rootStep(known));
    this.#pathOf[known] = path;
    for (const below of chain.reverse()) {
      path = this.#along(this.#describe(this.#paths.holder[below]!, path), below);
      this.#pathOf[below] = path;
    }
    return path;
  }

  /** The path from one node on the telling path of another to that other; '' when they are the same node, or when Go has no words between them. */
  textBetween(top: NodeIndex, node: NodeIndex): string {
    const chain: NodeIndex[] = [];
    for (let below = node; below !== top; below = this.#paths.holder[below]!) chain.push(below);
    let path = NOWHERE;
    for (const below of chain.reverse()) path = this.#along(this.#describe(this.#paths.holder[below]!, path), below);
    return this.textOf(path);
  }

  /** As `InternedPaths` has it. */
  parentOf(path: number): number {
    return this.#interned.parentOf(path);
  }

  /** Likewise. */
  textOf(path: number): string {
    return this.#interned.textOf(path);
  }

  /** Likewise. */
  partsOf(path: number): readonly [string, string] {
    return this.#interned.partsOf(path);
  }

  /** The path to a node from its holder. A goroutine is the holder of its locals. */
  #along(holder: HolderNode, node: NodeIndex, slot = this.#paths.holderSlot[node]!): number {
    if (node <= this.#graph.roots.count) return this.#extend(holder.path, this.#rootStep(node));
    if (holder.isHidden) return this.#behindHidden(holder, node);
    const {step} = this.#words.at(holder.type, slot * 8 - holder.header, holder.isRow, holder.from);
    return step === SILENT ? holder.path : this.#extend(holder.path, step);
  }

  #extend(path: number, step: number): number {
    return this.#interned.extend(path, step);
  }
  #rootStep(root: NodeIndex): number {
    return rootStep(this.#interned, this.#origins.at(this.#origins.idOf(root)), this.#typeName(root));
  }
  /** What a word of a stack leads to has the goroutine's path; what a word of data without name and type leads to is called by its own type. */
  #behindHidden({node: root, path}: HolderNode, node: NodeIndex): number {
    const origin = root === PROGRAM ? undefined : this.#origins.at(this.#origins.idOf(root));
    return origin && isNameless(origin) ? this.#extend(NOWHERE, namelessStep(this.#interned, this.#typeName(node), true)) : path;
  }
  #typeName(node: NodeIndex): string {
    const {roots, objects, types} = this.#graph;
    return types.name[node <= roots.count ? roots.type[node - 1]! : objects.type[node - 1 - roots.count]!]!;
  }

  /** What the names of a node's words depend on. */
  #describe(node: NodeIndex, path: number): HolderNode {
    const {roots, objects} = this.#graph;
    if (node <= roots.count) {
      const type = node === PROGRAM ? 0 : roots.type[node - 1]!;
      return {node, path, type, header: 0, from: 0, isRow: false, isHidden: type === 0};
    }
    const object = node - 1 - roots.count;
    const isRow = objects.length[object]! > 1 || this.#isReachedAsRow(node);
    const header = headerOf(this.#graph, object);
    const from = isRow ? 0 : this.#enteredAt(node, header);
    return {node, path, type: objects.type[object]!, header, from, isRow, isHidden: false};
  }

  /** Where in the object's data the path's pointer to it leads. */
  #enteredAt(node: NodeIndex, header: Bytes): Bytes {
    const {firstEdge, slot, interiorEdge, interiorOffset} = this.#graph.edges;
    const holder = this.#paths.holder[node]!;
    const edge = lowerBound(slot, this.#paths.holderSlot[node]!, firstEdge[holder]!, firstEdge[holder + 1]!);
    const index = indexOfSorted(interiorEdge, edge);
    return index < 0 ? 0 : interiorOffset[index]! - header;
  }

  /** Whether the pointer that leads to the object is a slice's or a buffer's. */
  #isReachedAsRow(node: NodeIndex): boolean {
    const {roots, objects} = this.#graph;
    const holder = this.#paths.holder[node]!;
    const offset = this.#paths.holderSlot[node]! * 8;
    if (holder <= roots.count) return this.#words.at(roots.type[holder - 1]!, offset, false).leadsToElements;
    const object = holder - 1 - roots.count;
    return this.#words.at(objects.type[object]!, offset - headerOf(this.#graph, object), false).leadsToElements;
  }
}

/** A node whose pointers are followed. */
interface HolderNode {
  readonly node: NodeIndex;
  readonly path: number;
  readonly type: TypeIndex;
  readonly header: Bytes;
  readonly from: Bytes; // where in its data the pointer of the path leads
  readonly isRow: boolean; // of elements, even when it has only one
  readonly isHidden: boolean; // words of frames, registers and queues: where they lie says nothing
}
