/**
 * Bytes that nothing reaches any longer without some pointers, by brute force: every other one is followed, from every root.
 */
import type Database from 'better-sqlite3';

export function garbageWithout(database: Database.Database, isCut: (source: number, offset: number, target: number) => boolean): number {
  const pointers = new Map<number, number[]>();
  const edges = database.prepare('SELECT source_id, offset, target_id FROM edges WHERE followed = 1').raw();
  for (const [source, offset, target] of edges.iterate() as IterableIterator<[number, number, number]>) {
    if (isCut(source, offset, target)) continue;
    if (!pointers.get(source)?.push(target)) pointers.set(source, [target]);
  }
  const alive = new Set(database.prepare('SELECT id FROM roots').pluck().all() as number[]);
  for (const id of alive) for (const target of pointers.get(id) ?? []) alive.add(target); // grows while it is gone through
  const objects = database.prepare('SELECT id, size FROM objects WHERE reachable = 1').raw().all() as [number, number][];
  return objects.reduce((sum, [id, size]) => sum + (alive.has(id) ? 0 : size), 0);
}

/** `node` as its page is called: a variable, or an object of a type at an address. Without what its field points to. */
export function garbageWithoutField(database: Database.Database, node: string, field: string): number {
  const [, address] = / at (0x[0-9a-f]+)$/.exec(node) ?? [];
  const sql =
    address === undefined
      ? 'SELECT id, type_id AS type, 0 AS header FROM roots WHERE name = ?'
      : 'SELECT id, type_id AS type, header FROM objects WHERE address = ?';
  const {id, type, header} = database.prepare(sql).get(address === undefined ? node : Number(address)) as Record<string, number>;
  const place = database.prepare('SELECT offset, size FROM fields WHERE type_id = ? AND name = ?').get(type, field);
  const {offset, size} = place as {offset: number; size: number};
  const first = header! + offset;
  return garbageWithout(database, (source, at) => source === id && at >= first && at < first + size);
}
