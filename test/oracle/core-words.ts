/**
 * A word of a core by address, straight from its program headers (gABI, "Program Header"): to see what really stands where a
 * database and a heap dump differ. 64-bit little-endian; shares no code with src. The heap is always in the core itself.
 */
import {closeSync, openSync, readSync} from 'node:fs';

const PT_LOAD = 1;
const HEADER_BYTES = 56;

/** The word at an address; undefined where the core has no bytes. Words of 2**53 and more, which are no addresses, are rounded. */
export type ReadWord = (address: number) => number | undefined;

/** Calls `use` with a reader of the core and returns what it returns. */
export function withCoreWords<T>(path: string, use: (readWord: ReadWord) => T): T {
  const fd = openSync(path, 'r');
  try {
    const read = (offset: number, length: number) => {
      const bytes = Buffer.alloc(length);
      return readSync(fd, bytes, 0, length, offset) === length ? bytes : undefined;
    };
    const header = read(0, 64)!;
    const table = read(Number(header.readBigUInt64LE(32)), header.readUInt16LE(56) * HEADER_BYTES)!;
    const segments: {address: number; offset: number; length: number}[] = [];
    for (let at = 0; at < table.length; at += HEADER_BYTES) {
      const [offset, address, , length] = [8, 16, 24, 32].map((field) => Number(table.readBigUInt64LE(at + field)));
      if (table.readUInt32LE(at) === PT_LOAD) segments.push({address: address!, offset: offset!, length: length!});
    }
    return use((address) => {
      const segment = segments.find(({address: start, length}) => address >= start && address + 8 <= start + length);
      const bytes = segment && read(segment.offset + address - segment.address, 8);
      return bytes && bytes.readUInt32LE(4) * 2 ** 32 + bytes.readUInt32LE(0);
    });
  } finally {
    closeSync(fd);
  }
}
