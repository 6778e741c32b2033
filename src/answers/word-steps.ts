/**
 * Pointers and root nodes → steps of generalized paths. A word of a type is looked at once, however many objects have it.
 */
import type {Origin} from '../analyses/root-origins.js';
import {remember} from '../base/remember.js';
import type {Bytes, TypeIndex} from '../base/units.js';
import type {TypeTable} from '../graph/heap-graph.js';
import type {InternedPaths} from './interned-paths.js';
import {nameWord} from './word-names.js';

/** What a pointer adds to a path. */
export interface WordStep {
  readonly step: number;
  readonly leadsToElements: boolean;
}
/** No step: the language hides it. */
export const SILENT = -1;
/** Words of a goroutine that no variable names. */
const STACK = '‹stack›';

export class WordSteps {
  readonly #types: TypeTable;
  readonly #paths: InternedPaths;
  readonly #words = new Map<number, WordStep>(); // by type and offset
  #last: {readonly key: number; readonly word: WordStep} = {key: -1, word: {step: SILENT, leadsToElements: false}}; // neighbours ask the same

  constructor(types: TypeTable, paths: InternedPaths) {
    this.#types = types;
    this.#paths = paths;
  }

  /** `offset`: behind the header. `isElement`: in one of several values, or in what a slice points to. */
  at(type: TypeIndex, offset: Bytes, isElement: boolean): WordStep {
    const types = this.#types;
    const size = types.size[type]!;
    const inside = size > 0 ? offset - Math.floor(offset / size) * size : 0; // % of doubles is slow
    const key = (inside * types.count + type) * 2 + (isElement ? 1 : 0);
    if (key === this.#last.key) return this.#last.word;
    const word = remember(this.#words, key, () => {
      const {text, leadsToElements} = nameWord(types, type, inside, isElement);
      return {step: text === '' ? SILENT : this.#paths.stepNumber(`${type} `, text), leadsToElements};
    });
    this.#last = {key, word};
    return word;
  }
}

export function rootStep(paths: InternedPaths, {kind, name, variable}: Origin): number {
  const within = kind === 'function' ? ` in goroutine ${name}` : name.slice(variable.length);
  return paths.stepNumber(`${name} `, kind === 'function' ? STACK : variable, within);
}
