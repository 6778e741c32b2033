/**
 * One pointer and what it claims → the type of the object that it leads to, or a reason to wait. `propagate` has the rule and the order of its
 * steps; here is what each of them does with a claim.
 */
import {BitRanks} from '../../base/bit-ranks.js';
import type {NodeIndex, ObjectIndex, TypeIndex} from '../../base/units.js';
import {firstObjectNode} from '../../graph/objects.js';
import {KIND} from '../../runtime/types/kinds.js';
import {CLAIM} from '../catalog/claim.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import {ShapeTypes} from '../catalog/shape-types.js';
import {type ClaimFit, elementsOf, FIT, isWhole} from '../evidence/claim-fit.js';
import type {ObjectSlots} from '../evidence/object-slots.js';
import type {ReflectedTypes} from '../evidence/reflected-types.js';
import type {TracedHeap} from '../evidence/traced-heap.js';
import type {ClosureTypes} from './closure-types.js';
import type {Containers} from './containers.js';
import type {InnerValue} from './elimination.js';
import {BY, EXACT, evidenceOf, SINGLE, TYPE, withEvidence} from './object-state.js';
import type {ObjectTypes} from './object-types.js';
import {type Refusal, RefusalCounter} from './refusals.js';
import {ShapeNames} from './shape-names.js';

/** Longer chains of first fields than any type has. */
const MAX_NESTING = 100;
/** Objects without a type whose parts are remembered: elimination gives up on many equals as well. */
const MAX_WITH_PARTS = 1 << 17;

export interface ClaimsInput {
  readonly heap: TracedHeap;
  readonly shapes: PointerShapes;
  readonly slots: ObjectSlots;
  readonly fit: ClaimFit;
  readonly types: ObjectTypes;
  /** Undefined where there is no program to ask. */
  readonly closures: ClosureTypes | undefined;
  readonly containers: Containers | undefined;
  readonly reflected: ReflectedTypes | undefined;
}

export class Claims {
  readonly #heap: TracedHeap;
  readonly #shapes: PointerShapes;
  readonly #slots: ObjectSlots;
  readonly #fit: ClaimFit;
  readonly #types: ObjectTypes;
  readonly #state: Uint32Array; // of #types
  readonly #closures: ClosureTypes | undefined;
  readonly #containers: Containers | undefined;
  readonly #reflected: ReflectedTypes | undefined;
  readonly #shapeTypes: ShapeTypes;
  readonly #shapeNames: ShapeNames;
  readonly #refusals: RefusalCounter;
  readonly #firstObjectNode: NodeIndex;
  readonly #interior: BitRanks; // edges that point into the middle
  readonly #interfaces: BitRanks; // edges of interface values
  readonly #parts = new Map<ObjectIndex, InnerValue[]>(); // of objects without a type: what pointers into their middle lead to
  #step = 2; // of the rule

  constructor({heap, shapes, slots, fit, types, closures, containers, reflected}: ClaimsInput) {
    this.#heap = heap;
    this.#shapes = shapes;
    this.#slots = slots;
    this.#fit = fit;
    this.#types = types;
    this.#state = types.state;
    this.#closures = closures;
    this.#containers = containers;
    this.#reflected = reflected;
    this.#shapeTypes = new ShapeTypes(shapes);
    this.#shapeNames = new ShapeNames(shapes, types);
    this.#refusals = new RefusalCounter(heap.edges.count, shapes);
    this.#firstObjectNode = firstObjectNode(heap);
    this.#interior = new BitRanks(heap.edges.interiorEdge, heap.edges.count);
    this.#interfaces = new BitRanks(heap.interfaceEdge, heap.edges.count);
  }

  /** From now on claims that had to wait for this step of the rule count. */
  startStep(step: number): void {
    this.#step = step;
  }

  /** Claims that exact types refused so far. */
  refusals(): Refusal[] {
    return this.#refusals.list();
  }

  /** Names arrays that were recorded under a shape; how many pointers told of new ones. Their own pointers are to be followed. */
  nameShapes(): number {
    return this.#shapeNames.assign();
  }

  /** What pointers into the middle of an object without type lead to. */
  partsOf(object: ObjectIndex): readonly InnerValue[] {
    return this.#parts.get(object) ?? [];
  }

  /** Applies the claim of pool entry `entry` to the edge's target. False: it waits for a later step, as everywhere here. */
  follow(edge: number, entry: number, evidence: number): boolean {
    const object = this.#heap.edges.target[edge]! - this.#firstObjectNode;
    const claim = this.#shapes.claim.data[entry]!;
    if (claim === CLAIM.interface) return this.followInterface(edge, object, this.#dynamicType(edge), evidence);
    if (claim === CLAIM.closure) return this.#followFunction(edge, object, evidence);
    const interior = this.#interior.find(edge) >= 0;
    const state = this.#state[object]!;
    let type = this.#shapes.target.data[entry]!;
    // The usual case in a hurry: the object has this type already.
    if ((state & TYPE) === type && !interior && (claim === CLAIM.single || (state & SINGLE) === 0)) {
      const known = evidenceOf(state);
      if (known >= evidence) return true;
      if (known !== BY.guess) {
        this.#state[object] = withEvidence(state, evidence);
        return true;
      }
    }
    let many = claim >= CLAIM.cap;
    if (claim === CLAIM.directory) {
      many = this.#slots.startsWithPointer(object);
      if (!many) type = this.#shapes.group.get(entry)!;
    }
    this.#shapes.prepare(type);
    if ((state & EXACT) !== 0 && (state & TYPE) !== type) {
      const names = this.#shapeNames;
      if (
        names.concerns(state & TYPE, type) &&
        this.#isTiled(edge, object, type, interior) &&
        names.mention(object, state & TYPE, type, evidence)
      )
        return true;
      if (!interior && evidence !== BY.guess) this.#refusals.add(edge, state & TYPE, type);
    }
    return interior ? this.#claimInterior(edge, object, type, many, evidence) : this.claim(object, type, many, evidence);
  }

  /** The data word of an interface: a pointer of the dynamic type itself, or one to a copy of the value. */
  followInterface(edge: number, object: ObjectIndex, type: TypeIndex, evidence: number): boolean {
    if (type === 0) return true;
    const by = evidence === BY.guess ? BY.guess : BY.interface;
    const shapes = this.#shapes;
    shapes.prepare(type);
    if (shapes.store.isDirect(type)) {
      const entry = shapes.find(type, 0);
      return shapes.claim.data[entry]! <= CLAIM.opaque || this.follow(edge, entry, by);
    }
    if (this.#interior.find(edge) >= 0) return true;
    const state = this.#state[object]!;
    if ((state & EXACT) !== 0 && by !== BY.guess) this.#refusals.add(edge, state & TYPE, type);
    if (by === BY.guess || (state & EXACT) !== 0 || !isWhole(this.#fit.fit(object, type, false))) {
      return this.claim(object, type, false, by);
    }
    this.#types.assign(object, type, 1, by, EXACT);
    return true;
  }

  /** A function value: the code that the object begins with tells its type. */
  #followFunction(edge: number, object: ObjectIndex, evidence: number): boolean {
    const state = this.#state[object]!;
    if (this.#interior.find(edge) >= 0 || ((state & TYPE) !== 0 && evidenceOf(state) >= evidence)) return true;
    const type = this.#closures?.find(object) ?? 0;
    return type === 0 || this.claim(object, type, false, evidence);
  }

  /** Rules 2 and 4: a pointer to the start of the object's data. */
  claim(object: ObjectIndex, type: TypeIndex, many: boolean, evidence: number): boolean {
    const state = this.#state[object]!;
    if ((state & EXACT) !== 0) return true;
    if (this.#shapes.isShape[type] === 1) return this.#step === 4 && this.#claimShape(object, type, many);
    const known = evidenceOf(state);
    const same = (state & TYPE) === type;
    if (same && known !== BY.guess && (!many || (state & SINGLE) === 0)) {
      if (evidence > known) this.#state[object] = withEvidence(state, evidence);
      return true;
    }
    const fit = this.#fit.fit(object, type, many);
    const larger = fit === FIT.partial || (fit === FIT.reject && this.#fit.beginsWithout(object, type));
    if (larger && this.#step < 4) return this.#step === 3 && this.#claimContainer(object, type, evidence);
    if (fit === FIT.reject) return true;
    const by = fit === FIT.partial ? BY.guess : evidence;
    if ((state & TYPE) === 0 || this.#wins(state, type, by)) this.#types.assign(object, type, elementsOf(fit), by, 0);
    else if (same && many) this.#types.assign(object, type, elementsOf(fit), Math.max(by, known), 0);
    return true;
  }

  /** Rule 4: code of generic functions says which layout lies there, not which type. */
  #claimShape(object: ObjectIndex, shape: TypeIndex, many: boolean): boolean {
    const type = this.#shapeTypes.find(shape) || shape;
    this.#shapes.prepare(type);
    const state = this.#state[object]!;
    const fit = this.#fit.fit(object, type, many);
    if (fit === FIT.reject) return true;
    if ((state & TYPE) === 0 || this.#wins(state, type, BY.guess)) this.#types.assign(object, type, elementsOf(fit), BY.guess, 0);
    return true;
  }

  /** Rule 3: a pointer to the first field of something larger. */
  #claimContainer(object: ObjectIndex, first: TypeIndex, evidence: number): boolean {
    const container = this.#containers?.find(object, first) ?? 0;
    return container !== 0 && this.claim(object, container, false, evidence);
  }

  /** Rules 3 and 4: a pointer into the middle. */
  #claimInterior(edge: number, object: ObjectIndex, type: TypeIndex, many: boolean, evidence: number): boolean {
    if ((this.#state[object]! & TYPE) !== 0) return true;
    if (this.#step === 2) return false;
    const offset = this.#offsetOf(edge, object);
    if (!many && this.#step === 3) {
      if (this.#slots.hasBits(object)) this.#addPart(object, {offset, type});
      return false;
    }
    const fit = this.#fit.fitInterior(object, type, offset);
    if (isWhole(fit)) this.#types.assign(object, type, elementsOf(fit), many ? evidence : BY.guess, 0);
    return true;
  }

  /** Whether values of the type from the object's start on would have one begin where the pointer leads. */
  #isTiled(edge: number, object: ObjectIndex, type: TypeIndex, interior: boolean): boolean {
    return !interior || this.#offsetOf(edge, object) % this.#shapes.size[type]! === 0;
  }

  /** Bytes into the object's data that a pointer into its middle leads to. */
  #offsetOf(edge: number, object: ObjectIndex): number {
    return this.#heap.edges.interiorOffset[this.#interior.find(edge)]! - this.#heap.spans.header[this.#slots.spanOf(object)]!;
  }

  #addPart(object: ObjectIndex, part: InnerValue): void {
    const known = this.#parts.get(object);
    if (known) known.push(part);
    else if (this.#parts.size < MAX_WITH_PARTS) this.#parts.set(object, [part]);
  }

  /** Whether a new type replaces the one of an object with this state. */
  #wins(state: number, type: TypeIndex, evidence: number): boolean {
    const current = state & TYPE;
    const guessed = evidenceOf(state) === BY.guess;
    if (guessed !== (evidence === BY.guess)) return guessed;
    const {isGeneric, size, store} = this.#shapes;
    if (isGeneric[current] === 1 && size[type] === size[current]) return isGeneric[type] === 0;
    if (size[type] !== size[current]) return size[type]! > size[current]!;
    let inner = type;
    for (let i = 0; i < MAX_NESTING; i++) {
      const description = store.describe(inner);
      if (description.kind === KIND.array && description.length > 0) inner = description.element;
      else if (description.fields.length > 0) inner = description.fields[0]!.type;
      else return false;
      if (inner === current) return true;
    }
    return false;
  }

  /** The type in front of the edge's word, which belongs to an interface; 0 when none is known there. */
  #dynamicType(edge: number): TypeIndex {
    const at = this.#interfaces.find(edge);
    return at >= 0 ? this.#shapes.store.rowOfAddress(this.#heap.interfaceType[at]!) : (this.#reflected?.typeBefore(edge) ?? 0);
  }
}
