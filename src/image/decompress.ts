/**
 * Compressed debug sections → their bytes. The only user of node:zlib for sections; it is handed to `elf`, which uses no
 * built-ins. Zstandard exists in Node 22.15 and newer only; sections of that kind are refused by older versions.
 */
import * as zlib from 'node:zlib';
import {GoheapError} from '../base/errors.js';
import type {Bytes} from '../base/units.js';
import type {CompressionFormat} from '../elf/section-data.js';

type ZstdDecompress = (data: Uint8Array, options: {maxOutputLength: number}) => Uint8Array;

/** Exactly `size` bytes. Throws `bad-format` for damaged data or another size, `unsupported` for zstd where this Node lacks it. */
export function inflate(data: Uint8Array, size: Bytes, format: CompressionFormat = 'zlib'): Uint8Array {
  const unpacked = unpack(data, size, format);
  if (unpacked.length !== size) {
    throw new GoheapError('bad-format', `a compressed section has ${unpacked.length} bytes; expected ${size}, as its header says`);
  }
  return new Uint8Array(unpacked.buffer, unpacked.byteOffset, size); // a Buffer's slice() would not copy
}

function unpack(data: Uint8Array, size: Bytes, format: CompressionFormat): Uint8Array {
  // A limit of 0 is not allowed, and one byte more than expected shows that there would be more.
  const options = {maxOutputLength: size + 1};
  const zstd = (zlib as {zstdDecompressSync?: ZstdDecompress}).zstdDecompressSync;
  if (format === 'zstd' && !zstd) {
    throw new GoheapError('unsupported', `this Node (${process.version}) cannot unpack sections that are compressed with zstd`, {
      hint: 'Use Node 22.15 or newer, or unpack them: objcopy --decompress-debug-sections.',
    });
  }
  try {
    return format === 'zstd' ? zstd!(data, options) : zlib.inflateSync(data, options);
  } catch (error) {
    throw new GoheapError('bad-format', `a compressed section cannot be unpacked: ${(error as Error).message}`, {cause: error});
  }
}
