/**
 * Where the values of objects are in the file, by row: as this stays while the heap is open, it is 2 bytes an object. Neighbours in the order of ids are mostly neighbours
 * in the file, so a few rows count from the first of them; what is far from that has a list of its own.
 */
import {Column} from '../base/columns.js';
import {indexOfSorted} from '../base/lower-bound.js';
import type {Bytes} from '../base/units.js';

/** So many rows count from one place: 16. */
const SHIFT = 4;
const FAR = -0x8000;

export class FilePositions {
  readonly #first: Float64Array;
  readonly #offset: Int16Array;
  readonly #farRow = new Column(Uint32Array, 64);
  readonly #farPlace = new Column(Float64Array, 64);

  /** Places in 5 bytes each, which takes files of up to 2**40 bytes. */
  constructor({low, high}: {readonly low: Uint32Array; readonly high: Uint8Array}) {
    this.#first = new Float64Array((low.length >>> SHIFT) + 1);
    this.#offset = new Int16Array(low.length);
    let first = 0;
    for (let row = 0; row < low.length; row++) {
      const place = high[row]! * 2 ** 32 + low[row]!;
      if ((row >>> SHIFT) << SHIFT === row) {
        first = place;
        this.#first[row >>> SHIFT] = place;
      }
      const offset = place - first;
      if (Math.abs(offset) < -FAR) this.#offset[row] = offset;
      else {
        this.#offset[row] = FAR;
        this.#farRow.push(row);
        this.#farPlace.push(place);
      }
    }
  }

  at(row: number): Bytes {
    const offset = this.#offset[row]!;
    if (offset !== FAR) return this.#first[row >>> SHIFT]! + offset;
    return this.#farPlace.data[indexOfSorted(this.#farRow.data, row, 0, this.#farRow.length)]!;
  }
}
