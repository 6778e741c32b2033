/**
 * Contents from words: what a graph made of text points to. `memory({0x1000: [5n, 'text', 7]})` writes each item behind the other:
 * a BigInt or number as a 64-bit word, a string as its UTF-8 bytes, a Uint8Array as it is. Whatever was not written is not mapped.
 */
import type {Contents} from '../../src/graph/heap-graph.js';

export type Item = number | bigint | string | Uint8Array;

export function memory(areas: Readonly<Record<number, readonly Item[]>>): Contents {
  const parts = Object.entries(areas).map(([address, items]) => ({address: Number(address), data: Buffer.concat(items.map(bytesOf))}));
  return {
    bytes(address, length) {
      const part = parts.find((candidate) => address >= candidate.address && address + length <= candidate.address + candidate.data.length);
      return part?.data.subarray(address - part.address, address - part.address + length);
    },
  };
}

function bytesOf(item: Item): Uint8Array {
  if (typeof item === 'string') return Buffer.from(item);
  if (item instanceof Uint8Array) return item;
  const word = Buffer.alloc(8);
  word.writeBigUInt64LE(BigInt.asUintN(64, BigInt(item)));
  return word;
}
