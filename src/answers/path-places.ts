/**
 * Where paths lead, as numbers: nodes at one path, of one type and shape. What a word of theirs is called is the same for all of them, so it is
 * asked once for each place, and a node needs nothing but its place's number.
 */
import {Column} from '../base/columns.js';
import {remember} from '../base/remember.js';
import {type Bytes, NONE, type TypeIndex} from '../base/units.js';

/** No place. */
export const UNPLACED = 0;
/** A power of two: a word's place among those that are kept is the rest of its slot. */
const KEPT_WORDS = 4;

export class PathPlaces {
  readonly path = new Column(Uint32Array);
  readonly type = new Column(Uint32Array);
  readonly header = new Column(Uint8Array); // Bytes
  readonly from = new Column(Float64Array); // Bytes: where in its data the path's pointer leads
  readonly isRow = new Column(Uint8Array); // 1: of elements, even where there is only one
  /** KEPT_WORDS a place: words that were followed last, and what came of them, because neighbours ask the same. */
  readonly lastSlot = new Column(Uint32Array);
  readonly lastPath = new Column(Uint32Array);
  readonly lastLeadsToElements = new Column(Uint8Array);
  readonly #byKey = new Map<number, number>();
  readonly #inside = new Map<string, number>(); // those that are entered behind their start: few
  readonly #lastOfPath = new Column(Uint32Array);

  constructor() {
    this.#add(0, 0, 0, 0, 0);
  }

  /** The place of such nodes. `header` is 0 or 8; `isRow` 0 or 1. */
  at(path: number, type: TypeIndex, header: Bytes, isRow: number, from: Bytes): number {
    while (this.#lastOfPath.length <= path) this.#lastOfPath.push(UNPLACED);
    const last = this.#lastOfPath.data[path]!;
    if (last !== UNPLACED && this.type.data[last] === type && this.#hasShape(last, header, isRow, from)) return last;
    const place = from === 0 ? this.#atStart(path, type, header, isRow) : this.#atInside(path, type, header, from);
    this.#lastOfPath.data[path] = place;
    return place;
  }

  /** Where a word of the place is kept, if it is. */
  keptAt(place: number, slot: number): number {
    return place * KEPT_WORDS + (slot & (KEPT_WORDS - 1));
  }

  #hasShape(place: number, header: Bytes, isRow: number, from: Bytes): boolean {
    return this.header.data[place] === header && this.isRow.data[place] === isRow && this.from.data[place] === from;
  }
  #atStart(path: number, type: TypeIndex, header: Bytes, isRow: number): number {
    const key = (path * 2 ** 24 + type) * 4 + (header === 0 ? 0 : 2) + isRow;
    return remember(this.#byKey, key, () => this.#add(path, type, header, isRow, 0));
  }
  #atInside(path: number, type: TypeIndex, header: Bytes, from: Bytes): number {
    return remember(this.#inside, `${path} ${type} ${header} ${from}`, () => this.#add(path, type, header, 0, from));
  }

  #add(path: number, type: TypeIndex, header: Bytes, isRow: number, from: Bytes): number {
    this.path.push(path);
    this.type.push(type);
    this.header.push(header);
    this.from.push(from);
    this.isRow.push(isRow);
    for (let kept = 0; kept < KEPT_WORDS; kept++) {
      this.lastSlot.push(NONE);
      this.lastPath.push(0);
      this.lastLeadsToElements.push(0);
    }
    return this.path.length - 1;
  }
}
