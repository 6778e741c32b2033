/**
 * Which object has which type: what is known spreads along typed pointers until nothing changes. THE RULE:
 *
 * 1. An object's type is exact when the allocator recorded it (header, large span) or when it is the copy that an interface made
 *    of a value. Exact types are never replaced. (The runtime allocates the insides of maps under types of its own that know no key or
 *    element; these give way to DWARF's equally large structure for the map's type. A shape, recorded in the code of generic functions, gives way to
 *    the one type of that shape that pointers name.)
 * 2. Any other type comes from a pointer to the start of the object's data. `claim-fit` checks the claim against the slot and
 *    the pointer bits. Among claims that fit as a whole the larger type wins, and of two equally large ones the
 *    container: a struct over its first field. A type is only ever replaced by one that wins, so this ends.
 *    An interface value in an owner without type counts as well, where the collector knows that its first word is no pointer.
 * 3. What got no type so far takes one from pointers into its middle, when they are of slices or strings and
 *    values of their type tile the object. After that the functions are asked in whose frames or closures words without a variable lead to
 *    it (`frame-claims`).
 * 4. What is still without type takes a guess: the only type of the program that fits (`elimination`), a claim that is true for its
 *    first bytes only, a single pointer into its middle, an interface-like pair of words in an owner without type. Guesses, and what is
 *    known only from them, are marked and replace nothing.
 */
import {clearBit, createBitset, fillBits, getBit, setBit} from '../../base/bitset.js';
import {indexOfSorted, lowerBound} from '../../base/lower-bound.js';
import {checkpoint, type Work} from '../../base/progress.js';
import type {Address, NodeIndex, ObjectIndex} from '../../base/units.js';
import {ROOT_KINDS} from '../../graph/heap-graph.js';
import {firstObjectNode} from '../../graph/objects.js';
import {KIND} from '../../runtime/types/kinds.js';
import {CLAIM} from '../catalog/claim.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import type {TypeSource} from '../catalog/type-source.js';
import type {ClaimFit} from '../evidence/claim-fit.js';
import type {ObjectSlots} from '../evidence/object-slots.js';
import {ObjectWords} from '../evidence/object-words.js';
import {ReflectedTypes} from '../evidence/reflected-types.js';
import type {TracedHeap} from '../evidence/traced-heap.js';
import {Claims} from './claims.js';
import {ClosureTypes} from './closure-types.js';
import {Containers} from './containers.js';
import {Elimination} from './elimination.js';
import {type FrameClaim, FrameClaims} from './frame-claims.js';
import {BY, EXACT, evidenceOf, HEADER, SINGLE, TYPE} from './object-state.js';
import {ObjectTypes, type Propagated} from './object-types.js';
import type {Refusal} from './refusals.js';

const LOCAL_ROOT = ROOT_KINDS.indexOf('local');
/** Objects between two checkpoints. */
const BATCH = 1 << 20;
/** Passes over what is still unknown, each of which knows more. */
const MAX_ROUNDS = 3;

export interface PropagationInput {
  readonly heap: TracedHeap;
  readonly shapes: PointerShapes;
  readonly slots: ObjectSlots;
  readonly fit: ClaimFit;
  readonly rootType: Uint32Array;
  /** Without it, nothing is found by elimination: there is no memory to look at. */
  readonly source?: TypeSource;
}

export interface Propagation {
  readonly found: Propagated;
  readonly refusals: readonly Refusal[]; // claims that exact types refused
}

export async function propagate(input: PropagationInput, work?: Work): Promise<Propagation> {
  return new Propagator(input).run(work);
}

/** Claims that wait for a later step. */
interface Deferred {
  readonly nodes: Uint8Array; // bit per node: it has some
  readonly edges: Uint8Array; // bit per edge
}

class Propagator {
  readonly #input: PropagationInput;
  readonly #heap: TracedHeap;
  readonly #shapes: PointerShapes;
  readonly #firstObjectNode: NodeIndex;
  readonly #types: ObjectTypes;
  readonly #state: Uint32Array; // of #types
  readonly #claims: Claims;
  readonly #closures: ClosureTypes | undefined;
  readonly #words: ObjectWords | undefined;
  #deferred: Deferred;

  constructor(input: PropagationInput) {
    const {heap, shapes, slots, fit, source} = input;
    this.#input = input;
    this.#heap = heap;
    this.#shapes = shapes;
    this.#firstObjectNode = firstObjectNode(heap);
    this.#types = new ObjectTypes(heap, shapes, slots);
    this.#state = this.#types.state;
    this.#words = source && new ObjectWords(source.image, heap, slots);
    this.#closures = source && new ClosureTypes({source, heap, shapes, slots, fit, words: this.#words!});
    const containers = source && new Containers(shapes, fit);
    const reflected = source && new ReflectedTypes(source, heap, slots, shapes.store);
    this.#claims = new Claims({heap, shapes, slots, fit, types: this.#types, closures: this.#closures, containers, reflected});
    this.#deferred = this.#nothingDeferred();
  }

  /** To be called once. */
  async run(work: Work | undefined): Promise<Propagation> {
    const {source} = this.#input;
    this.#assignHeaders();
    this.#claimTypedPointers();
    for (let root = 1; root < this.#firstObjectNode; root++) this.#visit(root);
    this.#followInterfacesOf(0, this.#firstObjectNode, BY.interface);
    await this.#drainAndName(work);
    for (let step = 3; step <= 4; step++) {
      this.#claims.startStep(step);
      if (step === 4 && source) await this.#eliminate(source, work);
      const waiting = this.#deferred;
      this.#deferred = this.#nothingDeferred();
      const by = step === 4 ? BY.guess : BY.interface;
      this.#followInterfacesOf(this.#firstObjectNode, this.#firstObjectNode + this.#heap.objectCount, by);
      this.#followDeferred(waiting);
      await this.#drainAndName(work);
      if (step === 3) {
        this.#claimByFrames();
        await this.#drainAndName(work);
      }
    }
    return {found: this.#types.finish(), refusals: this.#claims.refusals()};
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
      if (this.#shapes.store.describe(type).kind === KIND.unknown || size === 0 || size > this.#input.slots.spaceOf(object)) continue;
      this.#types.assign(object, type, 0, BY.header, this.#shapes.isGeneric[type] === 1 ? 0 : EXACT);
    }
  }

  /** What a finalizer was set for, by a pointer that an interface held, and what a cleanup is called with. */
  #claimTypedPointers(): void {
    const {store} = this.#shapes;
    for (const pointer of this.#heap.typedPointers) {
      const held = 'type' in pointer ? store.describe(store.rowOfLikelyType(pointer.type)) : undefined;
      const type = 'targetDie' in pointer ? store.rowOfDie(pointer.targetDie) : held?.kind === KIND.pointer ? held.element : 0;
      this.#shapes.prepare(type);
      if (type !== 0) this.#claims.claim(pointer.object, type, false, BY.interface);
    }
  }

  /** Rule 3: what functions deal with, where their frames have no variable and their closures no types. */
  #claimByFrames(): void {
    const {heap, source} = this.#input;
    const claims = new FrameClaims(this.#input);
    const {object, types, slotTypes} = heap.frameWords;
    for (let i = 0; i < object.length; i++) {
      if (this.#types.typeOf(object[i]!) === 0) this.#assignByFrame(object[i]!, claims.find(object[i]!, slotTypes[types[i]!]!));
    }
    if (!source?.functionTypes) return;
    const words = this.#closureWords();
    for (const [closure, target] of words) {
      if (this.#types.typeOf(target) !== 0) continue;
      const around = source.functionTypes(closure);
      if (around) this.#assignByFrame(target, claims.findAmong(target, around));
    }
  }

  #assignByFrame(object: ObjectIndex, claim: FrameClaim | undefined): void {
    if (claim) this.#types.assign(object, claim.type, claim.count, BY.frame, 0);
  }

  /** Where pointers of closures lead to whose types are not known: the entry of the closure's code, and the object. */
  *#closureWords(): Generator<readonly [code: Address, target: ObjectIndex]> {
    const {heap, shapes} = this.#input;
    const {firstEdge, slot, target, interiorEdge} = heap.edges;
    const isClosure: boolean[] = []; // by type
    for (let object = 0; object < heap.objectCount; object++) {
      const type = this.#types.typeOf(object);
      isClosure[type] ??= shapes.store.describe(type).name.startsWith('closure ');
      if (!isClosure[type]) continue;
      const node = this.#firstObjectNode + object;
      for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
        const claim = shapes.claim.data[shapes.find(type, slot[edge]!)]!;
        if (claim === CLAIM.opaque && indexOfSorted(interiorEdge, edge) < 0)
          yield [this.#words!.wordAt(object, 0), target[edge]! - this.#firstObjectNode];
      }
    }
  }

  /** Rule 4: what only one type of the program can be. Each object found tells of others. */
  async #eliminate({image, modules}: TypeSource, work: Work | undefined): Promise<void> {
    const {heap, shapes, slots, fit} = this.#input;
    const known = (object: ObjectIndex) => this.#types.typeOf(object);
    const partsOf = (object: ObjectIndex) => this.#claims.partsOf(object);
    const elimination = new Elimination({image, modules, heap, shapes, slots, fit, known, partsOf});
    const open = createBitset(heap.objectCount); // bit per object that may still be found
    fillBits(open, heap.objectCount);
    for (let found = 1, round = 0; found > 0 && round < MAX_ROUNDS; round++) {
      found = 0;
      elimination.startRound();
      for (let byte = 0; byte < open.length; byte++) {
        for (let bits = open[byte]!; bits !== 0; bits &= bits - 1) {
          const object = byte * 8 + 31 - Math.clz32(bits & -bits);
          if (known(object) !== 0 || !slots.hasBits(object)) {
            clearBit(open, object);
            continue;
          }
          const closure = round === 0 ? this.#closures!.find(object) : 0; // what is none never becomes one
          const eliminated = closure === 0 ? elimination.find(object) : undefined;
          if (closure === 0 && !eliminated) continue;
          this.#types.assign(object, eliminated?.type ?? closure, eliminated?.count ?? 1, BY.guess, 0);
          await this.#drain(work);
          found++;
        }
      }
    }
  }

  /** What a name of a shape tells of other objects may name more of them. */
  async #drainAndName(work: Work | undefined): Promise<void> {
    do await this.#drain(work);
    while (this.#claims.nameShapes() > 0);
  }

  async #drain(work: Work | undefined): Promise<void> {
    let done = 0;
    for (let object = this.#types.takeQueued(); object >= 0; object = this.#types.takeQueued()) {
      this.#visit(this.#firstObjectNode + object);
      if (++done % BATCH === 0) await checkpoint(work);
    }
  }

  #nothingDeferred(): Deferred {
    return {nodes: createBitset(this.#firstObjectNode + this.#heap.objectCount), edges: createBitset(this.#heap.edges.count)};
  }

  #followDeferred({nodes, edges}: Deferred): void {
    for (let byte = 0; byte < nodes.length; byte++) {
      for (let bits = nodes[byte]!; bits !== 0; bits &= bits - 1) this.#visit(byte * 8 + 31 - Math.clz32(bits & -bits), edges);
    }
  }

  /** Follows all pointers of a typed node, or those `among` some: a bit per edge. */
  #visit(node: NodeIndex, among?: Uint8Array): void {
    const object = node - this.#firstObjectNode;
    const state = object < 0 ? this.#input.rootType[node - 1]! | SINGLE : this.#state[object]!;
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
      if (among && !getBit(among, edge)) continue;
      let word = slot[edge]! - headerWords;
      if (word >= words) {
        if (single || words === 0) return;
        word %= words;
      }
      const entry = first >= 0 ? first + word : shapes.find(type, word);
      if (shapes.claim.data[entry]! <= CLAIM.opaque || this.#claims.follow(edge, entry, evidence)) continue;
      setBit(this.#deferred.nodes, node);
      setBit(this.#deferred.edges, edge);
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
      const owner = object < 0 ? this.#input.rootType[node - 1]! : this.#state[object]! & TYPE;
      if (owner !== 0) continue;
      if (object >= 0 && evidence !== BY.guess && !this.#input.slots.isNoPointer(object, edges.slot[edge]! - 1)) continue;
      const type = this.#shapes.store.rowOfLikelyType(interfaceType[at]!);
      this.#claims.followInterface(edge, edges.target[edge]! - this.#firstObjectNode, type, evidence);
    }
  }
}
