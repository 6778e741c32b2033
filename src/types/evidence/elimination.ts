/**
 * An object that nothing types → the only type of the program that can be its own. Every allocation with pointers names a runtime type
 * and the program lists them all (`runtime-types`), but for closures, so that the types which do not fit the slot, the collector's
 * pointer bits, the object's words and the pointers into its middle leave few candidates, and often one. What decides between several: a candidate that
 * says truthfully what lies behind the object's pointers stands over those that say nothing about it (unsafe.Pointer).
 * Only objects with pointer bits of their own are looked at. The result counts as a guess.
 */
import type {Bytes, ObjectIndex, TypeIndex} from '../../base/units.js';
import {slotSizeFor} from '../../runtime/memory/size-classes.js';
import {FIT} from './claim-fit.js';
import {ObjectWords} from './object-words.js';
import {StandIns} from './stand-ins.js';
import {ValueCheck, type ValueCheckInput} from './value-check.js';

/** Types alike are many for common shapes (one pointer, one interface): no word of the object tells these apart. */
const MAX_CANDIDATES = 256;

/** Larger objects hold more words than are worth looking at. */
const LARGEST_CHECKED: Bytes = 2 ** 20;
/** Pointers that are followed from an object to rule a type out, and to choose one that others do not contradict. */
const DEPTH = 2;
const DEPTH_OF_PROOF = 8;
/** Objects of one slot and one set of pointer bits that were looked at in vain before the others are left alone: heaps have millions of equals. */
const MAX_FAILURES = 1000;
/** Pointers to what has pointers itself that must be as a type says where another type, which says nothing of them, is possible. */
const STRONG = 8;

export interface EliminationInput extends ValueCheckInput {
  /** What pointers into the middle of the object say is there. */
  partsOf(object: ObjectIndex): readonly Part[];
}
/** A value inside of an object. */
export interface Part {
  readonly offset: Bytes; // in the object's data
  readonly type: TypeIndex;
}

/** Objects of one slot size and one set of pointer bits. */
interface Signature {
  readonly candidates: readonly Candidate[];
  failures: number; // objects without a result since the last one with a result
}
interface Candidate {
  readonly type: TypeIndex;
  readonly count: number; // elements
}

export class Elimination {
  /** Elements of the type that `find` found. */
  length = 0;
  readonly #input: EliminationInput;
  readonly #words: ObjectWords;
  readonly #check: ValueCheck;
  readonly #standIns: StandIns;
  readonly #layouts: readonly TypeIndex[][]; // types of equal size and pointer words
  readonly #signatures = new Map<string, Signature>();

  constructor(input: EliminationInput) {
    this.#input = input;
    this.#words = new ObjectWords(input.image, input.heap, input.fit);
    this.#check = new ValueCheck(input, this.#words);
    this.#standIns = new StandIns(input, this.#words);
    this.#layouts = listLayouts(input);
  }

  /** The type of the object; 0 when several are possible, or none. */
  find(object: ObjectIndex): TypeIndex {
    const signature = this.#signatureOf(object);
    if (!signature || signature.failures >= MAX_FAILURES) return 0;
    const parts = this.#input.partsOf(object);
    const holdsParts = ({type}: Candidate) => parts.every((part) => this.#check.contains(type, part.offset, part.type));
    const fitting = parts.length === 0 ? [] : signature.candidates.filter(holdsParts);
    // The runtime and package time have a type each for one timer: then no type has the part.
    const type = this.#choose(object, fitting.length > 0 ? fitting : signature.candidates);
    signature.failures = type === 0 ? signature.failures + 1 : 0;
    return type;
  }

  /** Objects that were given up are looked at again. */
  startRound(): void {
    for (const signature of this.#signatures.values()) signature.failures = 0;
  }

  #choose(object: ObjectIndex, candidates: readonly Candidate[]): TypeIndex {
    let best: Candidate | undefined;
    let most = -1;
    let ties = 0;
    let possible = 0;
    for (const candidate of candidates) {
      const explained = this.#check.explain(object, candidate.type, candidate.count, DEPTH);
      if (explained >= 0) possible++;
      if (explained < most || explained < 0) continue;
      ties = explained === most ? ties + 1 : 0;
      most = explained;
      best = candidate;
    }
    // Where others were ruled out, one must explain all pointers to stand: the right one may have been ruled out by damage.
    if (!best || ties > 0 || (candidates.length > 1 && most < this.#words.pointersOf(object))) return 0;
    if (possible > 1 && !this.#isStrong(object, best)) return 0;
    this.length = best.count;
    return this.#standIns.specialize(object, best.type);
  }

  /** Whether so much that lies behind the object's pointers is as the type says that this is no coincidence. */
  #isStrong(object: ObjectIndex, {type, count}: Candidate): boolean {
    this.#check.strong = 0;
    this.#check.enough = STRONG;
    const explained = this.#check.explain(object, type, count, DEPTH_OF_PROOF);
    this.#check.enough = Number.POSITIVE_INFINITY;
    return explained >= 0 && this.#check.strong >= STRONG;
  }

  /** What an allocation of this object's slot and pointer bits can have been of. */
  #signatureOf(object: ObjectIndex): Signature | undefined {
    const {fit} = this.#input;
    if (fit.spaceOf(object) > LARGEST_CHECKED) return undefined;
    const key = fit.signatureOf(object);
    if (key === undefined) return undefined;
    let signature = this.#signatures.get(key);
    if (!signature) {
      const candidates = this.#layouts.flatMap((types) => {
        const count = this.#countOf(object, types[0]!);
        return count === 0 ? [] : types.map((type) => ({type: this.#standIns.withOverflow(type), count}));
      });
      signature = {candidates: candidates.length > MAX_CANDIDATES ? [] : candidates, failures: 0};
      this.#signatures.set(key, signature);
    }
    return signature;
  }

  /** How many values of the type the object would hold; 0 when it is no allocation of such values. */
  #countOf(object: ObjectIndex, type: TypeIndex): number {
    const {fit, heap, shapes} = this.#input;
    if (fit.fit(object, type, false) === FIT.whole) return 1;
    if (fit.fit(object, type, true) !== FIT.whole) return 0;
    return slotSizeFor(fit.length * shapes.size[type]!, true) === heap.spans.slotSize[fit.spanOf(object)] ? fit.length : 0;
  }
}

/** The types with pointers that can have been allocated, those that `ClaimFit` cannot tell apart together. */
function listLayouts({shapes, fit}: EliminationInput): TypeIndex[][] {
  const {store} = shapes;
  const layouts = new Map<string, TypeIndex[]>();
  for (const type of store.runtimeRows()) {
    shapes.prepare(type);
    if (shapes.pointerWords[type] === 0 || !fit.isWithBits(type)) continue;
    const key = fit.layoutKey(type);
    const same = layouts.get(key);
    if (same) same.push(type);
    else layouts.set(key, [type]);
  }
  return [...layouts.values()];
}
