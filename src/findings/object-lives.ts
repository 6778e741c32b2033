/**
 * The live objects of two or three dumps of one process → which survived, died and were born between the first two, and what of the born lives in the
 * third: what a leak leaves behind. Go's collector moves nothing: an object of the same slot and type at the same address is taken for the same. Where
 * one was freed and another of its type came into the slot, that is wrong: born and died are "at least", survived "at most".
 */
import {remember} from '../base/remember.js';
import type {Bytes} from '../base/units.js';

/** Some live objects of a dump, by address; `Iterable`s of them have all, in that order. */
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
export interface ObjectLives {
  readonly types: readonly TypeLives[]; // those with most bytes born first
  /** What was born between the first two dumps and lives in the third, by its path there and its type, most bytes first. */
  readonly kept: readonly KeptObjects[];
}

const NOTHING: Sum = {count: 0, bytes: 0};
/** More than there are types: a path and a type make one number. */
const TYPES = 2 ** 21;
const STEP = 1 << 16;

/** Goes through all dumps at once. Gives, from time to time, how many objects were looked at. O(objects); of them it keeps the current lists. */
export function* compareLives(
  before: Iterable<ObjectList>,
  after: Iterable<ObjectList>,
  third: Iterable<ObjectList> = [],
): Generator<number, ObjectLives> {
  const [first, second, last] = [new Cursor(before), new Cursor(after), new Cursor(third)];
  const [survived, died, born, kept] = [new Sums(), new Sums(), new Sums(), new Sums()];
  for (let looked = 0, told = 0; ; ) {
    const address = Math.min(first.address, second.address, last.address);
    if (address === Number.POSITIVE_INFINITY) break;
    const [isInFirst, isInSecond, isInLast] = [first.address === address, second.address === address, last.address === address];
    const hasSurvived = isInFirst && isInSecond && isSame(first, second);
    if (isInSecond) (hasSurvived ? survived : born).add(second.type, second.words);
    if (isInFirst && !hasSurvived) died.add(first.type, first.words);
    if (isInLast && isInSecond && isSame(last, second) && !(isInFirst && isSame(last, first)))
      kept.add(last.path * TYPES + last.type, last.words);
    if (isInFirst) first.next();
    if (isInSecond) second.next();
    if (isInLast) last.next();
    looked += Number(isInFirst) + Number(isInSecond) + Number(isInLast);
    if (looked - told < STEP) continue;
    told = looked;
    yield looked;
  }
  const all = [...new Set([survived, born, died].flatMap((sums) => sums.keys()))];
  const types = all.map((type) => ({type, survived: survived.of(type), died: died.of(type), born: born.of(type)}));
  const rows = kept.keys().map((key) => ({path: Math.floor(key / TYPES), type: key % TYPES, ...kept.of(key)}));
  return {
    types: types.sort((a, b) => b.born.bytes - a.born.bytes || b.died.bytes - a.died.bytes || a.type - b.type),
    kept: rows.sort((a, b) => b.bytes - a.bytes || a.path - b.path || a.type - b.type),
  };
}

const EMPTY: ObjectList = {address: new Float64Array(), words: new Uint32Array(), type: new Uint32Array(), path: new Uint32Array()};

/** The object at which it stands. */
class Cursor {
  readonly #lists: Iterator<ObjectList>;
  #list = EMPTY;
  #at = -1;
  address = 0; // infinite behind the last one

  constructor(lists: Iterable<ObjectList>) {
    this.#lists = lists[Symbol.iterator]();
    this.next();
  }
  get words(): number {
    return this.#list.words[this.#at]!;
  }
  get type(): number {
    return this.#list.type[this.#at]!;
  }
  get path(): number {
    return this.#list.path[this.#at]!;
  }

  next(): void {
    while (++this.#at >= this.#list.address.length) {
      const {done, value} = this.#lists.next();
      this.#list = done ? EMPTY : value;
      this.#at = -1;
      if (done) this.address = Number.POSITIVE_INFINITY;
      if (done) return;
    }
    this.address = this.#list.address[this.#at]!;
  }
}

/** At one address. */
function isSame(a: Cursor, b: Cursor): boolean {
  return a.words === b.words && (a.type === b.type || a.type === ANY_TYPE || b.type === ANY_TYPE);
}

class Sums {
  readonly #sums = new Map<number, {count: number; bytes: Bytes}>();
  #lastKey = Number.NaN;
  #last = {count: 0, bytes: 0}; // neighbours are of one type

  add(key: number, words: number): void {
    if (key !== this.#lastKey) {
      this.#last = remember(this.#sums, key, () => ({count: 0, bytes: 0}));
      this.#lastKey = key;
    }
    this.#last.count++;
    this.#last.bytes += words * WORD_BYTES;
  }
  of(key: number): Sum {
    return this.#sums.get(key) ?? NOTHING;
  }
  keys(): number[] {
    return [...this.#sums.keys()];
  }
}
