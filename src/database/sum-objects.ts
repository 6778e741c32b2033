/**
 * Objects of a database → how much they are of each type and of each owner. A few are looked up, many found by going through the pages of all objects.
 */
import {type OwnerSum, ownersByBytes, typesByBytes, type WhatIf} from '../answers/what-if.js';
import {checkpoint, type Work} from '../base/progress.js';
import {remember} from '../base/remember.js';
import type {SqlDatabase} from '../sql/index.js';
import {scanColumns} from '../sql/scan-columns.js';
import {LOOKED_UP, type LookUpLimits} from './stored-region.js';

/** Ids a statement. */
const BATCH = 2000;
const SUMS = `SELECT o.type_id AS type, o.owner_id AS owner, count(*) AS objects, sum(o.size) AS bytes
  FROM json_each(:ids) i CROSS JOIN objects o ON o.id = i.value GROUP BY o.type_id, o.owner_id`;

interface Sum {
  objects: number;
  bytes: number;
}

/** `ids` ascend. Rejects with `signal.reason` when aborted. */
export async function sumObjects(
  database: SqlDatabase,
  ids: Uint32Array,
  work: Work,
  limits: LookUpLimits = LOOKED_UP,
): Promise<Pick<WhatIf, 'types' | 'owners'>> {
  const sums = new TypeAndOwnerSums();
  if (ids.length > limits.objects) await scanObjects(database, ids, sums, work);
  else {
    for (let from = 0; from < ids.length; from += BATCH) {
      const rows = await database.rows<Sum & {type: number; owner: number}>(SUMS, {
        ids: JSON.stringify([...ids.subarray(from, from + BATCH)]),
      });
      for (const {type, owner, objects, bytes} of rows) sums.add(type, owner, objects, bytes);
      await checkpoint(work);
    }
  }
  const types = await namesOf<{id: number; type: string}>(database, "SELECT id, coalesce(name, 'unknown') AS type FROM types", sums.types);
  const owners = await namesOf<{id: number; owner: string; kind: OwnerSum['kind']}>(
    database,
    'SELECT rank AS id, name AS owner, kind FROM owners',
    sums.owners,
  );
  return {types: types.sort(typesByBytes), owners: owners.sort(ownersByBytes)};
}

async function scanObjects({path}: SqlDatabase, ids: Uint32Array, sums: TypeAndOwnerSums, work: Work): Promise<void> {
  let next = 0;
  for (const {count, columns} of scanColumns(path, 'objects', ['id', 'size', 'type_id', 'owner_id'])) {
    const [id, size, type, owner] = columns;
    for (let row = 0; row < count; row++) {
      if (id![row] !== ids[next]) continue;
      sums.add(type![row]!, owner![row]!, 1, size![row]!);
      next++;
    }
    work.onProgress?.('types and owners', next, ids.length);
    await checkpoint(work);
  }
}

class TypeAndOwnerSums {
  readonly types = new Map<number, Sum>();
  readonly owners = new Map<number, Sum>();

  add(type: number, owner: number, objects: number, bytes: number): void {
    for (const sum of [sumIn(this.types, type), sumIn(this.owners, owner)]) {
      sum.objects += objects;
      sum.bytes += bytes;
    }
  }
}

function sumIn(sums: Map<number, Sum>, key: number): Sum {
  return remember(sums, key, () => ({objects: 0, bytes: 0}));
}

/** The rows of those that have a sum, with it. */
async function namesOf<R extends {readonly id: number}>(
  database: SqlDatabase,
  sql: string,
  sums: ReadonlyMap<number, Sum>,
): Promise<(Omit<R, 'id'> & Sum)[]> {
  const rows = await database.rows<R>(sql);
  return rows.filter(({id}) => sums.has(id)).map(({id, ...row}) => ({...row, ...sums.get(id)!}));
}
