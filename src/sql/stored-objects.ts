/**
 * An address → the object whose slot holds it, for values of a database whose objects are not in memory. Objects have consecutive ids in the
 * order of their addresses: a binary search of look-ups by id needs no index.
 */
import type {Connection} from './open-database.js';
import {askingFile} from './sqlite-errors.js';

export interface StoredObject {
  readonly node: number;
  readonly address: number; // of its data, behind the header
  readonly type: number;
  readonly count: number | undefined;
}
type Row = readonly [address: number, size: number, header: number, type: number, length: number | null];

/** Looks up on demand: the connection must stay open. */
export function storedObjects(connection: Connection): (address: number) => StoredObject | undefined {
  const ends = connection
    .prepare<[], readonly [number | null, number | null]>('SELECT (SELECT min(id) FROM objects), (SELECT max(id) FROM objects)')
    .raw();
  const [first, last] = askingFile(connection.name, () => ends.get()!);
  const read = connection.prepare<[number], Row>('SELECT address, size, header, type_id, length FROM objects WHERE id = ?').raw();
  return (address) => {
    let low = first ?? 0;
    let high = last ?? -1;
    while (low <= high) {
      const node = Math.floor((low + high) / 2);
      const row = askingFile(connection.name, () => read.get(node));
      if (row === undefined) return undefined;
      if (address < row[0]) high = node - 1;
      else if (address >= row[0] + row[1]) low = node + 1;
      else return {node, address: row[0] + row[2], type: row[3], count: row[4] ?? undefined};
    }
    return undefined;
  };
}
