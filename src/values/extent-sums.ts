/**
 * The extents of an array → how many bytes of its slot are in use, and how many there is room for: unions, because views overlap.
 */
import {type Bytes, NONE} from '../base/units.js';
import {type ArrayViews, ROW, ROW_WORDS, VIEW} from './array-views.js';

/** Filled again for each array: a loop over millions makes no object for each. */
export class ExtentSums {
  /** Bytes that may be in use. */
  covered: Bytes = 0;
  /** Bytes of room behind them that are not. */
  reserve: Bytes = 0;
  /** Where the last extent's room ends. */
  limit: Bytes = 0;
  /** Bytes in front of the first extent. */
  front: Bytes = 0;
  readonly #views: ArrayViews;

  constructor(views: ArrayViews) {
    this.#views = views;
  }

  /** Of the array in a slot of so many bytes. All of it counts as in use where a pointer does not say how much it uses, or claims more. */
  measure(row: number, slot: Bytes): void {
    const {rows, furtherBefore, furtherLimit} = this.#views;
    const at = row * ROW_WORDS;
    const start = rows[at + ROW.start]!;
    const end = rows[at + ROW.end]!;
    const further = rows[at + ROW.further]!;
    this.front = start;
    this.limit = rows[at + ROW.limit]!;
    for (let place = further; place !== NONE; place = furtherBefore[place]!) this.limit = Math.max(this.limit, furtherLimit[place]!);
    if ((rows[at + ROW.flags]! & VIEW.whole) !== 0 || this.limit > slot) {
      this.covered = this.limit = slot;
      this.reserve = this.front = 0;
    } else if (further === NONE) {
      this.covered = end - start;
      this.reserve = this.limit - end;
    } else this.#join(start, end, rows[at + ROW.limit]!, further);
  }

  /** `start` is NONE where there are only further extents. */
  #join(start: Bytes, end: Bytes, limit: Bytes, further: number): void {
    const {furtherBefore, furtherStart, furtherEnd, furtherLimit} = this.#views;
    const order: number[] = [];
    for (let place = further; place !== NONE; place = furtherBefore[place]!) order.push(place);
    order.sort((a, b) => furtherStart[a]! - furtherStart[b]!);
    let isFirstLeft = start !== NONE;
    let [usedUntil, roomUntil, used, room] = [0, 0, 0, 0];
    const add = (from: Bytes, to: Bytes, most: Bytes) => {
      used += Math.max(0, to - Math.max(from, usedUntil));
      room += Math.max(0, most - Math.max(from, roomUntil));
      usedUntil = Math.max(usedUntil, to);
      roomUntil = Math.max(roomUntil, most);
    };
    this.front = Math.min(start, furtherStart[order[0]!]!);
    for (const place of order) {
      if (isFirstLeft && start <= furtherStart[place]!) {
        add(start, end, limit);
        isFirstLeft = false;
      }
      add(furtherStart[place]!, furtherEnd[place]!, furtherLimit[place]!);
    }
    if (isFirstLeft) add(start, end, limit);
    this.covered = used;
    this.reserve = room - used;
  }
}
