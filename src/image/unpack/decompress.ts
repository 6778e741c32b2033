/**
 * Compressed debug sections → their bytes. The only user of node:zlib for sections; it is handed to `elf`, which uses
 * no built-ins.
 */
import {inflateSync, zstdDecompressSync} from 'node:zlib';
import {GoheapError} from '../../base/errors.js';
import type {Bytes} from '../../base/units.js';
import type {CompressionFormat} from '../../elf/section-data.js';

/** Exactly `size` bytes. Throws `bad-format` for damaged data or another size. */
export function inflate(data: Uint8Array, size: Bytes, format: CompressionFormat = 'zlib'): Uint8Array {
  const unpacked = unpack(data, size, format);
  if (unpacked.length !== size) {
    throw new GoheapError('bad-format', `a compressed section has ${unpacked.length} bytes; expected ${size}, as its header says`);
  }
  return new Uint8Array(unpacked.buffer, unpacked.byteOffset, size); // a Buffer's slice() would not copy
}

/** Node allows no smaller ones. */
const SMALLEST_CHUNK: Bytes = 64;

function unpack(data: Uint8Array, size: Bytes, format: CompressionFormat): Uint8Array {
  try {
    // One byte more than expected shows that there would be more; a limit of 0 is not allowed.
    const limit = {maxOutputLength: size + 1, chunkSize: Math.max(SMALLEST_CHUNK, size + 1)}; // in one piece, which nobody has to copy
    return format === 'zstd' ? zstdDecompressSync(data, limit) : inflateSync(data, limit);
  } catch (error) {
    throw new GoheapError('bad-format', `a compressed section cannot be unpacked: ${(error as Error).message}`, {cause: error});
  }
}
