/**
 * Small numbers → Parquet's hybrid of runs and packed bits (RLE): levels of definition, booleans, and indexes into a dictionary. Truth:
 * the page on encodings of apache/parquet-format. Mostly all rows of a group are alike, and that is one run of four bytes.
 */

const GROUP = 8;
/** Width of a count of groups or rows, at most. */
const VARINT_BYTES = 5;

/** `width`: bits of a value, 1 to 24. */
export function encodeRuns(values: Uint8Array | Uint32Array, count: number, width: number): Uint8Array {
  const groups = Math.ceil(count / GROUP);
  const out = new Uint8Array(groups * (width + 4 + VARINT_BYTES) + VARINT_BYTES);
  let at = 0;
  const varint = (value: number) => {
    let rest = value;
    for (; rest >= 128; rest >>>= 7) out[at++] = (rest & 127) | 128;
    out[at++] = rest;
  };
  const pack = (first: number, end: number) => {
    const packed = Math.ceil((end - first) / GROUP);
    varint((packed << 1) | 1);
    let [pending, bits] = [0, 0];
    for (let row = first; row < first + packed * GROUP; row++) {
      pending |= (row < count ? values[row]! : 0) << bits;
      for (bits += width; bits >= 8; bits -= 8) {
        out[at++] = pending;
        pending >>>= 8;
      }
    }
  };
  let packedFrom = 0;
  for (let row = 0; row < count; ) {
    const value = values[row]!;
    let end = row + 1;
    while (end < count && values[end] === value) end++;
    if (end - row < GROUP) {
      row += GROUP;
      continue;
    }
    if (row > packedFrom) pack(packedFrom, row);
    varint((end - row) << 1);
    for (let bits = 0; bits < width; bits += 8) out[at++] = value >>> bits;
    row = end;
    packedFrom = end;
  }
  if (packedFrom < count) pack(packedFrom, count);
  return out.subarray(0, at);
}

/** What `count` times the value 1 is, of one bit. */
export function encodeOnes(count: number): Uint8Array {
  return encodeRuns(new Uint8Array(count).fill(1), count, 1);
}

/** Bits that hold numbers up to `most`; at least 1, because some readers take no width of 0. */
export function widthOf(most: number): number {
  return Math.max(1, 32 - Math.clz32(most));
}
