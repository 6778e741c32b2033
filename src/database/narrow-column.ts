/**
 * A column of whole numbers of one row per node, most of which are small: in half of its memory until one does not fit.
 */

/** One more than what fits into two bytes. */
const LIMIT = 2 ** 16;

export class NarrowColumn {
  /** What it lies in: a column of as many rows. */
  readonly column: Uint32Array;
  #narrow: Uint16Array | undefined;

  constructor(column: Uint32Array) {
    this.column = column;
    this.#narrow = new Uint16Array(column.buffer, column.byteOffset, column.length);
  }

  set(row: number, value: number): void {
    if (value >= LIMIT) this.#widen();
    (this.#narrow ?? this.column)[row] = value;
  }
  at(row: number): number {
    return (this.#narrow ?? this.column)[row]!;
  }

  /** From behind: what is written lies behind what is still to be read. */
  #widen(): void {
    const narrow = this.#narrow;
    if (narrow === undefined) return;
    for (let row = narrow.length - 1; row >= 0; row--) this.column[row] = narrow[row]!;
    this.#narrow = undefined;
  }
}
