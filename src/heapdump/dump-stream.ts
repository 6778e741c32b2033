/**
 * A heap dump's bytes in sequence: numbers, texts, and runs of bytes that go elsewhere. All numbers are uvarints of up to 64 bits, exact below 2**53. A dump
 * of a gigabyte has fifty million numbers: they are read out of a large window, and what may end behind it is looked at byte by byte.
 */
import {type ByteSource, decodeText, truncatedError} from '../base/bytes.js';
import {formatError} from '../base/errors.js';
import type {Bytes} from '../base/units.js';
import type {ObjectDecoder} from './object-decoder.js';

/** Names of functions, types and files are shorter. */
const LONGEST_TEXT: Bytes = 1 << 20;
const LONGEST_NUMBER = 10;
/** Kinds of fields. A pointer is 1; interfaces, 2 and 3, have not been written since Go 1.4. */
const FIELD_END = 0;
const FIELD_EMPTY_INTERFACE = 3;

export class DumpStream {
  readonly #source: ByteSource;
  readonly #decoder: ObjectDecoder;
  readonly #window: Uint8Array;
  #start: Bytes; // of the window in the file
  #at = 0;
  #end = 0;

  constructor(source: ByteSource, position: Bytes, decoder: ObjectDecoder) {
    this.#source = source;
    this.#decoder = decoder;
    this.#window = decoder.window;
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
    const window = this.#window;
    let at = this.#at;
    if (at + LONGEST_NUMBER > this.#end) return this.#numberAtEnd();
    let byte = window[at++]!;
    if (byte < 0x80) {
      this.#at = at;
      return byte;
    }
    let low = byte & 0x7f;
    for (let shift = 7; byte >= 0x80 && shift < 28; shift += 7) {
      byte = window[at++]!;
      low |= (byte & 0x7f) << shift;
    }
    if (byte < 0x80) {
      this.#at = at;
      return low;
    }
    let value = low;
    for (let scale = 2 ** 28; at - this.#at < LONGEST_NUMBER; scale *= 128) {
      byte = window[at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        this.#at = at;
        return value;
      }
    }
    return this.fail('a number of more than 10 bytes');
  }

  /** A number of bytes that follow. Throws `truncated` when there are not as many. */
  length(): Bytes {
    const length = this.number();
    return length <= this.#end - this.#at ? length : this.#checked(length);
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
    this.#take(length, (part) => {
      bytes.set(part, done);
      done += part.length;
    });
    return decodeText(bytes);
  }

  /** Past the objects of the decoder's span that follow, as far as the window has them, but not beyond the position. */
  listObjects(most: Bytes): void {
    this.#at += this.#decoder.list(this.#at, Math.min(this.#end, most - this.#start));
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

  /** In parts that are valid during the call alone. */
  #take(length: Bytes, use: (part: Uint8Array) => void): void {
    for (let left = length; left > 0; ) {
      if (this.#at === this.#end) this.#fill();
      const count = Math.min(left, this.#end - this.#at);
      use(this.#window.subarray(this.#at, this.#at + count));
      this.#at += count;
      left -= count;
    }
  }

  #checked(length: Bytes): Bytes {
    const {name, size} = this.#source;
    if (!(this.position + length <= size)) throw truncatedError(name, this.position, length, size);
    return length;
  }

  #numberAtEnd(): number {
    if (this.#start + this.#end < this.#source.size) {
      this.#fill();
      return this.number();
    }
    let value = 0;
    let scale = 1;
    for (let length = 1; length <= LONGEST_NUMBER; length++) {
      if (this.#at === this.#end) throw truncatedError(this.#source.name, this.position, 1, this.#source.size);
      const byte = this.#window[this.#at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    return this.fail('a number of more than 10 bytes');
  }

  /** The window begins with what is left of it. */
  #fill(): void {
    const {size, name} = this.#source;
    const left = this.#end - this.#at;
    this.#window.copyWithin(0, this.#at, this.#end);
    this.#start += this.#at;
    this.#at = 0;
    this.#end = Math.min(this.#window.length, size - this.#start);
    if (this.#end <= left) {
      this.#end = left;
      throw truncatedError(name, this.#start + left, 1, size);
    }
    this.#source.readInto(this.#start + left, this.#window.subarray(left, this.#end));
  }
}
