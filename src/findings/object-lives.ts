/**
 * The live objects of two or three dumps of one process → which survived, died and were born between the first two, and what of the born lives in the
 * third: what a leak leaves behind. Go's collector moves nothing: an object of the same slot and type at the same address is taken for the same. Where
 * one was freed and another of its type came into the slot, that is wrong: born and died are "at least", survived "at most".
 */
import type {Bytes} from '../base/units.js';

/** The live objects of a dump, by address. */
export interface ObjectList {
  readonly address: Float64Array;
  readonly words: Uint32Array; // of the slot
  readonly type: Uint32Array; // numbers that all lists share; ANY_TYPE where it is not known
  readonly path: Uint32Array; // the dump's own numbers
}
/** A dump may tell the type of an object, and another one not. */
export const ANY_TYPE = 0;
export const WORD_BYTES: Bytes = 8;

export interface Sum {
  readonly count: number;
  readonly bytes: Bytes; // slots
}
export interface TypeLives {
  readonly type: number;
  readonly survived: Sum; // as the second dump has them
  readonly died: Sum;
  readonly born: Sum;
}
export interface KeptObjects extends Sum {
  readonly type: number;
  readonly path: number; // of the third dump
}

const NOTHING: Sum = {count: 0, bytes: 0};

/** By type, those with most bytes born first. O(objects). */
export function compareLives(before: ObjectList, after: ObjectList): TypeLives[] {
  const survived = findSame(after, before);
  const lives = sumUp(after, (object) => survived[object] === 1, byType);
  const born = sumUp(after, (object) => survived[object] === 0, byType);
  const stayed = findSame(before, after);
  const died = sumUp(before, (object) => stayed[object] === 0, byType);
  const types = [...new Set([...lives.keys(), ...born.keys(), ...died.keys()])];
  const of = (sums: ReadonlyMap<number, Sum>, type: number) => sums.get(type) ?? NOTHING;
  const rows = types.map((type) => ({type, survived: of(lives, type), died: of(died, type), born: of(born, type)}));
  return rows.sort((a, b) => b.born.bytes - a.born.bytes || b.died.bytes - a.died.bytes || a.type - b.type);
}

/** What was born between the first two dumps and lives in the third, by its path there and its type, most bytes first. O(objects). */
export function findKept(before: ObjectList, after: ObjectList, third: ObjectList): KeptObjects[] {
  const isOld = findSame(third, before);
  const wasThere = findSame(third, after);
  const types = third.type.reduce((most, type) => Math.max(most, type), 0) + 1;
  const keyOf = ({path, type}: ObjectList, object: number) => path[object]! * types + type[object]!;
  const sums = sumUp(third, (object) => wasThere[object] === 1 && isOld[object] === 0, keyOf);
  const rows = [...sums].map(([key, sum]) => ({path: Math.floor(key / types), type: key % types, ...sum}));
  return rows.sort((a, b) => b.bytes - a.bytes || a.path - b.path || a.type - b.type);
}

/** Per object of `list` 1 where `other` has the same. */
function findSame(list: ObjectList, other: ObjectList): Uint8Array {
  const same = new Uint8Array(list.address.length);
  for (let i = 0, j = 0; i < list.address.length && j < other.address.length; ) {
    const distance = list.address[i]! - other.address[j]!;
    if (distance === 0 && list.words[i] === other.words[j] && isAlike(list.type[i]!, other.type[j]!)) same[i] = 1;
    if (distance <= 0) i++;
    if (distance >= 0) j++;
  }
  return same;
}

function isAlike(a: number, b: number): boolean {
  return a === b || a === ANY_TYPE || b === ANY_TYPE;
}

function byType({type}: ObjectList, object: number): number {
  return type[object]!;
}

function sumUp(
  list: ObjectList,
  isWanted: (object: number) => boolean,
  keyOf: (list: ObjectList, object: number) => number,
): Map<number, {count: number; bytes: Bytes}> {
  const sums = new Map<number, {count: number; bytes: Bytes}>();
  let last = {key: Number.NaN, sum: {count: 0, bytes: 0}}; // neighbours are of one type
  for (let object = 0; object < list.address.length; object++) {
    if (!isWanted(object)) continue;
    const key = keyOf(list, object);
    if (key !== last.key) {
      let sum = sums.get(key);
      if (sum === undefined) {
        sum = {count: 0, bytes: 0};
        sums.set(key, sum);
      }
      last = {key, sum};
    }
    last.sum.count++;
    last.sum.bytes += list.words[object]! * WORD_BYTES;
  }
  return sums;
}
