/**
 * What a pointer word of a type claims about the memory that it points to, and the pool in which the claims of all types lie word by word.
 */
import {Column} from '../../base/columns.js';
import type {TypeIndex} from '../../base/units.js';

/** What a word claims about the memory it points to; from `cap` on: several elements, and where their number is read. */
export const CLAIM = {
  none: 0, // not a pointer
  opaque: 1, // a pointer to something that the type does not tell
  interface: 2, // the data word of an interface: the word before it tells
  single: 3, // one value
  directory: 4, // a map's directory of tables, or its only group: the target's first word tells (a group starts with no pointer)
  cap: 5, // a slice's elements: their capacity is two words on
  len: 6, // a string's bytes: their number is in the next word
  mask: 7, // a table's groups: their number less one is in the next word
  ring: 8, // a channel's elements: their capacity is in the word before
  buckets: 9, // a map's buckets: the base-2 logarithm of their number is the byte 7 before
  oldBuckets: 10, // those that it moves away from: half as many, or as many when the byte before that says so
  closure: 11, // code with what it captured: the target's first word tells
} as const;

/** One entry a word; entry 0 stands for "not a pointer". Loops over pointers read the columns themselves. */
export class ClaimPool {
  readonly claim = new Column(Uint8Array);
  readonly target = new Column(Uint32Array); // TypeIndex of the element
  readonly group = new Map<number, TypeIndex>(); // entry of a directory → type of the group it may be instead

  constructor() {
    this.append(1);
  }

  /** Makes `words` new entries of no pointers; the first one's number. */
  append(words: number): number {
    const first = this.claim.length;
    for (let i = 0; i < words; i++) {
      this.claim.push(CLAIM.none);
      this.target.push(0);
    }
    return first;
  }

  set(entry: number, claim: number, target: TypeIndex): void {
    this.claim.data[entry] = claim;
    this.target.data[entry] = target;
  }
}
