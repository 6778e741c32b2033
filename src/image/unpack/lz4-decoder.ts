/**
 * The LZ4 frame format, as it streams in → bytes. Truth: lz4_Frame_format.md (1.6) and lz4_Block_format.md of the LZ4
 * project. Blocks may depend on the 64 KiB before them; frames may follow each other, skippable ones among them. Checksums
 * are stepped over, dictionaries and the legacy format refused.
 */
import type {Bytes} from '../../base/units.js';
import {type Decoder, type Emit, isSkippable} from './stream-decoder.js';

export const LZ4_MAGIC = 0x184d2204;
const HISTORY: Bytes = 65536;
const UNCOMPRESSED = 0x80000000;
/** FLG bits. */
const FLAG = {independent: 0x20, blockChecksum: 0x10, contentSize: 0x08, contentChecksum: 0x04, dictionary: 0x01} as const;

type State = 'frame' | 'header' | 'headerRest' | 'skip' | 'blockSize' | 'block' | 'skipSize';

export class Lz4Decoder implements Decoder {
  readonly #emit: Emit;
  #input = new Uint8Array(0); // what was pushed and is not decoded yet
  #state: State = 'frame';
  #wanted: Bytes = 4; // input that the state needs
  #flags = 0;
  #blockLimit: Bytes = 0;
  #blockSize = 0; // with the bit for uncompressed ones
  #output = new Uint8Array(0); // history, then the block
  #history: Bytes = 0;

  /** `emit` gets views that are valid during the call. */
  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** Throws an Error when the bytes are not LZ4 frames; what was decoded before has been emitted. */
  push(chunk: Uint8Array): void {
    let input = chunk;
    if (this.#input.length > 0) {
      input = new Uint8Array(this.#input.length + chunk.length);
      input.set(this.#input);
      input.set(chunk, this.#input.length);
    }
    let at = 0;
    while (input.length - at >= this.#wanted) {
      const length = this.#wanted;
      this.#step(input.subarray(at, at + length));
      at += length;
    }
    this.#input = input.slice(at);
    if (this.#state === 'skip') {
      this.#wanted -= this.#input.length;
      this.#input = new Uint8Array(0);
    }
  }

  /** Throws an Error when the input ended within a frame. */
  end(): void {
    if (this.#state !== 'frame' || this.#input.length > 0) throw new Error('unexpected end of file');
  }

  /** One part of a frame, of the `#wanted` length. */
  #step(part: Uint8Array): void {
    const word = () => new DataView(part.buffer, part.byteOffset).getUint32(0, true);
    if (this.#state === 'frame') this.#readMagic(word());
    else if (this.#state === 'skipSize') this.#skip(word());
    else if (this.#state === 'skip') this.#expect('frame', 4);
    else if (this.#state === 'header') this.#readHeader(part);
    else if (this.#state === 'headerRest') this.#expect('blockSize', 4);
    else if (this.#state === 'blockSize') this.#readBlockSize(word());
    else this.#readBlock(part);
  }

  #readMagic(word: number): void {
    if (word === LZ4_MAGIC) this.#expect('header', 2);
    else if (isSkippable(word)) this.#expect('skipSize', 4);
    else throw new Error('no LZ4 frame begins here');
  }

  #expect(state: State, wanted: Bytes): void {
    this.#state = state;
    this.#wanted = wanted;
  }
  #skip(bytes: Bytes): void {
    if (bytes === 0) this.#expect('frame', 4);
    else this.#expect('skip', bytes);
  }

  /** FLG and BD; behind them optional fields and a checksum of the header, which `headerRest` steps over. */
  #readHeader(part: Uint8Array): void {
    const [flags, descriptor] = [part[0]!, part[1]!];
    if (flags >>> 6 !== 1 || (flags & FLAG.dictionary) !== 0) throw new Error('this kind of LZ4 frame is not supported');
    this.#flags = flags;
    this.#blockLimit = 2 ** (8 + 2 * ((descriptor >>> 4) & 7));
    if (this.#blockLimit < HISTORY) throw new Error('an LZ4 frame has no valid block size');
    if (this.#output.length < HISTORY + this.#blockLimit) this.#output = new Uint8Array(HISTORY + this.#blockLimit);
    this.#history = 0;
    this.#expect('headerRest', (flags & FLAG.contentSize) === 0 ? 1 : 9);
  }

  #readBlockSize(word: number): void {
    if (word === 0) {
      this.#skip((this.#flags & FLAG.contentChecksum) === 0 ? 0 : 4);
      return;
    }
    const size = (word & ~UNCOMPRESSED) >>> 0;
    if (size > this.#blockLimit) throw new Error('an LZ4 block is larger than its frame allows');
    this.#blockSize = word;
    this.#expect('block', size + ((this.#flags & FLAG.blockChecksum) === 0 ? 0 : 4));
  }

  #readBlock(part: Uint8Array): void {
    const output = this.#output;
    const size = (this.#blockSize & ~UNCOMPRESSED) >>> 0;
    const start = this.#history;
    let end: number;
    if ((this.#blockSize & UNCOMPRESSED) === 0) end = decodeBlock(part.subarray(0, size), output, start, start + this.#blockLimit);
    else {
      output.set(part.subarray(0, size), start);
      end = start + size;
    }
    this.#emit(output.subarray(start, end));
    const kept = (this.#flags & FLAG.independent) !== 0 ? 0 : Math.min(HISTORY, end);
    output.copyWithin(0, end - kept, end);
    this.#history = kept;
    this.#expect('blockSize', 4);
  }
}

/** Sequences of literals and copies; returns where the output ends. */
function decodeBlock(input: Uint8Array, output: Uint8Array, start: number, limit: number): number {
  let [at, to] = [0, start];
  const extend = (length: number) => {
    let total = length;
    if (length === 15) {
      let byte: number;
      do {
        byte = input[at++] ?? fail();
        total += byte;
      } while (byte === 255);
    }
    return total;
  };
  while (at < input.length) {
    const token = input[at++]!;
    const literals = extend(token >>> 4);
    if (at + literals > input.length || to + literals > limit) fail();
    if (literals <= 16) for (let i = 0; i < literals; i++) output[to + i] = input[at + i]!;
    else output.set(input.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at === input.length) return to; // the last sequence has no copy
    const distance = input[at]! | ((input[at + 1] ?? fail()) << 8);
    at += 2;
    const length = extend(token & 15) + 4;
    if (distance === 0 || distance > to || to + length > limit) fail();
    copy(output, to, distance, length);
    to += length;
  }
  return to;
}

/** A copy may overlap what it writes: then it repeats. */
function copy(output: Uint8Array, to: number, distance: number, length: number): void {
  if (distance >= length) {
    if (length > 32) output.copyWithin(to, to - distance, to - distance + length);
    else for (let i = 0; i < length; i++) output[to + i] = output[to - distance + i]!;
  } else if (distance === 1) output.fill(output[to - 1]!, to, to + length);
  else for (let i = 0; i < length; i++) output[to + i] = output[to - distance + i]!;
}

function fail(): never {
  throw new Error('an LZ4 block is damaged');
}
