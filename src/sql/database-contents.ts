/**
 * The table `contents` as the graph's `Contents`: bytes by address, joined where rows touch. Empty table: nothing is known.
 */
import type {Contents} from '../graph/heap-graph.js';
import type {Connection} from './open-database.js';
import {askingFile} from './sqlite-errors.js';

/** Reads on demand: the connection must stay open. */
export function databaseContents(connection: Connection): Contents {
  const find = connection
    .prepare<[number], [number, Uint8Array]>('SELECT address, bytes FROM contents WHERE address <= ? ORDER BY address DESC LIMIT 1')
    .raw();
  let start = 0;
  let cached: Uint8Array = new Uint8Array(0); // the last row: neighbours are read one after the other
  const rowAt = (address: number): Uint8Array | undefined => {
    if (address < start || address >= start + cached.length) {
      const row = askingFile(connection.name, () => find.get(address));
      if (row === undefined || address >= row[0] + row[1].length) return undefined;
      [start, cached] = row;
    }
    return cached.subarray(address - start);
  };
  return {
    bytes(address, length) {
      const first = rowAt(address);
      if (first === undefined || first.length >= length) return first?.subarray(0, length);
      const parts: Uint8Array[] = [first]; // gathered before anything is allocated: the length may be a lie
      for (let found = first.length; found < length; ) {
        const part = rowAt(address + found);
        if (part === undefined) return undefined;
        parts.push(part);
        found += part.length;
      }
      const result = new Uint8Array(length);
      let at = 0;
      for (const part of parts) {
        result.set(part.subarray(0, length - at), at);
        at += part.length;
      }
      return result;
    },
  };
}
