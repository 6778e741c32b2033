/**
 * Ids → rows of the sorted column of ids. Where ids are addresses of one heap, a table of what begins in each piece of memory makes it a look-up and a few
 * steps; where they are spread over more than that, a binary search.
 */
/** As many pieces an object, at most. */
const PIECES_PER_OBJECT = 2;
const LEAST_PIECE = 16;

export class IdIndex {
  readonly #id: Float64Array;
  readonly #base: number;
  readonly #piece: number; // bytes; 0: there is no table
  readonly #first: Uint32Array; // per piece: the first row at its start or behind it

  constructor(id: Float64Array) {
    this.#id = id;
    const {length} = id;
    this.#base = length > 0 ? id[0]! : 0;
    const range = length > 0 ? id[length - 1]! - this.#base + 1 : 0;
    let piece = LEAST_PIECE;
    while (range / piece > length * PIECES_PER_OBJECT) piece *= 2;
    this.#piece = piece <= 2 ** 16 ? piece : 0;
    this.#first = new Uint32Array(this.#piece === 0 ? 0 : Math.ceil(range / piece) + 1);
    if (this.#piece === 0) return;
    let row = 0;
    for (let at = 0; at < this.#first.length; at++) {
      const start = this.#base + at * piece;
      while (row < length && id[row]! < start) row++;
      this.#first[at] = row;
    }
  }

  /** −1 where nothing has the id. */
  find(wanted: number): number {
    const id = this.#id;
    let low = 0;
    let high = id.length;
    if (this.#piece !== 0) {
      const at = Math.floor((wanted - this.#base) / this.#piece);
      if (!(at >= 0 && at + 1 < this.#first.length)) return -1;
      low = this.#first[at]!;
      high = this.#first[at + 1]!;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (id[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return id[low] === wanted ? low : -1;
  }
}
