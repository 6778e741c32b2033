/**
 * An object that nothing types → the only type of the program that can be its own. Every allocation with pointers names a runtime type
 * and the program lists them all (`runtime-types`), but for closures, so that the types which do not fit the slot, the collector's
 * pointer bits, the object's words and the pointers into its middle leave few candidates, and often one. What decides between several: a candidate that
 * says truthfully what lies behind the object's pointers stands over those that say nothing about it (unsafe.Pointer).
 * Only objects with pointer bits of their own are looked at. The result counts as a guess.
 */
import type {Bytes, ObjectIndex, TypeIndex} from '../../base/units.js';
import {slotSizeFor} from '../../runtime/memory/size-classes.js';
import {isWhole} from '../evidence/claim-fit.js';
import {ObjectWords} from '../evidence/object-words.js';
import {SlotSignatures} from '../evidence/slot-signatures.js';
import {ValueCheck, type ValueCheckInput} from '../evidence/value-check.js';
import {StandIns} from './stand-ins.js';

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
const ENOUGH = 8;

export interface EliminationInput extends ValueCheckInput {
  /** What pointers into the middle of the object say is there. */
  partsOf(object: ObjectIndex): readonly InnerValue[];
}
/** A value inside of an object. */
export interface InnerValue {
  readonly offset: Bytes; // in the object's data
  readonly type: TypeIndex;
}

/** Objects of one slot size and one set of pointer bits. */
interface Signature {
  readonly candidates: readonly Candidate[];
  failures: number; // objects without a result since the last one with a result
}
/** What an object may hold. */
export interface Candidate {
  readonly type: TypeIndex;
  readonly count: number; // elements
}

export class Elimination {
  readonly #input: EliminationInput;
  readonly #words: ObjectWords;
  readonly #check: ValueCheck;
  readonly #standIns: StandIns;
  readonly #layouts: readonly TypeIndex[][]; // types of equal size and pointer words
  readonly #signatures: SlotSignatures;
  readonly #met: Signature[] = []; // by number

  constructor(input: EliminationInput) {
    this.#input = input;
    this.#words = new ObjectWords(input.image, input.heap, input.slots);
    this.#check = new ValueCheck(input, this.#words);
    this.#standIns = new StandIns(input, this.#words);
    this.#layouts = listLayouts(input);
    this.#signatures = new SlotSignatures(input.heap, input.slots);
  }

  /** Undefined when several types are possible, or none. */
  find(object: ObjectIndex): Candidate | undefined {
    const signature = this.#signatureOf(object);
    if (!signature || signature.failures >= MAX_FAILURES) return undefined;
    const parts = this.#input.partsOf(object);
    const holdsParts = ({type}: Candidate) => parts.every((part) => this.#check.contains(type, part.offset, part.type));
    const fitting = parts.length === 0 ? [] : signature.candidates.filter(holdsParts);
    // The runtime and package time have a type each for one timer: then no type has the part.
    const chosen = this.#choose(object, fitting.length > 0 ? fitting : signature.candidates);
    const type = chosen ? this.#standIns.specialize(object, chosen.type) : 0;
    signature.failures = type === 0 ? signature.failures + 1 : 0;
    if (!chosen || type === 0) return undefined;
    return type === chosen.type ? chosen : {type, count: chosen.count};
  }

  /** Objects that were given up are looked at again. */
  startRound(): void {
    for (const signature of this.#met) signature.failures = 0;
  }

  #choose(object: ObjectIndex, candidates: readonly Candidate[]): Candidate | undefined {
    let best: Candidate | undefined;
    let most = -1;
    let ties = 0;
    let possible = 0;
    const pointers = this.#words.pointersOf(object);
    for (const candidate of candidates) {
      const explained = this.#check.explain(object, candidate.type, candidate.count, DEPTH);
      if (explained >= 0) possible++;
      if (explained < most || explained < 0) continue;
      ties = explained === most ? ties + 1 : 0;
      if (ties > 0 && explained === pointers) return undefined; // none explains more
      most = explained;
      best = candidate;
    }
    // Where others were ruled out, one must explain all pointers to stand: the right one may have been ruled out by damage.
    if (!best || ties > 0 || (candidates.length > 1 && most < pointers)) return undefined;
    return possible > 1 && !this.#isProven(object, best) ? undefined : best;
  }

  /** Whether so much that lies behind the object's pointers is as the type says that this is no coincidence. */
  #isProven(object: ObjectIndex, {type, count}: Candidate): boolean {
    return this.#check.prove(object, type, count, {depth: DEPTH_OF_PROOF, enough: ENOUGH}) >= ENOUGH;
  }

  #signatureOf(object: ObjectIndex): Signature | undefined {
    if (this.#input.slots.spaceOf(object) > LARGEST_CHECKED) return undefined;
    const number = this.#signatures.of(object);
    if (number < 0) return undefined;
    this.#met[number] ??= {candidates: this.#listCandidates(object), failures: 0};
    return this.#met[number];
  }

  /** What an allocation of this object's slot and pointer bits can have been of; nothing where that is too much. */
  #listCandidates(object: ObjectIndex): readonly Candidate[] {
    const candidates = this.#layouts.flatMap((types) => {
      const count = this.#countOf(object, types[0]!);
      return count === 0 ? [] : types.map((type) => ({type: this.#standIns.withOverflow(type), count}));
    });
    return candidates.length > MAX_CANDIDATES ? [] : candidates;
  }

  /** How many values of the type the object would hold; 0 when it is no allocation of such values. */
  #countOf(object: ObjectIndex, type: TypeIndex): number {
    const {fit, heap, shapes, slots} = this.#input;
    if (isWhole(fit.fit(object, type, false))) return 1;
    const count = fit.fit(object, type, true);
    if (!isWhole(count)) return 0;
    return slotSizeFor(count * shapes.size[type]!, true) === heap.spans.slotSize[slots.spanOf(object)] ? count : 0;
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
