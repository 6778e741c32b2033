/**
 * Address ranges of ranks → how many bytes have each rank as their best one, and how many of these are in certain pages. Columns, because a heap can have millions of spans.
 */
import {Column} from '../base/columns.js';
import type {Address, Bytes} from '../base/units.js';

export class RangeSweep {
  readonly #ranks: number;
  readonly #at = new Column(Float64Array);
  readonly #change = new Column(Int32Array); // rank + 1 where a range begins, its negative where one ends
  readonly #lastEvent: Int32Array; // per rank: where its last range ended in #at, -1 = it has none

  constructor(ranks: number) {
    this.#ranks = ranks;
    this.#lastEvent = new Int32Array(ranks).fill(-1);
  }

  /** Neighbours that come one after the other become one range: spans and their structs mostly do. */
  add(rank: number, start: Address, end: Address): void {
    if (!(end > start)) return;
    const last = this.#lastEvent[rank]!;
    if (last >= 0 && this.#at.data[last] === start) {
      this.#at.data[last] = end;
      return;
    }
    this.#at.push(start);
    this.#change.push(rank + 1);
    this.#at.push(end);
    this.#change.push(-rank - 1);
    this.#lastEvent[rank] = this.#at.length - 1;
  }

  /** Bytes of each rank, only where a range of one of the ranks of `universe` is open; and of them, those that `countIn` counts. */
  measure(
    universe: readonly number[],
    countIn: (start: Address, end: Address) => Bytes = () => 0,
  ): {readonly bytes: Bytes[]; readonly counted: Bytes[]} {
    const at = this.#at.finish();
    const change = this.#change.finish();
    const order = Uint32Array.from({length: at.length}, (_, event) => event).sort((a, b) => at[a]! - at[b]!);
    const open = new Array<number>(this.#ranks).fill(0);
    const bytes = new Array<Bytes>(this.#ranks).fill(0);
    const counted = new Array<Bytes>(this.#ranks).fill(0);
    order.forEach((event, i) => {
      open[Math.abs(change[event]!) - 1]! += Math.sign(change[event]!);
      const start = at[event]!;
      const end = i + 1 < order.length ? at[order[i + 1]!]! : start;
      if (end === start || !universe.some((rank) => open[rank]! > 0)) return;
      const best = open.findIndex((count) => count > 0);
      bytes[best]! += end - start;
      counted[best]! += countIn(start, end);
    });
    return {bytes, counted};
  }
}
