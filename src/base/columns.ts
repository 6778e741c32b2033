/**
 * Typed arrays that grow: how stages build columns whose length is not known in advance.
 */
import {freeColumn} from './free-column.js';
import {sharedColumn} from './shared-columns.js';

type TypedArray = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;
interface Constructor<T extends TypedArray> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): T;
  new (buffer: SharedArrayBuffer): T;
}

export class Column<T extends TypedArray> {
  readonly #create: (length: number) => T;
  readonly #isOwn: boolean;
  /** The storage; only [0, length) counts, and it is replaced when it grows. */
  data: T;
  length = 0;

  /**
   * `shared`: in memory that other threads can read. `isOwn`: nobody else holds `data`, so that what it was before it grew is given back at once.
   * Capacity that is never written to costs address space only.
   */
  constructor(type: Constructor<T>, capacity = 1024, {shared = false, isOwn = false} = {}) {
    this.#isOwn = isOwn;
    this.#create = (length) => (shared ? sharedColumn(type, length) : new type(length));
    this.data = this.#create(capacity);
  }
  push(value: number): void {
    if (this.length === this.data.length) this.reserve(1);
    this.data[this.length++] = value;
  }
  /** Makes room for `more` values: loops may then write to `data[length++]` themselves. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.data.length) return;
    const larger = this.#create(Math.max(needed, Math.ceil(this.data.length * 1.5)));
    larger.set(this.data.subarray(0, this.length));
    if (this.#isOwn) freeColumn(this.data);
    this.data = larger;
  }
  append(values: ArrayLike<number>): void {
    this.reserve(values.length);
    this.data.set(values, this.length);
    this.length += values.length;
  }
  /** The values, in storage of exactly their size. */
  finish(): T {
    return this.data.length === this.length ? this.data : (this.data.slice(0, this.length) as T);
  }
}
