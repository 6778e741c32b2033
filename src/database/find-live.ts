/**
 * The objects that a user asks for together – of a type, of an owner, of both, or by SQL – → what they are, and their node ids, each once.
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
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
const OWNED = 'SELECT total(objects) AS objects FROM owners WHERE rank IN (SELECT value FROM json_each(:owners))';
/** Of more all objects are gone through. */
const LOOKED_UP = 100_000;
const OBJECT = 'SELECT count(*) AS count FROM json_each(:ids) i JOIN objects o ON o.id = i.value';

/** Live objects of some types, of some owners, or of both. */
export interface LiveKind {
  readonly types: readonly number[] | undefined; // undefined: of any
  readonly owners: readonly number[] | undefined; // likewise
}

/** Live ones; with SQL whatever it gives. Throws `usage` for names that are none, and for SQL that gives anything but ids of objects. */
export async function findAsked(database: SqlDatabase, {type, owner, sql}: AskedObjects): Promise<NodeIds | LiveKind> {
  if (sql !== undefined) return findSelected(database, sql);
  const types = type === undefined ? undefined : (await findTypes(database, type)).map(({type_id}) => type_id!);
  const owners = owner === undefined ? undefined : (await findOwners(database, owner)).map(({owner_id}) => owner_id!);
  return {types, owners};
}

/** Each once. */
export async function listLive(database: SqlDatabase, {types, owners}: LiveKind): Promise<NodeIds> {
  if (owners === undefined) return liveOfTypes(database, types ?? []);
  const [live] = await database.rows<{objects: number}>(OWNED, {owners: JSON.stringify(owners)});
  if (live!.objects > LOOKED_UP) return scanLive(database.path, {owners: new Set(owners), types: types && new Set(types)}, live!.objects);
  const params = {owners: JSON.stringify(owners), types: types === undefined ? '' : JSON.stringify(types)};
  return (await database.rows<{id: number}>(OF_OWNERS, params)).map(({id}) => id);
}

/** All live objects of some types. */
export async function liveOfTypes(database: SqlDatabase, types: readonly number[]): Promise<NodeIds> {
  const [live] = await database.rows<{objects: number}>(COUNT, {types: JSON.stringify(types)});
  if (live!.objects > LOOKED_UP) return scanLive(database.path, {owners: undefined, types: new Set(types)}, live!.objects);
  return (await database.rows<{id: number}>(OF_TYPES, {types: JSON.stringify(types)})).map(({id}) => id);
}

/** Of any owner or any type where these are undefined; about `most` of them. */
function scanLive(
  path: string,
  {owners, types}: {readonly [K in 'owners' | 'types']: ReadonlySet<number> | undefined},
  most: number,
): Uint32Array {
  const ids = new Column(Uint32Array, Math.min(most, 2 ** 30));
  for (const {count, columns} of scanColumns(path, 'objects', ['id', 'type_id', 'owner_id', 'reachable'])) {
    const [id, type, owner, reachable] = columns;
    for (let row = 0; row < count; row++) {
      if (reachable![row] !== 1 || !(types?.has(type![row]!) ?? true) || !(owners?.has(owner![row]!) ?? true)) continue;
      ids.push(id![row]!);
    }
  }
  return ids.finish();
}

async function findSelected(database: SqlDatabase, sql: string): Promise<Uint32Array> {
  const [column] = await database.columns(sql);
  const [{highest}] = (await database.rows<{highest: number | null}>('SELECT max(id) AS highest FROM objects')) as [
    {highest: number | null},
  ];
  const isFound = createBitset((highest ?? 0) + 1);
  const ids = new Column(Uint32Array);
  const others = new Set<number>(); // of no object
  for await (const row of database.each(sql)) {
    const id = row[column!];
    if (typeof id !== 'number' || !Number.isSafeInteger(id))
      throw new GoheapError('usage', `--objects: ${column} gives ${String(id)}, which is no node id`, {
        hint: 'SELECT id FROM objects WHERE …',
      });
    if (id < 0 || id > (highest ?? -1)) others.add(id);
    else if (!getBit(isFound, id)) {
      setBit(isFound, id);
      ids.push(id);
    }
  }
  const list = ids.finish();
  let missing = others.size;
  for (let from = 0; from < list.length; from += LOOKED_UP) {
    const some = list.subarray(from, from + LOOKED_UP);
    const [found] = await database.rows<{count: number}>(OBJECT, {ids: JSON.stringify([...some])});
    missing += some.length - found!.count;
  }
  if (missing > 0)
    throw new GoheapError('usage', `--objects: ${missing} of ${list.length + others.size} ids are of no object`, {
      hint: 'SELECT id FROM objects WHERE …',
    });
  return list;
}
