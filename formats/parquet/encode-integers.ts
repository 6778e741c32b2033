/**
 * Integers → Parquet's DELTA_BINARY_PACKED: differences of neighbours, in blocks of 128, each miniblock of 32 as wide as its largest. Ids, ranks and
 * addresses ascend, so most take a few bits. Truth: the page on encodings of apache/parquet-format.
 * Integers come as doubles, as everywhere in goheap; the library's own encoder takes a BigInt for each, which costs twenty times as much.
 */

const BLOCK = 128;
const MINIBLOCK = 32;
const MINIBLOCKS = BLOCK / MINIBLOCK;
/** Differences of smaller integers, and differences of these, are exact in a double. */
const LARGEST = 2 ** 51;
const TWO_32 = 2 ** 32;
const PIECE_BITS = 24;
const PIECE = 2 ** PIECE_BITS;
/** Of the header, and of a block: its least difference and four widths. */
const HEADER_BYTES = 24;
const BLOCK_BYTES = 16;

/** Whether `encodeDeltas` takes integers of this range. */
export function isDeltaRange(least: number, most: number): boolean {
  return least >= -LARGEST && most <= LARGEST;
}

/** The encoded bytes of the first `count` values. */
export function encodeDeltas(values: Float64Array, count: number): Uint8Array {
  const out = new BitWriter(HEADER_BYTES + Math.ceil(count / BLOCK + 1) * (BLOCK_BYTES + 8 * BLOCK));
  out.varint(BLOCK);
  out.varint(MINIBLOCKS);
  out.varint(count);
  out.zigzag(count > 0 ? values[0]! : 0);
  const deltas = new Float64Array(BLOCK);
  for (let first = 1; first < count; first += BLOCK) {
    const size = Math.min(BLOCK, count - first);
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at < size; at++) {
      const delta = values[first + at]! - values[first + at - 1]!;
      deltas[at] = delta;
      if (delta < least) least = delta;
    }
    for (let at = 0; at < size; at++) deltas[at]! -= least;
    deltas.fill(0, size);
    out.zigzag(least);
    writeBlock(out, deltas);
  }
  return out.bytes();
}

function writeBlock(out: BitWriter, deltas: Float64Array): void {
  const widths = out.reserve(MINIBLOCKS);
  for (let block = 0; block < MINIBLOCKS; block++) {
    const [first, end] = [block * MINIBLOCK, (block + 1) * MINIBLOCK];
    let most = 0;
    for (let at = first; at < end; at++) if (deltas[at]! > most) most = deltas[at]!;
    const width = bitsOf(most);
    widths[block] = width;
    if (width === 0) continue;
    if (width <= PIECE_BITS) for (let at = first; at < end; at++) out.bits(deltas[at]!, width);
    else for (let at = first; at < end; at++) out.wideBits(deltas[at]!, width);
  }
}

function bitsOf(value: number): number {
  return value < TWO_32 ? 32 - Math.clz32(value) : 64 - Math.clz32(Math.floor(value / TWO_32));
}

class BitWriter {
  readonly #bytes: Uint8Array;
  #at = 0;
  #pending = 0; // bits that do not fill a byte yet, fewer than 8
  #count = 0; // how many

  constructor(room: number) {
    this.#bytes = new Uint8Array(room);
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }
  reserve(size: number): Uint8Array {
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }
  varint(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest % 128) + 128;
    this.#bytes[this.#at++] = rest;
  }
  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }
  /** At most PIECE_BITS. Every 8 values end at a whole byte. */
  bits(value: number, width: number): void {
    let pending = this.#pending | (value << this.#count);
    let count = this.#count + width;
    for (; count >= 8; count -= 8) {
      this.#bytes[this.#at++] = pending;
      pending >>>= 8;
    }
    this.#pending = pending;
    this.#count = count;
  }
  wideBits(value: number, width: number): void {
    let rest = value;
    let left = width;
    for (; left > PIECE_BITS; left -= PIECE_BITS) {
      this.bits(rest % PIECE, PIECE_BITS);
      rest = Math.floor(rest / PIECE);
    }
    this.bits(rest, left);
  }
}
