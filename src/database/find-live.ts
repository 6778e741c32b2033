/**
 * The objects that a user asks for together – of a type, of an owner, of both, or by SQL – → their node ids, each once.
 */
import {Column} from '../base/columns.js';
import {GoheapError} from '../base/errors.js';
import type {SqlDatabase} from '../sql/index.js';
import {scanColumns} from '../sql/scan-columns.js';
import {findOwners, findTypes} from './find-types.js';
import type {NodeIds} from './marked-cuts.js';

export interface AskedObjects {
  readonly type: string | undefined;
  readonly owner: string | undefined;
  readonly sql: string | undefined; // its first column has node ids; then the others are undefined
}

const OF_TYPES = `SELECT o.id FROM json_each(:types) t CROSS JOIN instances i ON i.type_id = t.value CROSS JOIN objects o ON o.id = i.object_id
  WHERE o.reachable = 1`;
const OF_OWNERS = `SELECT o.id FROM json_each(:owners) w CROSS JOIN objects o INDEXED BY objects_owner ON o.owner_id = w.value
  WHERE :types = '' OR o.type_id IN (SELECT value FROM json_each(iif(:types = '', '[]', :types)))`;
const COUNT = 'SELECT total(objects) AS objects FROM types WHERE id IN (SELECT value FROM json_each(:types))';
/** Of more all objects are gone through. */
const LOOKED_UP = 100_000;
const OBJECT = 'SELECT count(*) AS count FROM json_each(:ids) i JOIN objects o ON o.id = i.value';

/** Live ones; with SQL whatever it gives. Throws `usage` for names that are none, and for SQL that gives anything but ids of objects. */
export async function findLive(database: SqlDatabase, {type, owner, sql}: AskedObjects): Promise<NodeIds> {
  if (sql !== undefined) return findSelected(database, sql);
  const types = type === undefined ? undefined : (await findTypes(database, type)).map(({type_id}) => type_id!);
  if (owner === undefined) return liveOfTypes(database, types ?? []);
  const owners = JSON.stringify((await findOwners(database, owner)).map(({owner_id}) => owner_id));
  const rows = await database.rows<{id: number}>(OF_OWNERS, {owners, types: types === undefined ? '' : JSON.stringify(types)});
  return rows.map(({id}) => id);
}

/** All live objects of some types. */
export async function liveOfTypes(database: SqlDatabase, types: readonly number[]): Promise<NodeIds> {
  const [live] = await database.rows<{objects: number}>(COUNT, {types: JSON.stringify(types)});
  if (live!.objects > LOOKED_UP) return scanTypes(database.path, new Set(types));
  return (await database.rows<{id: number}>(OF_TYPES, {types: JSON.stringify(types)})).map(({id}) => id);
}

function scanTypes(path: string, types: ReadonlySet<number>): Uint32Array {
  const ids = new Column(Uint32Array);
  for (const {count, columns} of scanColumns(path, 'objects', ['id', 'type_id', 'reachable'])) {
    const [id, type, reachable] = columns;
    for (let row = 0; row < count; row++) if (reachable![row] === 1 && types.has(type![row]!)) ids.push(id![row]!);
  }
  return ids.finish();
}

async function findSelected(database: SqlDatabase, sql: string): Promise<number[]> {
  const [column] = await database.columns(sql);
  const ids = new Set<number>();
  for await (const row of database.each(sql)) {
    const id = row[column!];
    if (typeof id !== 'number' || !Number.isSafeInteger(id))
      throw new GoheapError('usage', `--objects: ${column} gives ${String(id)}, which is no node id`, {
        hint: 'SELECT id FROM objects WHERE …',
      });
    ids.add(id);
  }
  const list = [...ids];
  const [found] = await database.rows<{count: number}>(OBJECT, {ids: JSON.stringify(list)});
  if (found!.count < list.length)
    throw new GoheapError('usage', `--objects: ${list.length - found!.count} of ${list.length} ids are of no object`, {
      hint: 'SELECT id FROM objects WHERE …',
    });
  return list;
}
