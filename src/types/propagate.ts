/**
 * Which object has which type: what is known spreads along typed pointers until nothing changes. THE RULE:
 *
 * 1. An object's type is exact when the allocator recorded it (header, large span) or when it is the copy that an interface made
 *    of a value. Exact types are never replaced. (The runtime allocates the insides of maps under types of its own that know no key or
 *    element; these give way to DWARF's equally large structure for the map's type.)
 * 2. Any other type comes from a pointer to the start of the object's data. `claim-fit` checks the claim against the slot and
 *    the pointer bits. Among claims that fit as a whole the larger type wins, and of two equally large ones the
 *    container: a struct over its first field. A type is only ever replaced by one that wins, so this ends.
 *    An interface value in an owner without type counts as well, where the collector knows that its first word is no pointer.
 * 3. What got no type so far takes one from pointers into its middle, when they are of slices or strings and
 *    values of their type tile the object.
 * 4. What is still without type takes a guess: the only type of the program that fits (`elimination`), a claim that is true for its
 *    first bytes only, a single pointer into its middle, an interface-like pair of words in an owner without type. Guesses, and what is
 *    known only from them, are marked and replace nothing.
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import {indexOfSorted, lowerBound} from '../base/lower-bound.js';
import {checkpoint, type Work} from '../base/progress.js';
import type {NodeIndex, ObjectIndex, TypeIndex} from '../base/units.js';
import {ROOT_KINDS} from '../graph/heap-graph.js';
import {KIND} from '../runtime/types/kinds.js';
import type {TracedHeap, TypeSource} from './assign-input.js';
import {Containers} from './catalog/containers.js';
import {CLAIM, type PointerShapes} from './catalog/pointer-shape.js';
import {ShapeTypes} from './catalog/shape-types.js';
import {ClaimFit, FIT} from './evidence/claim-fit.js';
import {ClosureTypes} from './evidence/closure-types.js';
import {Elimination, type Part} from './evidence/elimination.js';
import {
  BY,
  EXACT,
  evidenceOf,
  finishStates,
  HEADER,
  type Propagated,
  QUEUED,
  RefusalCounter,
  SINGLE,
  TYPE,
  withEvidence,
} from './evidence/object-state.js';
import {ObjectWords} from './evidence/object-words.js';

const LOCAL_ROOT = ROOT_KINDS.indexOf('local');
/** Objects between two checkpoints. */
const BATCH = 1 << 20;
/** Longer chains of first fields than any type has. */
const MAX_NESTING = 100;
/** Objects without a type whose parts are remembered: elimination gives up on many equals as well. */
const MAX_WITH_PARTS = 1 << 17;
/** Passes over what is still unknown, each of which knows more. */
const MAX_ROUNDS = 3;

export class Propagation {
  readonly fit: ClaimFit;
  readonly refusals: RefusalCounter;
  readonly #heap: TracedHeap;
  readonly #shapes: PointerShapes;
  readonly #rootType: Uint32Array;
  readonly #firstObjectNode: NodeIndex;
  readonly #state: Uint32Array; // per object, as `object-state` says
  readonly #length: Uint32Array; // per object: elements where its pointer bits told, else 0
  readonly #interior: Uint8Array; // bit per edge
  readonly #queue = new Column(Uint32Array); // each object at most once
  readonly #parts = new Map<ObjectIndex, Part[]>(); // of objects without a type: what pointers into their middle lead to
  #deferred: Uint8Array; // bit per node: some claim of it waits for a later step
  #closures: ClosureTypes | undefined;
  #containers: Containers | undefined;
  #shapeTypes: ShapeTypes | undefined;
  #step = 2; // of the rule above

  constructor(heap: TracedHeap, shapes: PointerShapes, rootType: Uint32Array) {
    this.#heap = heap;
    this.#shapes = shapes;
    this.#rootType = rootType;
    this.#firstObjectNode = 1 + heap.roots.count;
    this.fit = new ClaimFit(heap, shapes);
    this.refusals = new RefusalCounter(heap.edges.count);
    this.#state = new Uint32Array(heap.objectCount);
    this.#length = new Uint32Array(heap.objectCount);
    this.#deferred = createBitset(this.#firstObjectNode + heap.objectCount);
    this.#interior = createBitset(heap.edges.count);
    for (const edge of heap.edges.interiorEdge) setBit(this.#interior, edge);
  }

  /** To be called once. Without a source, nothing is found by elimination: there is no memory to look at. */
  async run(work?: Work, source?: TypeSource): Promise<Propagated> {
    const words = source && new ObjectWords(source.image, this.#heap, this.fit);
    if (words) this.#closures = new ClosureTypes({source, heap: this.#heap, shapes: this.#shapes, fit: this.fit, words});
    if (source) this.#containers = new Containers(this.#shapes, this.fit);
    this.#assignHeaders();
    this.#claimTypedPointers();
    for (let root = 1; root < this.#firstObjectNode; root++) this.#visit(root);
    this.#followInterfacesOf(0, this.#firstObjectNode, BY.interface);
    await this.#drain(work);
    for (this.#step = 3; this.#step <= 4; this.#step++) {
      if (this.#step === 4 && source) await this.#eliminate(source, work);
      const waiting = this.#deferred;
      this.#deferred = createBitset(waiting.length * 8);
      const by = this.#step === 4 ? BY.guess : BY.interface;
      this.#followInterfacesOf(this.#firstObjectNode, this.#firstObjectNode + this.#heap.objectCount, by);
      this.#visitAll(waiting);
      await this.#drain(work);
    }
    return finishStates(this.#state, this.#length);
  }

  /** Rule 1: types that the allocator recorded. */
  #assignHeaders(): void {
    const {headerObject, headerType} = this.#heap;
    for (let i = 0; i < headerObject.length; i++) {
      const object = headerObject[i]!;
      const type = this.#shapes.store.rowOfAllocation(headerType[i]!);
      this.#shapes.prepare(type);
      const size = this.#shapes.size[type]!;
      // A stub (Go 1.22 and 1.23 make one for large types with a GC program) has no kind: claims decide.
      if (this.#shapes.store.describe(type).kind === KIND.unknown || size === 0 || size > this.fit.spaceOf(object)) continue;
      this.#assign(object, type, 0, BY.header, this.#shapes.isGeneric[type] === 1 ? 0 : EXACT);
    }
  }

  /** What a finalizer was set for, by a pointer that an interface held, and what a cleanup is called with. */
  #claimTypedPointers(): void {
    const {store} = this.#shapes;
    for (const pointer of this.#heap.typedPointers) {
      const held = 'type' in pointer ? store.describe(store.rowOfLikelyType(pointer.type)) : undefined;
      const type = 'targetDie' in pointer ? store.rowOfDie(pointer.targetDie) : held?.kind === KIND.pointer ? held.element : 0;
      this.#shapes.prepare(type);
      if (type !== 0) this.#claim(pointer.object, type, false, BY.interface);
    }
  }

  /** Rule 4: what only one type of the program can be. Each object found tells of others. */
  async #eliminate({image, modules}: TypeSource, work: Work | undefined): Promise<void> {
    const known = (object: ObjectIndex) => this.#state[object]! & TYPE;
    const partsOf = (object: ObjectIndex) => this.#parts.get(object) ?? [];
    const elimination = new Elimination({image, modules, heap: this.#heap, shapes: this.#shapes, fit: this.fit, known, partsOf});
    for (let found = 1, round = 0; found > 0 && round < MAX_ROUNDS; round++) {
      found = 0;
      elimination.startRound();
      for (let object = 0; object < this.#heap.objectCount; object++) {
        if (known(object) !== 0 || !this.fit.hasBits(object)) continue;
        const closure = this.#closures!.find(object);
        const type = closure || elimination.find(object);
        if (type === 0) continue;
        this.#assign(object, type, closure === 0 ? elimination.length : 1, BY.guess, 0);
        await this.#drain(work);
        found++;
      }
    }
  }

  async #drain(work: Work | undefined): Promise<void> {
    const queue = this.#queue;
    for (let done = 1; queue.length > 0; done++) {
      const object = queue.data[--queue.length]!;
      this.#state[object]! &= ~QUEUED;
      this.#visit(this.#firstObjectNode + object);
      if (done % BATCH === 0) await checkpoint(work);
    }
  }

  #visitAll(nodes: Uint8Array): void {
    for (let byte = 0; byte < nodes.length; byte++) {
      for (let bits = nodes[byte]!; bits !== 0; bits &= bits - 1) this.#visit(byte * 8 + 31 - Math.clz32(bits & -bits));
    }
  }

  /** Follows all pointers of a typed node. */
  #visit(node: NodeIndex): void {
    const object = node - this.#firstObjectNode;
    const state = object < 0 ? this.#rootType[node - 1]! | SINGLE : this.#state[object]!;
    const type = state & TYPE;
    if (type === 0) return;
    const shapes = this.#shapes;
    const single = (state & SINGLE) !== 0;
    const evidence = object < 0 ? this.#evidenceOfRoot(node) : this.#evidenceOfOwner(state);
    const headerWords = (state & HEADER) === 0 ? 0 : 1;
    const first = shapes.first[type]!;
    const words = shapes.words[type]!;
    const {firstEdge, slot} = this.#heap.edges;
    const end = firstEdge[node + 1]!;
    for (let edge = firstEdge[node]!; edge < end; edge++) {
      let word = slot[edge]! - headerWords;
      if (word >= words) {
        if (single || words === 0) return;
        word %= words;
      }
      const entry = first >= 0 ? first + word : shapes.find(type, word);
      if (shapes.claim.data[entry]! > CLAIM.opaque && !this.#follow(edge, entry, evidence)) setBit(this.#deferred, node);
    }
  }

  /** How a type is known that the pointers of a root claim. */
  #evidenceOfRoot(node: NodeIndex): number {
    return this.#heap.roots.kind[node - 1] === LOCAL_ROOT ? BY.local : BY.global;
  }
  /** The same for the pointers of an object. */
  #evidenceOfOwner(state: number): number {
    if (evidenceOf(state) === BY.guess) return BY.guess;
    return this.#shapes.isStruct[state & TYPE] === 1 ? BY.field : BY.element;
  }

  /** Applies the claim of pool entry `entry` to the edge's target. False: it waits for a later step. */
  #follow(edge: number, entry: number, evidence: number): boolean {
    const object = this.#heap.edges.target[edge]! - this.#firstObjectNode;
    const claim = this.#shapes.claim.data[entry]!;
    if (claim === CLAIM.interface) return this.#followInterface(edge, object, this.#dynamicType(edge), evidence);
    if (claim === CLAIM.closure) return this.#followFunction(edge, object, evidence);
    const interior = getBit(this.#interior, edge);
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
      many = this.fit.startsWithPointer(object);
      if (!many) type = this.#shapes.group.get(entry)!;
    }
    this.#shapes.prepare(type);
    if ((state & EXACT) !== 0 && !interior && evidence !== BY.guess) this.refusals.add(edge, state & TYPE, type);
    return interior ? this.#claimInterior(edge, object, type, many, evidence) : this.#claim(object, type, many, evidence);
  }

  /** The data word of an interface: a pointer of the dynamic type itself, or one to a copy of the value. */
  #followInterface(edge: number, object: ObjectIndex, type: TypeIndex, evidence: number): boolean {
    if (type === 0) return true;
    const by = evidence === BY.guess ? BY.guess : BY.interface;
    const shapes = this.#shapes;
    shapes.prepare(type);
    if (shapes.store.isDirect(type)) {
      const entry = shapes.find(type, 0);
      return shapes.claim.data[entry]! <= CLAIM.opaque || this.#follow(edge, entry, by);
    }
    if (getBit(this.#interior, edge)) return true;
    const state = this.#state[object]!;
    if ((state & EXACT) !== 0 && by !== BY.guess) this.refusals.add(edge, state & TYPE, type);
    if (by === BY.guess || (state & EXACT) !== 0 || this.fit.fit(object, type, false) !== FIT.whole) {
      return this.#claim(object, type, false, by);
    }
    this.#assign(object, type, 1, by, EXACT);
    return true;
  }

  /** A function value: the code that the object begins with tells its type. */
  #followFunction(edge: number, object: ObjectIndex, evidence: number): boolean {
    const state = this.#state[object]!;
    if (getBit(this.#interior, edge) || ((state & TYPE) !== 0 && evidenceOf(state) >= evidence)) return true;
    const type = this.#closures?.find(object) ?? 0;
    return type === 0 || this.#claim(object, type, false, evidence);
  }

  /** Rules 2 and 4: a pointer to the start of the object's data. */
  #claim(object: ObjectIndex, type: TypeIndex, many: boolean, evidence: number): boolean {
    const state = this.#state[object]!;
    if ((state & EXACT) !== 0) return true;
    if (this.#shapes.isShape[type] === 1) return this.#step === 4 && this.#claimShape(object, type, many);
    const known = evidenceOf(state);
    const same = (state & TYPE) === type;
    if (same && known !== BY.guess && (!many || (state & SINGLE) === 0)) {
      if (evidence > known) this.#state[object] = withEvidence(state, evidence);
      return true;
    }
    const fit = this.fit.fit(object, type, many);
    const larger = fit === FIT.partial || (fit === FIT.reject && this.fit.beginsWithout(object, type));
    if (larger && this.#step < 4) return this.#step === 3 && this.#claimContainer(object, type, evidence);
    if (fit === FIT.reject) return true;
    const by = fit === FIT.partial ? BY.guess : evidence;
    if ((state & TYPE) === 0 || this.#wins(state, type, by)) this.#assign(object, type, this.fit.length, by, 0);
    else if (same && many) this.#assign(object, type, this.fit.length, Math.max(by, known), 0);
    return true;
  }

  /** Rule 4: code of generic functions says which layout lies there, not which type. */
  #claimShape(object: ObjectIndex, shape: TypeIndex, many: boolean): boolean {
    this.#shapeTypes ??= new ShapeTypes(this.#shapes.store);
    const type = this.#shapeTypes.find(shape) || shape;
    this.#shapes.prepare(type);
    const state = this.#state[object]!;
    if (this.fit.fit(object, type, many) === FIT.reject) return true;
    if ((state & TYPE) === 0 || this.#wins(state, type, BY.guess)) this.#assign(object, type, this.fit.length, BY.guess, 0);
    return true;
  }

  /** Rule 3: a pointer to the first field of something larger. */
  #claimContainer(object: ObjectIndex, first: TypeIndex, evidence: number): boolean {
    const container = this.#containers?.find(object, first) ?? 0;
    return container !== 0 && this.#claim(object, container, false, evidence);
  }

  /** Rules 3 and 4: a pointer into the middle. */
  #claimInterior(edge: number, object: ObjectIndex, type: TypeIndex, many: boolean, evidence: number): boolean {
    if (this.#step === 2) return false;
    if ((this.#state[object]! & TYPE) !== 0) return true;
    const {interiorEdge, interiorOffset} = this.#heap.edges;
    const offset = interiorOffset[lowerBound(interiorEdge, edge)]! - this.#heap.spans.header[this.fit.spanOf(object)]!;
    if (!many && this.#step === 3) {
      if (this.fit.hasBits(object)) this.#addPart(object, {offset, type});
      return false;
    }
    if (this.fit.fitInterior(object, type, offset) === FIT.whole)
      this.#assign(object, type, this.fit.length, many ? evidence : BY.guess, 0);
    return true;
  }

  #addPart(object: ObjectIndex, part: Part): void {
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

  /** Sets the object's type; its pointers are followed (again). */
  #assign(object: ObjectIndex, type: TypeIndex, length: number, evidence: number, exact: number): void {
    const queued = this.#state[object]! & QUEUED;
    const header = this.#heap.spans.header[this.fit.spanOf(object)] === 0 ? 0 : HEADER;
    this.#state[object] = withEvidence(type | exact | queued | header | (length === 1 ? SINGLE : 0), evidence);
    if (length > 1) this.#length[object] = length;
    if (queued !== 0 || this.#shapes.pointerWords[type] === 0) return;
    this.#state[object]! |= QUEUED;
    this.#queue.push(object);
  }

  /**
   * Interface values in nodes [from, to) that have no type. Where the collector's bits say that the first word of the pair is no pointer,
   * it is an interface; where nothing says so (stack words, large objects, what is reached by unsafe pointers only), that is a guess.
   */
  #followInterfacesOf(from: NodeIndex, to: NodeIndex, evidence: number): void {
    const {interfaceEdge, interfaceType, edges} = this.#heap;
    const end = edges.firstEdge[to]!;
    let node = from;
    for (let at = lowerBound(interfaceEdge, edges.firstEdge[from]!); at < interfaceEdge.length; at++) {
      const edge = interfaceEdge[at]!;
      if (edge >= end) return;
      while (edges.firstEdge[node + 1]! <= edge) node++;
      const object = node - this.#firstObjectNode;
      const owner = object < 0 ? this.#rootType[node - 1]! : this.#state[object]! & TYPE;
      if (owner !== 0) continue;
      if (object >= 0 && evidence !== BY.guess && !this.fit.isNoPointer(object, edges.slot[edge]! - 1)) continue;
      const type = this.#shapes.store.rowOfLikelyType(interfaceType[at]!);
      this.#followInterface(edge, edges.target[edge]! - this.#firstObjectNode, type, evidence);
    }
  }

  /** The type in front of the edge's word, when the word can belong to an interface; 0 otherwise. */
  #dynamicType(edge: number): TypeIndex {
    const {interfaceEdge, interfaceType} = this.#heap;
    const at = indexOfSorted(interfaceEdge, edge);
    return at >= 0 ? this.#shapes.store.rowOfAddress(interfaceType[at]!) : 0;
  }
}
