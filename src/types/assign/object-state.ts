/**
 * What propagation asks about an object, packed into one number: pointers lead all over the heap, and every further column
 * would be another cache miss. Bits 0 – 21 the type, 22 – 25 how it is known, then flags.
 */
import {EVIDENCE, type Evidence} from '../../graph/heap-graph.js';
import {MAX_TYPES} from '../catalog/type-store.js';

/** The rows of EVIDENCE, by name. */
export const BY = Object.fromEntries(EVIDENCE.map((name, index) => [name, index])) as Readonly<Record<Evidence, number>>;

const TYPE_BITS = 31 - Math.clz32(MAX_TYPES);
const EVIDENCE_MASK = 15;
/** Mask of the type's row. */
export const TYPE = MAX_TYPES - 1;
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
