/**
 * What propagation asks about an object, packed into one number: pointers lead all over the heap, and every further column
 * would be another cache miss. Bits 0 – 21 the type, 22 – 25 how it is known, then flags.
 */
import {createBitset, getBit, setBit} from '../../base/bitset.js';
import type {TypeIndex} from '../../base/units.js';
import {EVIDENCE, type Evidence} from '../../graph/heap-graph.js';

/** The rows of EVIDENCE, by name. */
export const BY = Object.fromEntries(EVIDENCE.map((name, index) => [name, index])) as Readonly<Record<Evidence, number>>;

const TYPE_BITS = 22;
const EVIDENCE_MASK = 15;
/** Mask of the type's row. */
export const TYPE = (1 << TYPE_BITS) - 1;
/** More types than any program has: their rows fit. */
export const MAX_TYPES = 1 << TYPE_BITS;
/** The object holds one value; otherwise several, or a number that is still to be counted. */
export const SINGLE = 1 << 26;
/** The type is never replaced. */
export const EXACT = 1 << 27;
/** A word of the runtime precedes the object's data. */
export const HEADER = 1 << 29;
/** The object waits in the queue. */
export const QUEUED = 1 << 28;

export function evidenceOf(state: number): number {
  return (state >>> TYPE_BITS) & EVIDENCE_MASK;
}
export function withEvidence(state: number, evidence: number): number {
  return (state & ~(EVIDENCE_MASK << TYPE_BITS)) | (evidence << TYPE_BITS);
}

/** Per object. */
export interface Propagated {
  readonly type: Uint32Array; // TypeIndex; 0 = unknown
  readonly length: Uint32Array; // elements; 0: unknown type, or still to be counted
  readonly evidence: Uint8Array; // EVIDENCE
  readonly exact: Uint8Array; // bit
}

/** Pointers that claim a type of what has another one for certain. */
export interface Refusal {
  readonly exact: TypeIndex;
  readonly claimed: TypeIndex;
  readonly count: number;
}

/** Counts them, each pointer once. */
export class RefusalCounter {
  readonly #counted: Uint8Array; // bit per edge
  readonly #count = new Map<number, number>(); // by the pair in one number

  constructor(edgeCount: number) {
    this.#counted = createBitset(edgeCount);
  }

  add(edge: number, exact: TypeIndex, claimed: TypeIndex): void {
    if (exact === claimed || getBit(this.#counted, edge)) return;
    setBit(this.#counted, edge);
    const pair = exact * MAX_TYPES + claimed;
    this.#count.set(pair, (this.#count.get(pair) ?? 0) + 1);
  }

  list(): Refusal[] {
    return Array.from(this.#count, ([pair, count]) => ({exact: Math.floor(pair / MAX_TYPES), claimed: pair % MAX_TYPES, count}));
  }
}

/** Takes the states apart; both columns are reused for the result. */
export function finishStates(state: Uint32Array, length: Uint32Array): Propagated {
  const evidence = new Uint8Array(state.length);
  const exact = createBitset(state.length);
  for (let object = 0; object < state.length; object++) {
    const packed = state[object]!;
    if ((packed & EXACT) !== 0) setBit(exact, object);
    if ((packed & SINGLE) !== 0) length[object] = 1;
    evidence[object] = evidenceOf(packed);
    state[object] = packed & TYPE;
  }
  return {type: state, length, evidence, exact};
}
