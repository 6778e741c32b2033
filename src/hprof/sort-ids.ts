/**
 * Objects in the order of the file → in the order of their ids, without an object each: a radix sort of their numbers. Most files have them in order
 * already. Of several objects with one id the first counts, and id 0 is nobody's.
 */
import {sharedColumn} from '../base/shared-columns.js';
import {NONE} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import type {ObjectRecords} from './object-records.js';

type Unsorted = Pick<ObjectRecords, 'id' | 'kind' | 'length' | 'position'>;

export function sortById(columns: Unsorted, warnings: WarningLog): ObjectRecords {
  const {id} = columns;
  if (isAscending(id)) return {...columns, count: id.length, rowOf: undefined};
  const order = orderOf(id);
  const rowOf = new Uint32Array(id.length).fill(NONE);
  let count = 0;
  let last = 0;
  for (let at = 0; at < order.length; at++) {
    const from = order[at]!;
    if (id[from] === last) continue;
    last = id[from]!;
    rowOf[from] = count;
    order[count++] = from;
  }
  if (count < id.length) {
    const lost = id.length - count;
    warnings.add('hprof-duplicate-ids', `${lost} objects have the id of another one, or none, and are left out.`, lost);
  }
  const kept = order.subarray(0, count);
  return {
    count,
    id: gatherInto(sharedColumn(Float64Array, count), id, kept),
    kind: gatherInto(new Uint32Array(count), columns.kind, kept),
    length: gatherInto(new Uint32Array(count), columns.length, kept),
    position: {
      low: gatherInto(new Uint32Array(count), columns.position.low, kept),
      high: gatherInto(new Uint8Array(count), columns.position.high, kept),
    },
    rowOf,
  };
}

/** Without an id that occurs twice, or 0. */
function isAscending(id: Float64Array): boolean {
  let last = 0;
  for (let at = 0; at < id.length; at++) {
    if (id[at]! <= last) return false;
    last = id[at]!;
  }
  return true;
}

/** Numbers of the rows by id; equal ids stay in order. By what is left of ids less the smallest, without the bits that none has: mostly 32 bits, two digits. */
function orderOf(id: Float64Array): Uint32Array {
  const {length} = id;
  let [least, most, isAligned] = [Number.POSITIVE_INFINITY, 0, true];
  for (let at = 0; at < length; at++) {
    const own = id[at]!;
    if (own === 0) continue;
    if (own < least) least = own;
    if (own > most) most = own;
    if (own % WORD !== 0) isAligned = false;
  }
  const unit = isAligned ? WORD : 1;
  const keyOf = (own: number) => (own === 0 ? 0 : (own - least) / unit + 1);
  let order = Uint32Array.from({length}, (_, at) => at);
  let next = new Uint32Array(length);
  const part = new Uint32Array(length); // 32 bits of each key
  const first = new Uint32Array(DIGITS + 1);
  for (let scale = 1; scale <= keyOf(most); scale *= 2 ** 32) {
    for (let at = 0; at < length; at++) part[at] = Math.floor(keyOf(id[at]!) / scale) % 2 ** 32;
    const largest = Math.min(2 ** 32 - 1, Math.floor(keyOf(most) / scale));
    for (let shift = 0; shift < 32 && (shift === 0 || largest >>> shift > 0); shift += 16) {
      first.fill(0);
      for (let at = 0; at < length; at++) first[((part[at]! >>> shift) & (DIGITS - 1)) + 1]!++;
      for (let digit = 0; digit < DIGITS; digit++) first[digit + 1] += first[digit]!;
      for (let at = 0; at < length; at++) next[first[(part[order[at]!]! >>> shift) & (DIGITS - 1)]!++] = order[at]!;
      [order, next] = [next, order];
    }
  }
  return order;
}
/** Of 16 bits. */
const DIGITS = 1 << 16;
const WORD = 8;

function gatherInto<T extends Float64Array | Uint32Array | Uint8Array>(into: T, column: T, order: Uint32Array): T {
  for (let at = 0; at < order.length; at++) into[at] = column[order[at]!]!;
  return into;
}
