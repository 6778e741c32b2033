/**
 * A pass over much memory in ascending address order: reads the files in large chunks and hands out views, so that the
 * dump is never held in memory and no byte is copied twice. What is not in the dump reads as zero and is counted.
 */
import type {Address, Bytes} from '../base/units.js';
import type {MemoryImage} from './memory-image.js';

const PAGE = 4096;
export const CHUNK = 16 * 1024 * 1024;

export class SequentialReader {
  readonly #image: MemoryImage;
  readonly #buffer: ArrayBuffer;
  #start: Address = 0;
  #end: Address = 0;
  /** Bytes that were asked for or read ahead inside mapped ranges but are not in the dump. */
  missing: Bytes = 0;

  constructor(image: MemoryImage, chunk: Bytes = CHUNK) {
    this.#image = image;
    this.#buffer = new ArrayBuffer(chunk);
  }

  /** The words of [address, address + length) as pairs of 32 bits, low first; valid until the next call. Both are multiples of 8; length is at most the chunk. */
  words(address: Address, length: Bytes): Uint32Array {
    if (address < this.#start || address + length > this.#end) this.#load(address, length);
    return new Uint32Array(this.#buffer, address - this.#start, length / 4);
  }

  /** The bytes of [address, address + length), under the same conditions. */
  bytes(address: Address, length: Bytes): Uint8Array {
    if (address < this.#start || address + length > this.#end) this.#load(address, length);
    return new Uint8Array(this.#buffer, address - this.#start, length);
  }

  #load(address: Address, wanted: Bytes): void {
    this.#start = address;
    const ahead = Math.min(this.#image.isMade(address) ? wanted : this.#buffer.byteLength, this.#image.contiguous(address));
    const length = Math.max(wanted, ahead);
    this.#end = address + length;
    if (length <= ahead) this.#image.readInto(address, new Uint8Array(this.#buffer, 0, length));
    else this.#loadPieces(address, new Uint8Array(this.#buffer, 0, length));
  }

  #loadPieces(address: Address, into: Uint8Array): void {
    for (let done = 0; done < into.length; ) {
      const length = Math.min(PAGE - ((address + done) % PAGE), into.length - done);
      const piece = this.#image.find(address + done, length);
      if (piece) into.set(piece, done);
      else {
        into.fill(0, done, done + length);
        this.missing += length;
      }
      done += length;
    }
  }
}
