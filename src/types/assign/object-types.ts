/**
 * The types of objects while they spread: one packed number an object (`object-state`), the lengths that pointer bits told, and the queue of
 * objects whose pointers are to be followed.
 */
import {createBitset, setBit} from '../../base/bitset.js';
import {Column} from '../../base/columns.js';
import type {ObjectIndex, TypeIndex} from '../../base/units.js';
import {LONG_LENGTH, type SpanTable} from '../../graph/heap-graph.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import type {ObjectSlots} from '../evidence/object-slots.js';
import type {TracedHeap} from '../evidence/traced-heap.js';
import {EXACT, evidenceOf, HEADER, QUEUED, SINGLE, TYPE, withEvidence} from './object-state.js';

/** Per object. */
export interface Propagated {
  readonly type: Uint32Array; // TypeIndex; 0 = unknown
  readonly length: Uint16Array; // elements; 0: unknown type, or still to be counted; LONG_LENGTH: see longLength
  readonly longLength: Map<ObjectIndex, number>; // as ObjectTable's
  readonly evidence: Uint8Array; // EVIDENCE
  readonly exact: Uint8Array; // bit
}

export class ObjectTypes {
  /** Per object, as `object-state` says. */
  readonly state: Uint32Array;
  readonly #length: Uint16Array; // per object: elements where its pointer bits told, else 0
  readonly #longLength = new Map<ObjectIndex, number>();
  readonly #queue = new Column(Uint32Array); // each object at most once
  readonly #spans: SpanTable;
  readonly #shapes: PointerShapes;
  readonly #slots: ObjectSlots;

  constructor(heap: TracedHeap, shapes: PointerShapes, slots: ObjectSlots) {
    this.state = new Uint32Array(heap.objectCount);
    this.#length = new Uint16Array(heap.objectCount);
    this.#spans = heap.spans;
    this.#shapes = shapes;
    this.#slots = slots;
  }

  typeOf(object: ObjectIndex): TypeIndex {
    return this.state[object]! & TYPE;
  }

  /** Sets the object's type; its pointers are to be followed (again). `flags`: EXACT or 0. */
  assign(object: ObjectIndex, type: TypeIndex, length: number, evidence: number, flags: number): void {
    const queued = this.state[object]! & QUEUED;
    const header = this.#spans.header[this.#slots.spanOf(object)] === 0 ? 0 : HEADER;
    this.state[object] = withEvidence(type | flags | queued | header | (length === 1 ? SINGLE : 0), evidence);
    if (length > 1) this.#length[object] = Math.min(length, LONG_LENGTH);
    if (length >= LONG_LENGTH) this.#longLength.set(object, length);
    if (queued !== 0 || this.#shapes.pointerWords[type] === 0) return;
    this.state[object]! |= QUEUED;
    this.#queue.push(object);
  }

  /** Takes the last object from the queue; −1 when none is left. */
  takeQueued(): number {
    const queue = this.#queue;
    if (queue.length === 0) return -1;
    const object = queue.data[--queue.length]!;
    this.state[object]! &= ~QUEUED;
    return object;
  }

  /** Takes the states apart; their columns are reused for the result, so this is the end. */
  finish(): Propagated {
    const {state} = this;
    const length = this.#length;
    const evidence = new Uint8Array(state.length);
    const exact = createBitset(state.length);
    for (let object = 0; object < state.length; object++) {
      const packed = state[object]!;
      if ((packed & EXACT) !== 0) setBit(exact, object);
      if ((packed & SINGLE) !== 0) length[object] = 1;
      evidence[object] = evidenceOf(packed);
      state[object] = packed & TYPE;
    }
    return {type: state, length, longLength: this.#longLength, evidence, exact};
  }
}
