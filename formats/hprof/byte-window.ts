/**
 * The dump's bytes in large pieces, for readers that go upwards: an object's bytes are a place in the window. With a redactor each
 * object is read by itself, because that is how expressions are matched.
 */

import {viewOf} from '../../src/base/bytes.js';
import type {Address, Bytes} from '../../src/base/units.js';
import type {Contents} from '../../src/graph/heap-graph.js';
import {Redactor} from '../../src/privacy/redactor.js';

/** Pieces end at multiples of this, as the blocks do that a dump is read in: what lies in two of them would be read anew. */
const WINDOW = 64 * 1024;
/** Offsets from further on are no small integers. */
const FAR = 2 ** 30;
const NOTHING = new Uint8Array(0);

export class ByteWindow {
  bytes: Uint8Array = NOTHING;
  /** The same bytes. */
  view = viewOf(NOTHING);
  readonly #contents: Contents;
  readonly #redactor: Redactor | undefined;
  readonly #copy = new Uint8Array(WINDOW);
  #start = 0;
  #rangeStart: Address = 0;
  #rangeEnd: Address = 0;
  // Where the window is in the range: addresses that are handed on from call to call would be allocated, one by one.
  #lead: Bytes = 0;
  #reach: Bytes = 0; // 0 where it lies far away

  constructor(contents: Contents, redactor: Redactor | undefined) {
    this.#contents = contents;
    this.#redactor = redactor;
  }

  /** From here on `at` is asked for what lies in [start, end), which may be read at once: spans, or (redacted) one object. */
  enter(start: Address, end: Address): void {
    this.#rangeStart = start;
    this.#rangeEnd = end;
    this.#settle();
  }
  /** Where in `bytes` so many of the range begin, from `offset` on; -1 when the dump lacks them. */
  at(offset: Bytes, length: Bytes): number {
    const at = offset - this.#lead;
    if (at >= 0 && at + length <= this.#reach) return at;
    return this.find(this.#rangeStart + offset, length, this.#rangeStart, this.#rangeEnd);
  }

  /** Where in `bytes` a range of what lies in [start, end) begins; -1 when the dump lacks it. */
  find(address: Address, length: Bytes, start: Address, end: Address): number {
    if (address >= this.#start && address + length <= this.#start + this.bytes.length) return address - this.#start;
    if (this.#redactor) return this.#redacted(this.#redactor, address, length, start, end);
    const ahead = Math.max(length, Math.min(WINDOW - (address % WINDOW), end - address));
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
    this.#settle();
    return bytes ? 0 : -1;
  }
  #settle(): void {
    const lead = this.#start - this.#rangeStart;
    const isNear = Math.abs(lead) < FAR;
    this.#lead = isNear ? lead | 0 : 0; // else it would be kept as a double, and so would what is counted with it
    this.#reach = isNear ? this.bytes.length : 0;
  }
}
