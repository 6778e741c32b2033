/**
 * Strings and arrays of bytes that are reachable → sums of whose they are, or of the paths that lead there: most bytes of a heap are such arrays, and neither
 * their types nor their sizes say who keeps them. All objects are gone through once, as columns, so that millions take no longer than reading them.
 */
import {checkpoint, type Work} from '../base/progress.js';
import type {SqlDatabase} from '../sql/index.js';
import {scanColumns} from '../sql/scan-columns.js';

export type StringGrouping = 'owner' | 'path';
export interface StringSum {
  readonly name: string | null; // null: objects without an owner or a path that was kept
  readonly objects: number;
  readonly used: number; // bytes of the arrays themselves
  readonly bytes: number; // their slots
  readonly share: number; // of the live heap
}

/** As values/byte-uses.ts tells types of bytes. */
const BYTE_TYPES = `SELECT id FROM types WHERE kind = 'uint8' OR kind = 'array' AND element_id IN (SELECT id FROM types WHERE kind = 'uint8')`;
const OBJECTS = 'SELECT count(*) AS count, (SELECT value FROM meta WHERE key = :live) AS live FROM objects';
const GROUPS = {
  owner: {column: 'owner_id', names: 'SELECT rank AS id, name FROM owners'},
  path: {column: 'path_id', names: 'SELECT id, name FROM paths'},
} as const;

/** Most bytes first; of equal ones by name. Rejects with `signal.reason` when aborted. */
export async function sumStrings(database: SqlDatabase, by: StringGrouping, work: Work): Promise<StringSum[]> {
  const types = new Set((await database.rows<{id: number}>(BYTE_TYPES)).map(({id}) => id));
  const [all] = await database.rows<{count: number; live: number}>(OBJECTS, {live: 'reachable_bytes'});
  const {column, names} = GROUPS[by];
  const sums = new Sums();
  let done = 0;
  for (const {count, columns} of scanColumns(database.path, 'objects', ['type_id', 'size', 'slack', 'reachable', column])) {
    const [type, size, slack, reachable, group] = columns;
    for (let row = 0; row < count; row++)
      if (reachable![row] === 1 && types.has(type![row]!)) sums.add(group![row]! || 0, size![row]!, slack![row]!); // NaN becomes 0
    done += count;
    work.onProgress?.('strings', done, all!.count);
    await checkpoint(work);
  }
  const nameOf = new Map((await database.rows<{id: number; name: string}>(names)).map(({id, name}) => [id, name]));
  return sums
    .list()
    .map(({id, objects, used, bytes}) => ({name: nameOf.get(id) ?? null, objects, used, bytes, share: bytes / all!.live}))
    .sort((a, b) => b.bytes - a.bytes || compareNames(a.name, b.name));
}

/** By number of the group, which are few and small. */
class Sums {
  readonly #objects: number[] = [];
  readonly #used: number[] = [];
  readonly #bytes: number[] = [];

  add(group: number, size: number, slack: number): void {
    this.#objects[group] = (this.#objects[group] ?? 0) + 1;
    this.#bytes[group] = (this.#bytes[group] ?? 0) + size;
    this.#used[group] = (this.#used[group] ?? 0) + size - slack;
  }

  list(): {id: number; objects: number; used: number; bytes: number}[] {
    return Object.keys(this.#objects).map((key) => {
      const id = Number(key);
      return {id, objects: this.#objects[id]!, used: this.#used[id]!, bytes: this.#bytes[id]!};
    });
  }
}

function compareNames(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
