/**
 * Bytes and their place in a file → that file with holes for its pages of zeros: of a core they are often most.
 */
import {writeAll} from './file-source.js';
import type {Bytes} from './units.js';

const PAGE: Bytes = 4096;
const ZEROS = Buffer.alloc(PAGE);

/** Returns how many bytes it has written. What ends with zeros does not make the file longer: truncate it to its size in the end. Throws what the disk does. */
export function writeWithHoles(file: number, bytes: Uint8Array, position: Bytes): Bytes {
  let written = 0;
  let start = 0; // of what is to be written
  const writeUpTo = (end: Bytes) => {
    if (end > start) writeAll(file, bytes.subarray(start, end), position + start);
    written += end - start;
  };
  for (let at = 0, end = 0; at < bytes.length; at = end) {
    end = Math.min(bytes.length, at + PAGE - ((position + at) % PAGE)); // of this page
    if (Buffer.compare(bytes.subarray(at, end), ZEROS.subarray(0, end - at)) !== 0) continue;
    writeUpTo(at);
    start = end;
  }
  writeUpTo(bytes.length);
  return written;
}
