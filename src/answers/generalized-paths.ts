/**
 * Nodes → generalized paths: the telling path as a Go programmer would write it, with every key and index as `[…]`. A step that is on the path
 * already – the same place of the same type, as in lists and trees – leads back to where it was first taken, behind `…`. So a million
 * list items have three paths, and what a map holds has one.
 *
 * Paths are numbers, interned by (parent, step), and become text only when somebody asks. A node's path is found when it is first needed,
 * together with those of its holders: 4 bytes a node, of which only the pages of nodes that were asked for are touched.
 */

import type {RootOrigins} from '../analyses/root-origins.js';
import type {TellingPaths} from '../analyses/telling-paths.js';
import {Column} from '../base/columns.js';
import {remember} from '../base/remember.js';
import type {Bytes, NodeIndex} from '../base/units.js';
import {type HeapGraph, LONG_LENGTH} from '../graph/heap-graph.js';
import {headerOf, nodeCount} from '../graph/objects.js';
import {type WordName, WordNames} from './word-names.js';

/** The empty path. */
export const NOWHERE = 0;
const REPEATED = '…';
/** Words of a goroutine that no variable names. */
const STACK = '‹stack›';

export class GeneralizedPaths {
  readonly #graph: HeapGraph;
  readonly #paths: TellingPaths;
  readonly #origins: RootOrigins;
  readonly #words: WordNames;
  readonly #pathOf: Uint32Array; // per node; NOWHERE = not asked yet
  readonly #parent = new Column(Uint32Array);
  readonly #step = new Column(Uint32Array);
  readonly #byStep = new Map<number, number>(); // parent and step → path
  readonly #steps = new Map<string, number>(); // type and text, or root node and text → number
  readonly #texts: string[] = [];
  readonly #within = new Map<number, string>(); // step of a root node → what its text ends with
  readonly #repeated: number;

  constructor(graph: HeapGraph, paths: TellingPaths, origins: RootOrigins) {
    this.#graph = graph;
    this.#paths = paths;
    this.#origins = origins;
    this.#words = new WordNames(graph.types);
    this.#pathOf = new Uint32Array(nodeCount(graph));
    this.#repeated = this.#stepNumber('', REPEATED);
    this.#parent.push(NOWHERE);
    this.#step.push(this.#repeated);
  }

  /** How many different paths there are so far. */
  get count(): number {
    return this.#parent.length - 1;
  }

  /** Of a reachable node but the program. */
  idOf(node: NodeIndex): number {
    const chain: NodeIndex[] = [];
    let known = node;
    for (; this.#pathOf[known] === NOWHERE; known = this.#paths.holder[known]!) {
      if (known <= this.#graph.roots.count) {
        this.#pathOf[known] = this.#extend(NOWHERE, this.#rootStep(known));
        break;
      }
      chain.push(known);
    }
    let path = this.#pathOf[known]!;
    for (const below of chain.reverse()) {
      path = this.#along(path, below);
      this.#pathOf[below] = path;
    }
    return path;
  }

  /** The path from one node on the telling path of another to that other; '' when they are the same node, or when Go has no words between them. */
  textBetween(top: NodeIndex, node: NodeIndex): string {
    const chain: NodeIndex[] = [];
    for (let below = node; below !== top; below = this.#paths.holder[below]!) chain.push(below);
    let path = NOWHERE;
    for (const below of chain.reverse()) path = this.#along(path, below);
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

  /** The path to `node`, whose holder has the path `path`. A goroutine is the holder of its locals. */
  #along(path: number, node: NodeIndex): number {
    if (node <= this.#graph.roots.count) return this.#extend(path, this.#rootStep(node));
    const holder = this.#paths.holder[node]!;
    const {text} = this.#wordBefore(node);
    const type = this.#typeOf(holder);
    return text === '' ? path : this.#extend(path, this.#stepNumber(`${type} `, text));
  }

  #extend(path: number, step: number): number {
    for (let at = path; at !== NOWHERE; at = this.#parent.data[at]!)
      if (this.#step.data[at] === step) return this.#intern(at, this.#repeated);
    return this.#intern(path, step);
  }
  #intern(parent: number, step: number): number {
    return remember(this.#byStep, parent * 2 ** 24 + step, () => {
      this.#step.push(step);
      this.#parent.push(parent);
      return this.#parent.length - 1;
    });
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

  /** The name of the pointer in the holder that leads to the object. */
  #wordBefore(node: NodeIndex): WordName {
    const {roots, objects} = this.#graph;
    const holder = this.#paths.holder[node]!;
    const offset = this.#paths.holderSlot[node]! * 8;
    const type = this.#typeOf(holder);
    if (holder <= roots.count) return type === 0 ? HIDDEN : this.#words.at(type, offset, false);
    const object = holder - 1 - roots.count;
    const length = objects.length[object]!;
    const isElement = length > 1 || length === LONG_LENGTH || this.#leadsToElements(holder);
    return this.#words.at(type, offset - headerOf(this.#graph, object), isElement);
  }

  /** Whether the pointer that leads to the object is a slice's or a buffer's. */
  #leadsToElements(node: NodeIndex): boolean {
    const {roots} = this.#graph;
    const holder = this.#paths.holder[node]!;
    const header: Bytes = holder > roots.count ? headerOf(this.#graph, holder - 1 - roots.count) : 0;
    return this.#words.at(this.#typeOf(holder), this.#paths.holderSlot[node]! * 8 - header, false).leadsToElements;
  }

  #typeOf(node: NodeIndex): number {
    const {roots, objects} = this.#graph;
    return node > roots.count ? objects.type[node - 1 - roots.count]! : roots.type[node - 1]!;
  }
}

/** Words of frames, registers and queues: where they lie says nothing. */
const HIDDEN: WordName = {text: '', leadsToElements: false};
