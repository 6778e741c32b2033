/**
 * Arrays of texts and bytes → the values that may be equal to others: of an array the one that is all that is in use of it. Several small ones
 * share a block of the tiny allocator: there each part is one. An array of which views use different parts has no value of its own.
 */
import {type Bytes, NONE} from '../base/units.js';
import {type ArrayViews, ROW, ROW_WORDS, TINY_SLOT, VIEW} from '../values/array-views.js';

/** Filled again for each array. */
export class ArrayValues {
  /** How many values there are. */
  count = 0;
  /** How many things share the slot: at least `count`. */
  parts = 0;
  /** Where in the slot each is. */
  readonly start: Bytes[] = [];
  readonly end: Bytes[] = [];
  readonly #views: ArrayViews;

  constructor(views: ArrayViews) {
    this.#views = views;
  }

  /** What lies beyond the slot of so many bytes is torn, and left out. */
  find(row: number, slot: Bytes): void {
    const {rows} = this.#views;
    const at = row * ROW_WORDS;
    const flags = rows[at + ROW.flags]!;
    this.count = 0;
    this.parts = 1;
    if ((flags & VIEW.whole) !== 0) return;
    if (rows[at + ROW.further] !== NONE) {
      if (slot === TINY_SLOT) this.#findParts(at, slot);
    } else if ((flags & VIEW.value) !== 0 && rows[at + ROW.end]! > rows[at + ROW.start]!)
      this.#add(rows[at + ROW.start]!, rows[at + ROW.end]!, slot);
  }

  #add(start: Bytes, end: Bytes, slot: Bytes): void {
    if (end > slot) return;
    this.start[this.count] = start;
    this.end[this.count++] = end;
  }

  /** Parts are what overlaps; one that is larger than all others in it is a value. */
  #findParts(at: number, slot: Bytes): void {
    const {rows, furtherBefore, furtherStart, furtherEnd, furtherIsView} = this.#views;
    const extents = [{from: rows[at + ROW.start]!, to: rows[at + ROW.end]!, isView: (rows[at + ROW.flags]! & VIEW.value) !== 0}];
    for (let place = rows[at + ROW.further]!; place !== NONE; place = furtherBefore[place]!)
      extents.push({from: furtherStart[place]!, to: furtherEnd[place]!, isView: furtherIsView[place] === 1});
    const inUse = extents.filter(({from, to}) => to > from).sort((a, b) => a.from - b.from || b.to - a.to);
    this.parts = 0;
    for (let next = 0; next < inUse.length; ) {
      const first = inUse[next]!;
      let {to} = first;
      for (next++; next < inUse.length && inUse[next]!.from < to; next++) to = Math.max(to, inUse[next]!.to);
      this.parts++;
      if (first.isView && first.to === to) this.#add(first.from, to, slot);
    }
    this.parts = Math.max(1, this.parts);
  }
}
