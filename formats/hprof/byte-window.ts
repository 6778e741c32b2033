/**
 * The dump's bytes in large pieces, for readers that go upwards: an object's bytes are a place in the window. With a redactor each
 * object is read by itself, because that is how expressions are matched.
 */

import {viewOf} from '../../src/base/bytes.js';
import type {Address, Bytes} from '../../src/base/units.js';
import type {Contents} from '../../src/graph/heap-graph.js';
import {Redactor} from '../../src/privacy/redactor.js';

const WINDOW = 256 * 1024;
const NOTHING = new Uint8Array(0);

export class ByteWindow {
  bytes: Uint8Array = NOTHING;
  /** The same bytes. */
  view = viewOf(NOTHING);
  readonly #contents: Contents;
  readonly #redactor: Redactor | undefined;
  readonly #copy = new Uint8Array(WINDOW);
  #start = 0;

  constructor(contents: Contents, redactor: Redactor | undefined) {
    this.#contents = contents;
    this.#redactor = redactor;
  }

  /** Where in `bytes` a range of what lies in [start, end) begins, a span or (redacted) one object; -1 when the dump lacks it. */
  find(address: Address, length: Bytes, start: Address, end: Address): number {
    if (address >= this.#start && address + length <= this.#start + this.bytes.length) return address - this.#start;
    if (this.#redactor) return this.#redacted(this.#redactor, address, length, start, end);
    const ahead = Math.max(length, Math.min(WINDOW, end - address));
    return this.#take(address, this.#contents.bytes(address, ahead) ?? this.#contents.bytes(address, length));
  }
  /** A match may cross the borders of the pieces in which a large object is read. */
  #redacted(redactor: Redactor, address: Address, length: Bytes, start: Address, end: Address): number {
    const before = Math.min(Redactor.context, address - start);
    const behind = Math.min(Redactor.context, end - address - length);
    const wider = this.#contents.bytes(address - before, before + length + behind);
    const kept = wider ?? this.#contents.bytes(address, length);
    const copy = kept && new Uint8Array(kept);
    if (copy) redactor.bytes(copy);
    const from = wider ? before : 0;
    return this.#take(address, copy?.subarray(from, from + length));
  }
  /** A copy: what contents give is good until they are asked again, by anyone. */
  #take(address: Address, bytes: Uint8Array | undefined): number {
    this.#start = bytes ? address : 0;
    if (!bytes) this.bytes = NOTHING;
    else if (bytes.length > WINDOW) this.bytes = new Uint8Array(bytes);
    else {
      this.#copy.set(bytes);
      this.bytes = this.#copy.subarray(0, bytes.length);
    }
    this.view = viewOf(this.bytes);
    return bytes ? 0 : -1;
  }
}
