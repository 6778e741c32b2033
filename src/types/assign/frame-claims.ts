/**
 * An object that only words without a variable lead to, or words of closures whose types nobody wrote down → the one type that it can be among
 * those that the function deals with: of the variables that lie in the same slot at other instructions, else of all that the function's
 * variables hold or lead to in one step. Where several fit the object, nothing is said. Less than a pointer's own type, more than a guess among all types.
 */
import type {ObjectIndex, TypeIndex} from '../../base/units.js';
import type {FunctionTypes, SlotTypes} from '../../runtime/functions/function-types.js';
import {slotSizeFor} from '../../runtime/memory/size-classes.js';
import {KIND} from '../../runtime/types/kinds.js';
import {CLAIM} from '../catalog/claim.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import {type ClaimFit, elementsOf, isWhole} from '../evidence/claim-fit.js';
import type {ObjectSlots} from '../evidence/object-slots.js';
import type {TracedHeap} from '../evidence/traced-heap.js';

export interface FrameClaim {
  readonly type: TypeIndex;
  readonly count: number; // of elements; 0: more than one, nobody knows how many
}

interface Candidate {
  readonly type: TypeIndex;
  readonly many: boolean;
}

interface FunctionCandidates {
  readonly direct: readonly Candidate[]; // what its variables lead to
  readonly parts: readonly Candidate[]; // and what that leads to
}
const SEVERAL = 'several';

/** Larger variables hold too much for one of their words to stand out. */
const MAX_WORDS = 64;
const MAX_CANDIDATES = 400;

export interface FrameClaimsInput {
  readonly heap: TracedHeap;
  readonly shapes: PointerShapes;
  readonly slots: ObjectSlots;
  readonly fit: ClaimFit;
}

export class FrameClaims {
  readonly #heap: TracedHeap;
  readonly #shapes: PointerShapes;
  readonly #slots: ObjectSlots;
  readonly #fit: ClaimFit;
  readonly #ofSlot = new Map<SlotTypes['slot'], readonly Candidate[]>();
  readonly #ofFunction = new Map<FunctionTypes, FunctionCandidates>();

  constructor({heap, shapes, slots, fit}: FrameClaimsInput) {
    this.#heap = heap;
    this.#shapes = shapes;
    this.#slots = slots;
    this.#fit = fit;
  }

  /** Undefined when no type of these fits, or several do. */
  find(object: ObjectIndex, {slot, others}: SlotTypes): FrameClaim | undefined {
    const found = this.#choose(object, this.#candidatesOfSlot(slot));
    return found === undefined || found === SEVERAL ? this.findAmong(object, others) : found;
  }

  /** The same without a slot. */
  findAmong(object: ObjectIndex, types: FunctionTypes): FrameClaim | undefined {
    const {direct, parts} = this.#candidatesOf(types);
    const found = this.#choose(object, direct) ?? this.#choose(object, parts);
    return found === SEVERAL ? undefined : found;
  }

  #choose(object: ObjectIndex, candidates: readonly Candidate[]): FrameClaim | typeof SEVERAL | undefined {
    let found: FrameClaim | undefined;
    const isBare = this.#heap.spans.scan[this.#slots.spanOf(object)] === 0;
    for (const {type, many} of candidates) {
      // Of an object without pointers only its size tells: enough for a struct, and any of them can be bytes.
      if (isBare && (many || this.#shapes.pointerWords[type]! > 0 || this.#shapes.isStruct[type] === 0)) continue;
      const fit = this.#fit.fit(object, type, many);
      if (!isWhole(fit) || (many && !this.#fillsSlot(object, type, fit))) continue;
      if (found && found.type !== type) return SEVERAL;
      if (!found || found.count === 1) found = {type, count: elementsOf(fit)};
    }
    return found;
  }

  /** Whether the elements that the object's bits tell need this slot. */
  #fillsSlot(object: ObjectIndex, type: TypeIndex, count: number): boolean {
    const {spans} = this.#heap;
    return count === 0 || slotSizeFor(count * this.#shapes.size[type]!, true) === spans.slotSize[this.#slots.spanOf(object)];
  }

  #candidatesOfSlot(slot: SlotTypes['slot']): readonly Candidate[] {
    let known = this.#ofSlot.get(slot);
    if (!known) {
      const found = new Candidates(this.#shapes);
      for (const {die, offset} of slot) found.addWord(this.#shapes.store.rowOfDie(die), offset / 8);
      known = found.list();
      this.#ofSlot.set(slot, known);
    }
    return known;
  }

  #candidatesOf(types: FunctionTypes): FunctionCandidates {
    let known = this.#ofFunction.get(types);
    if (!known) {
      const {store} = this.#shapes;
      const found = new Candidates(this.#shapes);
      for (const die of types.dies) found.addValue(store.rowOfDie(die));
      for (const address of types.addresses) {
        const type = store.rowOfLikelyType(address);
        if (type === 0) continue;
        found.addValue(type);
        found.add({type, many: false}); // generic code has pointers to what it was instantiated with
        found.add({type, many: true});
      }
      const direct = found.list();
      found.addParts();
      known = {direct, parts: found.list()};
      this.#ofFunction.set(types, known);
    }
    return known;
  }
}

/** What pointers of some values can lead to, each once. */
class Candidates {
  readonly #shapes: PointerShapes;
  readonly #found = new Map<number, Candidate>();

  constructor(shapes: PointerShapes) {
    this.#shapes = shapes;
  }

  list(): readonly Candidate[] {
    return this.#found.size > MAX_CANDIDATES ? [] : [...this.#found.values()];
  }

  add(candidate: Candidate): void {
    const {type, many} = candidate;
    this.#shapes.prepare(type);
    if (this.#shapes.isShape[type] === 0 && this.#shapes.size[type]! > 0) this.#found.set(type * 2 + (many ? 1 : 0), candidate);
  }

  addWord(type: TypeIndex, word: number): void {
    const shapes = this.#shapes;
    shapes.prepare(type);
    if (shapes.isShape[type] === 1 || word >= shapes.words[type]!) return; // what generic code calls it says nothing
    const entry = shapes.find(type, word);
    const claim = shapes.claim.data[entry]!;
    if (claim >= CLAIM.single && claim !== CLAIM.closure) this.add({type: shapes.target.data[entry]!, many: claim >= CLAIM.cap});
  }

  addValue(type: TypeIndex): void {
    this.#shapes.prepare(type);
    const words = this.#shapes.words[type]!;
    for (let word = 0; word < words && word < MAX_WORDS; word++) this.addWord(type, word);
  }

  /** What the structs that were found lead to: a field that was loaded has no variable either. */
  addParts(): void {
    for (const {type} of [...this.#found.values()]) if (this.#shapes.store.describe(type).kind === KIND.struct) this.addValue(type);
  }
}
