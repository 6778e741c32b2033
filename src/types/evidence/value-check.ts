/**
 * Can these bytes be a value of this type? Every word is held against what Go promises of its kind: strings and slices have lengths
 * that their memory has room for, an interface begins with a type, a function value leads to code, a pointer to what can be its target.
 * One step further, the targets without a type are held against the types that are claimed of them.
 */

import {indexOfSorted} from '../../base/lower-bound.js';
import type {Address, Bytes, NodeIndex, ObjectIndex, TypeIndex} from '../../base/units.js';
import {firstObjectNode} from '../../graph/objects.js';
import type {MemoryImage} from '../../image/memory-image.js';
import {KIND} from '../../runtime/types/kinds.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import type {FieldDescription, TypeDescription} from '../catalog/type-description.js';
import type {TypeModule} from '../catalog/type-source.js';
import {type ClaimFit, FIT} from './claim-fit.js';
import type {ObjectSlots} from './object-slots.js';
import type {ObjectWords} from './object-words.js';
import type {TracedHeap} from './traced-heap.js';

export interface ValueCheckInput {
  readonly image: MemoryImage;
  readonly modules: readonly TypeModule[];
  readonly heap: TracedHeap;
  readonly shapes: PointerShapes;
  readonly slots: ObjectSlots;
  readonly fit: ClaimFit;
  /** What is known of the object's type so far: 0 = nothing. */
  known(object: ObjectIndex): TypeIndex;
}

/** Whether memory can be what a pointer says; MAYBE: nothing speaks for it, or against. */
const [NO, MAYBE, YES] = [-1, 0, 1] as const;
/** Longer strings and slices than any that lie outside of the heap. */
const MAX_LENGTH = 2 ** 40;
const MAX_NESTING = 100;
/** What lies behind pointers is looked into up to this size. */
const LARGEST_FOLLOWED: Bytes = 512;
/** No memory is mapped below. */
const LOWEST_ADDRESS = 4096;

export class ValueCheck {
  readonly #input: ValueCheckInput;
  readonly #words: ObjectWords;
  readonly #firstObjectNode: NodeIndex;
  #proofs = 0; // pointers to what has pointers itself that were explained, those behind the objects in question too
  #enough = Number.POSITIVE_INFINITY; // as many of these end the search behind further pointers
  #supposed: {readonly object: ObjectIndex; readonly type: TypeIndex} | undefined; // the question: objects point into themselves, too
  #explained = 0; // pointers of the object in question whose targets are what its type says

  constructor(input: ValueCheckInput, words: ObjectWords) {
    this.#input = input;
    this.#words = words;
    this.#firstObjectNode = firstObjectNode(input.heap);
  }

  /**
   * How many of the object's pointers the type explains when the object holds `count` of its values; −1 when it cannot hold them.
   * `depth`: how many pointers are followed to check what lies behind.
   */
  explain(object: ObjectIndex, type: TypeIndex, count: number, depth: number): number {
    const size = this.#input.shapes.size[type]!;
    const [outer, supposed] = [this.#explained, this.#supposed];
    this.#explained = 0;
    this.#supposed = {object, type};
    let sound = true;
    for (let i = 0; i < count && sound; i++) sound = this.#holds(object, type, i * size, depth, 0);
    const explained = this.#explained;
    this.#explained = outer;
    this.#supposed = supposed;
    return sound ? explained : -1;
  }

  /**
   * How many pointers, those behind the object's targets too, lead to what has pointers itself and is as the type says; −1 when the object
   * cannot hold `count` values of it. A long search ends with `enough` of them.
   */
  prove(object: ObjectIndex, type: TypeIndex, count: number, {depth, enough}: {readonly depth: number; readonly enough: number}): number {
    this.#proofs = 0;
    this.#enough = enough;
    const explained = this.explain(object, type, count, depth);
    this.#enough = Number.POSITIVE_INFINITY;
    return explained >= 0 ? this.#proofs : -1;
  }

  /** Whether the value at `offset` of the object's data can be of the type, which lies `nesting` levels deep in that of the object: no sound one too deep. */
  #holds(object: ObjectIndex, row: TypeIndex, offset: number, depth: number, nesting: number): boolean {
    const {shapes} = this.#input;
    if (nesting > MAX_NESTING) return false;
    const type = shapes.store.describe(row);
    switch (type.kind) {
      case KIND.struct:
        return type.fields.every(
          (field) =>
            this.#isGroupPointer(object, row, field, offset) || this.#holds(object, field.type, offset + field.offset, depth, nesting + 1),
        );
      case KIND.array: {
        const {size} = shapes.store.describe(type.element);
        for (let i = 0; i < type.length; i++) if (!this.#holds(object, type.element, offset + i * size, depth, nesting + 1)) return false;
        return true;
      }
      case KIND.bool:
        return this.#words.byteAt(object, offset) <= 1;
      default:
        return !shapes.pointers.isPointer(type) || this.#holdsPointer(object, type, offset, depth);
    }
  }

  /** A small map has its only group where others have their directory: a directory starts with a pointer, a group does not. */
  #isGroupPointer(object: ObjectIndex, map: TypeIndex, field: FieldDescription, offset: number): boolean {
    if (field.name !== 'dirPtr') return false;
    const {shapes, slots} = this.#input;
    const group = shapes.group.get(shapes.find(map, field.offset / 8));
    const target = this.#words.targetAt(object, offset + field.offset);
    return (
      group !== undefined &&
      target !== undefined &&
      !slots.startsWithPointer(target) &&
      this.#leadsTo(object, offset + field.offset, group, 1, 0)
    );
  }

  #holdsPointer(object: ObjectIndex, type: TypeDescription, offset: number, depth: number): boolean {
    const {image, shapes} = this.#input;
    const word = (index: number) => this.#words.wordAt(object, offset + 8 * index);
    const value = word(0);
    switch (type.kind) {
      case KIND.string:
        return this.#holdsElements(object, offset, value, word(1), shapes.store.byteRow(), depth);
      case KIND.slice: {
        const capacity = word(2);
        return word(1) <= capacity && this.#holdsElements(object, offset, value, capacity, type.element, depth);
      }
      case KIND.interface:
        return this.#holdsInterface(object, offset, value);
      case KIND.func:
        return value === 0 || (image.isMapped(value, 8) && this.#isCode(image.word(value)) && this.#explainEdge(object, offset));
      case KIND.pointer:
        return type.element === 0 || this.#leadsTo(object, offset, type.element, 1, depth);
      default: // maps and channels; unsafe.Pointer has no header
        return type.header === 0 || this.#leadsTo(object, offset, type.header, 1, depth);
    }
  }

  #holdsElements(object: ObjectIndex, offset: number, pointer: Address, length: number, element: TypeIndex, depth: number): boolean {
    if (pointer === 0) return length === 0;
    return pointer >= LOWEST_ADDRESS && length < MAX_LENGTH && (length === 0 || this.#leadsTo(object, offset, element, length, depth));
  }

  #holdsInterface(object: ObjectIndex, offset: number, typeWord: Address): boolean {
    const edge = this.#words.edgeAt(object, offset + 8);
    if (edge >= 0 && indexOfSorted(this.#input.heap.interfaceEdge, edge) >= 0) return this.#explainEdge(object, offset + 8);
    if (typeWord === 0) return this.#words.wordAt(object, offset + 8) === 0;
    return typeWord % 8 === 0 && this.#input.image.isMapped(typeWord, 8); // reflect makes types in the heap
  }

  /** Whether the word at `offset` leads to `count` values of the type, or out of the heap, of which nothing is known. */
  #leadsTo(object: ObjectIndex, offset: number, type: TypeIndex, count: number, depth: number): boolean {
    const {heap, shapes, slots} = this.#input;
    const edge = this.#words.edgeAt(object, offset);
    if (edge < 0) return true;
    shapes.prepare(type);
    const target = heap.edges.target[edge]! - this.#firstObjectNode;
    const span = slots.spanOf(target);
    const header = heap.spans.header[span]!;
    const interior = indexOfSorted(heap.edges.interiorEdge, edge);
    const at = interior < 0 ? 0 : heap.edges.interiorOffset[interior]! - header;
    if (at < 0 || at + count * shapes.size[type]! > heap.spans.slotSize[span]! - header) return false;
    if (shapes.pointerWords[type]! > 0 && heap.spans.scan[span] === 0 && shapes.hidesPointers[type] === 0) return false;
    const answer = shapes.size[type] === 0 ? MAYBE : this.#canHold(target, at, type, count, depth);
    if (answer === YES) this.#explained++;
    if (answer === YES && shapes.pointerWords[type]! > 0) this.#proofs++;
    return answer !== NO;
  }

  #canHold(target: ObjectIndex, at: number, type: TypeIndex, count: number, depth: number): number {
    const {heap, shapes, slots, fit} = this.#input;
    const span = slots.spanOf(target);
    if (heap.spans.scan[span] === 0) return YES; // any bytes may be any numbers
    const container = this.#supposed?.object === target ? this.#supposed.type : this.#input.known(target);
    if (container !== 0) {
      if (this.contains(container, at, type) || this.#isStandIn(container, type)) return YES;
      return at === 0 && this.contains(type, 0, container) && fit.fit(target, type, count > 1) !== FIT.reject ? YES : NO;
    }
    if (shapes.pointerWords[type] === 0) {
      const start = at + heap.spans.header[span]!;
      const end = start + count * shapes.size[type]!;
      return slots.mayLackPointers(target, Math.floor(start / 8), Math.ceil(end / 8)) ? YES : NO;
    }
    if (at !== 0) return MAYBE;
    const claimed = fit.fit(target, type, count > 1);
    if (claimed === FIT.reject) return NO;
    const isLarge = heap.spans.slotSize[span]! > LARGEST_FOLLOWED;
    if (depth === 0 || this.#proofs >= this.#enough || isLarge || !slots.hasBits(target)) return YES;
    return this.explain(target, type, Math.max(1, claimed), depth - 1) >= 0 ? YES : NO;
  }

  /** Whether a value of the type lies at this offset of a value of the container. */
  contains(container: TypeIndex, offset: number, type: TypeIndex): boolean {
    const {store} = this.#input.shapes;
    let row = container;
    let at = offset % Math.max(1, store.describe(row).size);
    for (let i = 0; i < MAX_NESTING; i++) {
      if (row === type && at === 0) return true;
      const description = store.describe(row);
      if (description.kind === KIND.array) {
        row = description.element;
        at %= Math.max(1, store.describe(row).size);
      } else {
        const field = description.fields.findLast((candidate) => candidate.offset <= at);
        if (!field) return false;
        row = field.type;
        at -= field.offset;
      }
    }
    return false;
  }

  /** The runtime's structures of maps and channels stand for those that know their elements, and the other way round. */
  #isStandIn(a: TypeIndex, b: TypeIndex): boolean {
    const {isGeneric, size} = this.#input.shapes;
    this.#input.shapes.prepare(a);
    return size[a] === size[b] && isGeneric[a] !== isGeneric[b];
  }

  #explainEdge(object: ObjectIndex, offset: number): true {
    if (this.#words.edgeAt(object, offset) < 0) return true;
    this.#explained++;
    this.#proofs++;
    return true;
  }

  #isCode(address: Address): boolean {
    return this.#input.modules.some(({text, etext}) => address >= text && address < etext);
  }
}
