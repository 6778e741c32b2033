/**
 * Generalized paths as numbers, interned by (parent, step): a million objects at one place share one path. A step that is on the path already –
 * the same place of the same type, as in lists and trees – leads back to where it was first taken, behind `…`.
 */
import {Column} from '../base/columns.js';
import {remember} from '../base/remember.js';
import {NONE} from '../base/units.js';

/** The empty path. */
export const NOWHERE = 0;
/** The step that stands for steps that repeat. */
const REPEATED = 0;

export class InternedPaths {
  readonly #parent = new Column(Uint32Array);
  readonly #step = new Column(Uint32Array);
  readonly #byStep = new Map<number, number>(); // path and step → the path that they lead to
  readonly #steps = new Map<string, number>(); // place and text → number
  readonly #texts = ['…']; // by step; the first is REPEATED
  readonly #within = new Map<number, string>(); // step of a root node → what its text ends with
  // Per path, how it was gone on from last: neighbours ask the same.
  readonly #lastStep = new Column(Uint32Array);
  readonly #lastResult = new Column(Uint32Array);

  constructor() {
    this.#add(NOWHERE, REPEATED);
  }

  /** How many different paths there are so far. */
  get count(): number {
    return this.#parent.length - 1;
  }

  /** The number of a step that writes `text`; of two with one text at different places there are two. `within`: what stands at the path's end. */
  stepNumber(place: string, text: string, within = ''): number {
    const step = remember(this.#steps, place + text, () => this.#texts.push(text) - 1);
    if (within !== '') this.#within.set(step, within);
    return step;
  }

  extend(path: number, step: number): number {
    if (this.#lastStep.data[path] === step) return this.#lastResult.data[path]!;
    const result = this.#byStep.get(path * 2 ** 24 + step) ?? this.#goOn(path, step);
    this.#lastStep.data[path] = step;
    this.#lastResult.data[path] = result;
    return result;
  }

  /** For the first time. */
  #goOn(path: number, step: number): number {
    let at = path;
    while (at !== NOWHERE && this.#step.data[at] !== step) at = this.#parent.data[at]!;
    const result = at === NOWHERE ? this.#add(path, step) : remember(this.#byStep, at * 2 ** 24 + REPEATED, () => this.#add(at, REPEATED));
    this.#byStep.set(path * 2 ** 24 + step, result);
    return result;
  }

  /** What it goes on from; NOWHERE for a root node's. Always a smaller number. */
  parentOf(path: number): number {
    return this.#parent.data[path]!;
  }
  /** Whether one of its steps stands for several: only to such a path one comes back that has left it. */
  isFolded(path: number): boolean {
    let at = path;
    while (at !== NOWHERE && this.#step.data[at] !== REPEATED) at = this.#parent.data[at]!;
    return at !== NOWHERE;
  }
  /** The text of the last step alone. */
  stepOf(path: number): string {
    return this.#texts[this.#step.data[path]!]!;
  }
  /** Of a local and of a goroutine's words what they are in comes last: `c.subs[…] in main.(*client).readLoop`. */
  textOf(path: number): string {
    return this.partsOf(path).join('');
  }

  /** The path's text, and what it is in: `c.subs[…]` and ` in main.(*client).readLoop`; '' where it is in nothing. */
  partsOf(path: number): readonly [string, string] {
    const steps: number[] = [];
    for (let at = path; at !== NOWHERE; at = this.#parent.data[at]!) steps.push(this.#step.data[at]!);
    const texts = steps.reverse().map((step) => this.#texts[step]!);
    const within = steps.map((step) => this.#within.get(step) ?? '');
    return [texts.join(''), within.join('')];
  }

  #add(parent: number, step: number): number {
    this.#step.push(step);
    this.#parent.push(parent);
    this.#lastStep.push(NONE);
    this.#lastResult.push(NOWHERE);
    return this.#parent.length - 1;
  }
}
