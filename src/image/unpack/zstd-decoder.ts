/**
 * Zstandard frames, as they stream in → bytes, each frame through Node's own decoder: its streams end with the first frame on
 * Node 22, and versions differ in what they say of data that are cut. Truth: RFC 8878, 3.1.
 */
import {constants, createZstdDecompress} from 'node:zlib';
import {GoheapError} from '../../base/errors.js';
import type {Bytes} from '../../base/units.js';
import {type Decoder, type Emit, isSkippable, STREAM_OUTPUT, streamDecoder} from './stream-decoder.js';

export const ZSTD_MAGIC = 0xfd2fb528;
/** A decoder keeps a window of the output; zstd's own refuses larger ones too unless it is told. */
const MAX_WINDOW: Bytes = 2 ** 27;
/** Bits of a frame header's first byte. */
const FLAG = {checksum: 0x04, singleSegment: 0x20} as const;
/** By two bits of it: how long other fields are. */
const DICTIONARY_ID: readonly Bytes[] = [0, 1, 2, 4];
const CONTENT_SIZE: readonly Bytes[] = [0, 2, 4, 8];
const MAX_HEADER: Bytes = 14;
const [REPEATED_BYTE, RESERVED] = [1, 3]; // types of a block

type State = 'magic' | 'flags' | 'header' | 'blockHeader' | 'block' | 'checksum' | 'skipSize' | 'skip';

export class ZstdDecoder implements Decoder {
  readonly #emit: Emit;
  readonly #path: string;
  #frame: Decoder | undefined;
  #isFirstFrame = true;
  #state: State = 'magic';
  #wanted: Bytes = 4; // input that the state still needs
  readonly #part = new Uint8Array(MAX_HEADER); // how that input begins
  #filled: Bytes = 0;
  #hasChecksum = false;
  #isLastBlock = false;

  /** `emit` gets views that are valid during the call. */
  constructor(emit: Emit, path: string) {
    this.#emit = emit;
    this.#path = path;
  }

  /**
   * Fails with an Error when the bytes are not Zstandard frames, `unsupported` when the first one's window is too large; what was decoded before
   * has been emitted but for less than STREAM_OUTPUT.
   */
  async push(chunk: Uint8Array): Promise<void> {
    let [from, at] = [0, 0]; // `from`: what the frame has not been given
    try {
      while (at < chunk.length) {
        const length = Math.min(this.#wanted, chunk.length - at);
        const head = chunk.subarray(at, at + Math.min(length, MAX_HEADER - this.#filled));
        this.#part.set(head, this.#filled);
        this.#filled += head.length;
        this.#wanted -= length;
        at += length;
        while (this.#wanted === 0) {
          const before = this.#frame;
          [this.#state, this.#wanted] = this.#step();
          if (!before && this.#frame) await this.#frame.push(this.#part.slice(0, 4)); // may have come in pieces
          if (!before) from = at;
          else if (this.#state === 'magic') {
            this.#frame = undefined;
            this.#isFirstFrame = false;
            await before.push(chunk.subarray(from, at));
            await before.end();
            from = at;
          }
          this.#filled = this.#state === 'header' ? 1 : 0;
        }
      }
    } catch (error) {
      if (!(error instanceof GoheapError)) await this.#frame?.push(chunk.subarray(from, at)); // what comes before the damage
      throw error;
    }
    await this.#frame?.push(chunk.subarray(from, at));
  }

  /** Fails when the input ended within a frame. */
  end(): void {
    if (this.#state !== 'magic' || this.#filled > 0) throw new Error('unexpected end of file');
  }

  /** What comes after a part that is complete, and its length. */
  #step(): readonly [State, Bytes] {
    const view = new DataView(this.#part.buffer);
    const word = view.getUint32(0, true);
    switch (this.#state) {
      case 'magic': {
        if (isSkippable(word)) return ['skipSize', 4];
        if (word !== ZSTD_MAGIC) throw new Error('no frame begins here');
        const params = {[constants.ZSTD_d_windowLogMax]: Math.log2(MAX_WINDOW)};
        this.#frame = streamDecoder(createZstdDecompress({chunkSize: STREAM_OUTPUT, params}), this.#emit);
        return ['flags', 1];
      }
      case 'flags':
        return ['header', headerLength(this.#part[0]!)];
      case 'header':
        this.#checkWindow(view);
        this.#hasChecksum = (this.#part[0]! & FLAG.checksum) !== 0;
        return ['blockHeader', 3];
      case 'blockHeader': {
        const header = word & 0xffffff;
        const [type, size] = [(header >>> 1) & 3, header >>> 3];
        if (type === RESERVED) throw new Error('a block of no known type');
        this.#isLastBlock = (header & 1) !== 0;
        return ['block', type === REPEATED_BYTE ? 1 : size];
      }
      case 'block':
        if (!this.#isLastBlock) return ['blockHeader', 3];
        return this.#hasChecksum ? ['checksum', 4] : ['magic', 4];
      case 'skipSize':
        return ['skip', word];
      case 'checksum':
      case 'skip':
        return ['magic', 4];
    }
  }

  /** RFC 8878, 3.1.1.1. */
  #checkWindow(header: DataView): void {
    const flags = header.getUint8(0);
    const window = isSingle(flags) ? contentSize(header) : 2 ** (10 + (header.getUint8(1) >>> 3)) * (1 + (header.getUint8(1) & 7) / 8);
    if (window <= MAX_WINDOW) return;
    const problem = `the zstd data need a window of ${window} bytes; expected at most ${MAX_WINDOW}`;
    if (!this.#isFirstFrame) throw new Error(problem); // damage, more likely
    throw new GoheapError('unsupported', `${this.#path}: ${problem}`, {hint: 'Unpack it first: unzstd --long=31.'});
  }
}

/** A frame in one piece: its window is all of its contents. */
function isSingle(flags: number): boolean {
  return (flags & FLAG.singleSegment) !== 0;
}

function contentSizeLength(flags: number): Bytes {
  return isSingle(flags) && flags >>> 6 === 0 ? 1 : CONTENT_SIZE[flags >>> 6]!;
}

/** Behind the flags. */
function headerLength(flags: number): Bytes {
  return (isSingle(flags) ? 0 : 1) + DICTIONARY_ID[flags & 3]! + contentSizeLength(flags);
}

/** Of a frame in one piece. */
function contentSize(header: DataView): Bytes {
  const flags = header.getUint8(0);
  const at = 1 + DICTIONARY_ID[flags & 3]!;
  let size = 0;
  for (let i = contentSizeLength(flags) - 1; i >= 0; i--) size = size * 256 + header.getUint8(at + i);
  return flags >>> 6 === 1 ? size + 256 : size;
}
