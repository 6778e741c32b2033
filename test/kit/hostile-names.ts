/**
 * A database of goheap's in which names are what a stranger would write.
 */
import Database from 'better-sqlite3';

/** table.column, of names and sentences that every front end shows. */
const SHOWN = 'holders.name owners.name suspects.sentence suspects.next types.name frames.function waste.path memory.part'.split(' ');

/** Puts the name where there is one, in these columns and in `more`, and returns the open database. */
export function writeHostileNames(path: string, name: string, more: readonly string[] = []): Database.Database {
  const database = new Database(path);
  for (const column of [...SHOWN, ...more]) {
    const [table, key] = column.split('.');
    database.prepare(`UPDATE ${table} SET ${key} = ? WHERE ${key} <> ''`).run(name);
  }
  return database;
}
