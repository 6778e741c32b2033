/**
 * Nodes → generalized paths: the telling path as a Go programmer would write it, with every key and index as `[…]`. A step that is on the path
 * already – the same place of the same type, as in lists and trees – leads back to where it was first taken, behind `…`. So a million
 * list items have three paths, and what a map holds has one.
 *
 * Paths are numbers, interned by (parent, step), and become text only when somebody asks. A node's path is found when it is needed, and
 * kept for its holders: 4 bytes a node, of which only the pages of nodes that hold something asked for are touched.
 */
import type {RootOrigins} from '../analyses/root-origins.js';
import type {TellingPaths} from '../analyses/telling-paths.js';
import {Column} from '../base/columns.js';
import {remember} from '../base/remember.js';
import type {Bytes, NodeIndex, TypeIndex} from '../base/units.js';
import {type HeapGraph, PROGRAM} from '../graph/heap-graph.js';
import {headerOf, nodeCount} from '../graph/objects.js';
import {nameWord} from './word-names.js';

/** The empty path. */
const NOWHERE = 0;
/** The step that stands for steps that repeat. */
const REPEATED = 0;
/** Words of a goroutine that no variable names. */
const STACK = '‹stack›';

export class GeneralizedPaths {
  readonly #graph: HeapGraph;
  readonly #paths: TellingPaths;
  readonly #origins: RootOrigins;
  readonly #words = new Map<number, Word>(); // by type and offset
  readonly #pathOf: Uint32Array; // per node: of holders; NOWHERE = not known yet
  readonly #parent = new Column(Uint32Array);
  readonly #step = new Column(Uint32Array);
  readonly #byStep = new Map<number, number>(); // path and step → the path that they lead to
  readonly #steps = new Map<string, number>(); // type and text, or root node and text → number
  readonly #texts = ['…']; // by step; the first is REPEATED
  readonly #within = new Map<number, string>(); // step of a root node → what its text ends with
  // The last answers: neighbours in an array ask the same.
  #lastHolder: HolderNode = {node: PROGRAM, path: NOWHERE, type: 0, header: 0, isRow: false, isHidden: true};
  #lastWord: {readonly key: number; readonly word: Word} = {key: -1, word: {step: SILENT, leadsToElements: false}};
  #last = {path: NOWHERE, step: SILENT, result: NOWHERE};

  constructor(graph: HeapGraph, paths: TellingPaths, origins: RootOrigins) {
    this.#graph = graph;
    this.#paths = paths;
    this.#origins = origins;
    this.#pathOf = new Uint32Array(nodeCount(graph));
    this.#parent.push(NOWHERE);
    this.#step.push(REPEATED);
  }

  /** How many different paths there are so far. */
  get count(): number {
    return this.#parent.length - 1;
  }

  /** Of a reachable node but the program. */
  idOf(node: NodeIndex): number {
    const {roots} = this.#graph;
    if (node <= roots.count) return this.#extend(NOWHERE, this.#rootStep(node));
    const holder = this.#paths.holder[node]!;
    if (holder !== this.#lastHolder.node) this.#lastHolder = this.#describe(holder, this.#pathOfHolder(holder));
    return this.#along(this.#lastHolder, node);
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

  /** Of a local and of a goroutine's words what they are in comes last: `c.subs[…] in main.(*client).readLoop`. */
  textOf(path: number): string {
    const steps: number[] = [];
    for (let at = path; at !== NOWHERE; at = this.#parent.data[at]!) steps.push(this.#step.data[at]!);
    const texts = steps.reverse().map((step) => this.#texts[step]!);
    const within = steps.map((step) => this.#within.get(step) ?? '');
    return texts.join('') + within.join('');
  }

  /** The path to a node from its holder. A goroutine is the holder of its locals. */
  #along(holder: HolderNode, node: NodeIndex): number {
    if (node <= this.#graph.roots.count) return this.#extend(holder.path, this.#rootStep(node));
    if (holder.isHidden) return holder.path;
    const {step} = this.#word(holder.type, this.#paths.holderSlot[node]! * 8 - holder.header, holder.isRow);
    return step === SILENT ? holder.path : this.#extend(holder.path, step);
  }

  #extend(path: number, step: number): number {
    if (path === this.#last.path && step === this.#last.step) return this.#last.result;
    const result = remember(this.#byStep, path * 2 ** 24 + step, () => {
      let at = path;
      while (at !== NOWHERE && this.#step.data[at] !== step) at = this.#parent.data[at]!;
      return at === NOWHERE ? this.#add(path, step) : remember(this.#byStep, at * 2 ** 24 + REPEATED, () => this.#add(at, REPEATED));
    });
    this.#last = {path, step, result};
    return result;
  }
  #add(parent: number, step: number): number {
    this.#step.push(step);
    this.#parent.push(parent);
    return this.#parent.length - 1;
  }
  #stepNumber(place: string, text: string): number {
    return remember(this.#steps, place + text, () => this.#texts.push(text) - 1);
  }
  #rootStep(root: NodeIndex): number {
    const {kind, name, variable} = this.#origins.at(this.#origins.idOf(root));
    const step = this.#stepNumber(`${name} `, kind === 'function' ? STACK : variable);
    if (kind === 'function') this.#within.set(step, ` in goroutine ${name}`);
    else if (name !== variable) this.#within.set(step, name.slice(variable.length));
    return step;
  }

  /** What the names of a node's words depend on. */
  #describe(node: NodeIndex, path: number): HolderNode {
    const {roots, objects} = this.#graph;
    if (node <= roots.count) {
      const type = node === PROGRAM ? 0 : roots.type[node - 1]!;
      return {node, path, type, header: 0, isRow: false, isHidden: type === 0};
    }
    const object = node - 1 - roots.count;
    const isRow = objects.length[object]! > 1 || this.#isReachedAsRow(node);
    return {node, path, type: objects.type[object]!, header: headerOf(this.#graph, object), isRow, isHidden: false};
  }

  /** Whether the pointer that leads to the object is a slice's or a buffer's. */
  #isReachedAsRow(node: NodeIndex): boolean {
    const {roots, objects} = this.#graph;
    const holder = this.#paths.holder[node]!;
    const offset = this.#paths.holderSlot[node]! * 8;
    if (holder <= roots.count) return this.#word(roots.type[holder - 1]!, offset, false).leadsToElements;
    const object = holder - 1 - roots.count;
    return this.#word(objects.type[object]!, offset - headerOf(this.#graph, object), false).leadsToElements;
  }

  /** Asked once a word of each type. */
  #word(type: TypeIndex, offset: Bytes, isElement: boolean): Word {
    const {types} = this.#graph;
    const size = types.size[type]!;
    const inside = size > 0 ? offset - Math.floor(offset / size) * size : 0; // % of doubles is slow
    const key = (inside * types.count + type) * 2 + (isElement ? 1 : 0);
    if (key === this.#lastWord.key) return this.#lastWord.word;
    const word = remember(this.#words, key, () => {
      const {text, leadsToElements} = nameWord(types, type, inside, isElement);
      return {step: text === '' ? SILENT : this.#stepNumber(`${type} `, text), leadsToElements};
    });
    this.#lastWord = {key, word};
    return word;
  }
}

/** A node whose pointers are followed. */
interface HolderNode {
  readonly node: NodeIndex;
  readonly path: number;
  readonly type: TypeIndex;
  readonly header: Bytes;
  readonly isRow: boolean; // of elements, even when it has only one
  readonly isHidden: boolean; // words of frames, registers and queues: where they lie says nothing
}
/** What a pointer adds to a path. */
interface Word {
  readonly step: number;
  readonly leadsToElements: boolean;
}
/** No step: the language hides it. */
const SILENT = -1;
