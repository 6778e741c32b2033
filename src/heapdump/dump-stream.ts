/**
 * A heap dump's bytes in sequence: numbers, texts, and runs of bytes that go elsewhere. All numbers are uvarints of up to 64 bits, exact below 2**53.
 */
import {type ByteSource, decodeText, truncatedError} from '../base/bytes.js';
import {formatError} from '../base/errors.js';
import type {Bytes} from '../base/units.js';

const WINDOW: Bytes = 1 << 20;
/** Names of functions, types and files are shorter. */
const LONGEST_TEXT: Bytes = 1 << 20;
const LONGEST_NUMBER = 10;
/** Kinds of fields: a pointer is 1. Interfaces, 2 and 3, have not been written since Go 1.4. */
const FIELD_END = 0;
const FIELD_EMPTY_INTERFACE = 3;

export class DumpStream {
  readonly #source: ByteSource;
  readonly #window = new Uint8Array(WINDOW);
  #start: Bytes; // of the window in the file
  #at = 0;
  #end = 0;

  constructor(source: ByteSource, position: Bytes) {
    this.#source = source;
    this.#start = position;
  }

  /** Of the next byte in the file. */
  get position(): Bytes {
    return this.#start + this.#at;
  }
  get atEnd(): boolean {
    return this.position >= this.#source.size;
  }

  /** Throws `truncated` at the end of the file, `bad-format` where no number ends. */
  number(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    let scale = 128;
    for (let length = 2; length <= LONGEST_NUMBER; length++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    return this.fail('a number of more than 10 bytes');
  }

  /** Of a list of fields: where the next pointer is; -1 at the end of the list. */
  field(): number {
    const kind = this.number();
    if (kind === FIELD_END) return -1;
    if (kind > FIELD_EMPTY_INTERFACE) this.fail(`a field of kind ${kind}`);
    return this.number();
  }

  skipFields(): void {
    while (this.field() >= 0);
  }

  text(): string {
    const length = this.number();
    if (length > LONGEST_TEXT) this.fail(`a text of ${length} bytes`);
    const bytes = new Uint8Array(this.#checked(length));
    let done = 0;
    this.take(length, (part) => {
      bytes.set(part, done);
      done += part.length;
    });
    return decodeText(bytes);
  }

  /** The next bytes, in parts that are valid during the call alone. */
  take(length: Bytes, use: (part: Uint8Array) => void): void {
    for (let left = this.#checked(length); left > 0; ) {
      if (this.#at === this.#end) this.#fill();
      const count = Math.min(left, this.#end - this.#at);
      use(this.#window.subarray(this.#at, this.#at + count));
      this.#at += count;
      left -= count;
    }
  }

  skip(length: Bytes): void {
    const within = Math.min(this.#checked(length), this.#end - this.#at);
    this.#at += within;
    if (within === length) return;
    this.#start = this.position + length - within;
    this.#at = 0;
    this.#end = 0;
  }

  fail(problem: string): never {
    throw formatError(this.#source.name, this.position, problem);
  }

  #checked(length: Bytes): Bytes {
    const {name, size} = this.#source;
    if (!(this.position + length <= size)) throw truncatedError(name, this.position, length, size);
    return length;
  }

  #byte(): number {
    if (this.#at === this.#end) this.#fill();
    return this.#window[this.#at++]!;
  }

  #fill(): void {
    const {size, name} = this.#source;
    this.#start += this.#end;
    this.#at = 0;
    this.#end = Math.min(WINDOW, size - this.#start);
    if (this.#end <= 0) {
      this.#end = 0;
      throw truncatedError(name, this.#start, 1, size);
    }
    this.#source.readInto(this.#start, this.#window.subarray(0, this.#end));
  }
}
