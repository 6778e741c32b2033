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

/** Numbers of the rows by id; equal ids stay in order. Digits of 16 bits, as many as the largest id has. */
function orderOf(id: Float64Array): Uint32Array {
  const {length} = id;
  let order = Uint32Array.from({length}, (_, at) => at);
  let next = new Uint32Array(length);
  const largest = id.reduce((most, value) => Math.max(most, value), 0);
  const first = new Uint32Array(2 ** 16 + 1);
  for (let unit = 1; unit <= largest; unit *= 2 ** 16) {
    first.fill(0);
    for (let at = 0; at < length; at++) first[(Math.floor(id[at]! / unit) % 2 ** 16) + 1]!++;
    for (let digit = 0; digit < 2 ** 16; digit++) first[digit + 1] += first[digit]!;
    for (let at = 0; at < length; at++) next[first[Math.floor(id[order[at]!]! / unit) % 2 ** 16]!++] = order[at]!;
    [order, next] = [next, order];
  }
  return order;
}

function gatherInto<T extends Float64Array | Uint32Array | Uint8Array>(into: T, column: T, order: Uint32Array): T {
  for (let at = 0; at < order.length; at++) into[at] = column[order[at]!]!;
  return into;
}
