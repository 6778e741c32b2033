/**
 * Pointers and root nodes → steps of generalized paths. A word of a type is looked at once, however many objects have it.
 */
import {isNamelessData} from '../analyses/package-names.js';
import type {Origin} from '../analyses/root-origins.js';
import {remember} from '../base/remember.js';
import type {Bytes, TypeIndex} from '../base/units.js';
import type {TypeTable} from '../graph/heap-graph.js';
import {nameAnyWord} from '../values/word-names.js';
import type {InternedPaths} from './interned-paths.js';

/** What a pointer adds to a path. */
export interface WordStep {
  readonly step: number;
  readonly leadsToElements: boolean;
}
/** No step: the language hides it. */
export const SILENT = -1;
/** Words of a goroutine that no variable names. */
export const STACK_WORDS = '‹stack›';
/** The object that a thread of Java is. */
const THREAD = '‹thread›';

export class WordSteps {
  readonly #types: TypeTable;
  readonly #paths: Pick<InternedPaths, 'stepNumber'>;
  readonly #words = new Map<number, WordStep>(); // by type and offset
  readonly #lastKey: Float64Array; // per type, what was asked last: neighbours ask the same
  readonly #lastWord: WordStep[] = [];

  constructor(types: TypeTable, paths: Pick<InternedPaths, 'stepNumber'>) {
    this.#types = types;
    this.#paths = paths;
    this.#lastKey = new Float64Array(types.count).fill(-1);
  }

  /** `offset`: behind the header. `isElement`: in one of several values, or in what a slice points to. `from`: as `nameAnyWord` has it. */
  at(type: TypeIndex, offset: Bytes, isElement: boolean, from: Bytes = 0): WordStep {
    const types = this.#types;
    const size = types.size[type]!;
    const inside = size > 0 ? offset - Math.floor(offset / size) * size : 0; // % of doubles is slow
    if (from > 0 && size > 0) return this.#newStep(type, inside, isElement, from % size); // seldom
    const key = (inside * types.count + type) * 2 + (isElement ? 1 : 0);
    if (this.#lastKey[type] === key) return this.#lastWord[type]!;
    const word = remember(this.#words, key, () => this.#newStep(type, inside, isElement, 0));
    this.#lastKey[type] = key;
    this.#lastWord[type] = word;
    return word;
  }
  #newStep(type: TypeIndex, offset: Bytes, isElement: boolean, from: Bytes): WordStep {
    const {text, leadsToElements} = nameAnyWord(this.#types, type, offset, isElement, from);
    return {step: text === '' ? SILENT : this.#paths.stepNumber(`${type} `, text), leadsToElements};
  }
}

/** `type`: the root node's own, by name; '' when it is unknown. */
export function rootStep(paths: InternedPaths, origin: Origin, type: string): number {
  if (isNameless(origin)) return namelessStep(paths, type, false);
  const {kind, name, variable, isThread} = origin;
  if (kind !== 'function') return paths.stepNumber(`${name} `, variable, name.slice(variable.length));
  const [words, what] = isThread ? [THREAD, 'thread'] : [STACK_WORDS, 'goroutine'];
  return paths.stepNumber(`${name} `, words, ` in ${what} ${name}`);
}

/** Data that is called by where it lies. */
export function isNameless({kind, name}: Origin): boolean {
  return kind === 'variable' && isNamelessData(name);
}

/** `‹global main.Server›` by its own type or, where that is unknown, `‹global *main.Server›` by that of what it points to. */
export function namelessStep(paths: InternedPaths, type: string, isTarget: boolean): number {
  const star = isTarget && !type.includes('<') ? '*' : ''; // the structures of maps and channels are what a variable of them points to
  return paths.stepNumber('', type === '' || type === 'unknown' ? '‹global›' : `‹global ${star}${type}›`);
}
