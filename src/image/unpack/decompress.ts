/**
 * Compressed debug sections → their bytes. The only user of node:zlib and fzstd for sections; it is handed to `elf`, which uses
 * no built-ins.
 */
import {inflateSync} from 'node:zlib';
import {decompress} from 'fzstd';
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

function unpack(data: Uint8Array, size: Bytes, format: CompressionFormat): Uint8Array {
  try {
    // One byte more than expected shows that there would be more; a limit of 0 is not allowed.
    return format === 'zstd' ? decompress(data, new Uint8Array(size + 1)) : inflateSync(data, {maxOutputLength: size + 1});
  } catch (error) {
    throw new GoheapError('bad-format', `a compressed section cannot be unpacked: ${(error as Error).message}`, {cause: error});
  }
}
