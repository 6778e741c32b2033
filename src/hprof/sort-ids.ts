/**
 * Objects in the order of the file → in the order of their ids, without an object each. Files consist of a few pieces that are in order already, mostly one long
 * piece behind the classes, so what is merged are stretches: rows of the file that stay together. Columns stay in their storage: of a large heap each copy is what
 * decides how much memory reading takes. Of several objects with one id the first counts, and id 0 is nobody's.
 */
import {Column} from '../base/columns.js';
import {lowerBound} from '../base/lower-bound.js';
import type {WarningLog} from '../base/warnings.js';

/** By position in the file at first. */
export interface RecordColumns {
  readonly id: Float64Array;
  readonly kind: Uint32Array;
  readonly length: Uint32Array;
  readonly low: Uint32Array; // of the place of the values
  readonly high: Uint8Array;
}

/** The columns' storage is used again. */
export function sortById(columns: RecordColumns, warnings: WarningLog): RecordColumns {
  const {id, kind, length, low, high} = columns;
  const pieces = piecesOf(id);
  if (pieces.count <= 1 && id[0] !== 0) return columns;
  const sorted = mergePieces(pieces, id);
  const count = dropEqual(sorted, id);
  if (count < id.length) {
    const lost = id.length - count;
    warnings.add('hprof-duplicate-ids', `${lost} objects have the id of another one, or none, and are left out.`, lost);
  }
  const room = new ArrayBuffer(count * Float64Array.BYTES_PER_ELEMENT);
  return {
    id: reorder(id, sorted, new Float64Array(room, 0, count)),
    kind: reorder(kind, sorted, new Uint32Array(room, 0, count)),
    length: reorder(length, sorted, new Uint32Array(room, 0, count)),
    low: reorder(low, sorted, new Uint32Array(room, 0, count)),
    high: reorder(high, sorted, new Uint8Array(room, 0, count)),
  };
}

/** Rows [start, end) of the file, in which ids ascend, none twice; one behind the other, in groups that are in order as a whole. */
class Stretches {
  count = 0;
  /** By stretch. */
  start: Uint32Array;
  end: Uint32Array;
  readonly #group = new Column(Uint32Array); // the first stretch of each

  /** With room for so many. */
  constructor(room: number) {
    this.start = new Uint32Array(room);
    this.end = new Uint32Array(room);
  }

  get groups(): number {
    return this.#group.length;
  }
  firstOf(group: number): number {
    return group < this.#group.length ? this.#group.data[group]! : this.count;
  }
  beginGroup(): void {
    this.#group.push(this.count);
  }
  add(start: number, end: number): void {
    if (this.count === this.start.length) {
      this.start = twice(this.start);
      this.end = twice(this.end);
    }
    this.start[this.count] = start;
    this.end[this.count++] = end;
  }
}

function twice(column: Uint32Array): Uint32Array {
  const larger = new Uint32Array(2 * column.length);
  larger.set(column);
  return larger;
}

/** Most files have fewer pieces. */
const FEW = 1024;

/** A group each. */
function piecesOf(id: Float64Array): Stretches {
  const pieces = new Stretches(FEW);
  for (let start = 0, at = 1; start < id.length; at++) {
    if (at < id.length && id[at]! > id[at - 1]!) continue;
    pieces.beginGroup();
    pieces.add(start, at);
    start = at;
  }
  return pieces;
}

/** Two neighbours at a time, until there is one group: equal ids stay in order. */
function mergePieces(pieces: Stretches, id: Float64Array): Stretches {
  let merged = pieces;
  while (merged.groups > 1) {
    const next = new Stretches(merged.count + (merged.count >>> 1));
    for (let group = 0; group < merged.groups; group += 2) {
      next.beginGroup();
      mergeGroups(merged, group, id, next);
    }
    merged = next;
  }
  return merged;
}

/** A group and the next one, if there is one. */
function mergeGroups(from: Stretches, group: number, id: Float64Array, into: Stretches): void {
  const {start, end} = from;
  let [left, right] = [from.firstOf(group), from.firstOf(group + 1)];
  const [endOfLeft, endOfRight] = [right, from.firstOf(group + 2)];
  let leftRow = start[left]!; // the first that is not taken
  let rightRow = right < endOfRight ? start[right]! : 0;
  while (left < endOfLeft && right < endOfRight) {
    if (id[leftRow]! <= id[rightRow]!) {
      const stop = endOfStretch(id, leftRow, end[left]!, id[rightRow]!);
      into.add(leftRow, stop);
      leftRow = stop < end[left]! ? stop : start[++left]!;
    } else {
      const stop = endOfStretch(id, rightRow, end[right]!, id[leftRow]!);
      into.add(rightRow, stop);
      rightRow = stop < end[right]! ? stop : start[++right]!;
    }
  }
  for (; left < endOfLeft; leftRow = start[++left]!) into.add(leftRow, end[left]!);
  for (; right < endOfRight; rightRow = start[++right]!) into.add(rightRow, end[right]!);
}

/** Behind the row and those that follow it up to the other id. Most stretches of mixed pieces are short, those of others are long. */
function endOfStretch(id: Float64Array, row: number, end: number, other: number): number {
  let low = row + 1;
  if (low === end || id[low]! >= other) return low;
  let step = 1;
  for (; low + step < end && id[low + step - 1]! < other; step *= 2) low += step;
  return lowerBound(id, other, low, Math.min(end, low + step));
}

/** How many are left. Only the first of a stretch can be like the one before. */
function dropEqual({start, end, count}: Stretches, id: Float64Array): number {
  let left = 0;
  let last = 0;
  for (let at = 0; at < count; at++) {
    if (id[start[at]!] === last) start[at]!++;
    if (start[at]! < end[at]!) last = id[end[at]! - 1]!;
    left += end[at]! - start[at]!;
  }
  return left;
}

function reorder<T extends Float64Array | Uint32Array | Uint8Array>(column: T, {start, end, count}: Stretches, room: T): T {
  for (let at = 0, to = 0; at < count; at++) for (let row = start[at]!; row < end[at]!; row++) room[to++] = column[row]!;
  column.set(room);
  return column.subarray(0, room.length) as T;
}
