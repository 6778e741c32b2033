/**
 * Typed arrays that grow: how stages build columns whose length is not known in advance.
 */

type TypedArray = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;
type Constructor<T extends TypedArray> = new (length: number) => T;

export class Column<T extends TypedArray> {
  readonly #create: Constructor<T>;
  /** The storage; only [0, length) counts, and it is replaced when it grows. */
  data: T;
  length = 0;

  constructor(create: Constructor<T>, capacity = 1024) {
    this.#create = create;
    this.data = new create(capacity);
  }
  push(value: number): void {
    if (this.length === this.data.length) this.reserve(1);
    this.data[this.length++] = value;
  }
  /** Makes room for `more` values: loops may then write to `data[length++]` themselves. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.data.length) return;
    const larger = new this.#create(Math.max(needed, Math.ceil(this.data.length * 1.5)));
    larger.set(this.data.subarray(0, this.length));
    this.data = larger;
  }
  /** The values, in storage of exactly their size. */
  finish(): T {
    return this.data.length === this.length ? this.data : (this.data.slice(0, this.length) as T);
  }
}
