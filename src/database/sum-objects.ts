/**
 * What becomes garbage → how much it is of each type and of each owner, and what it led to and stays. A few objects are looked up, many found by going through the pages of all, once.
 */
import {EntryPicker, type HeldEntries, largestEntries} from '../answers/held-entries.js';
import {type OwnerSum, ownersByBytes, typesByBytes, type WhatIf} from '../answers/what-if.js';
import {createBitset, setBit} from '../base/bitset.js';
import {checkpoint, type Work} from '../base/progress.js';
import type {SqlDatabase} from '../sql/index.js';
import {scanColumns} from '../sql/scan-columns.js';
import {coverNodes} from './cover-ranges.js';
import {LOOKED_UP, type LookUpLimits} from './stored-region.js';
import {lookUpRetained} from './topmost-nodes.js';

/** Ids a statement. */
const BATCH = 2000;
const SUMS = `SELECT o.type_id AS type, o.owner_id AS owner, count(*) AS objects, sum(o.size) AS bytes
  FROM json_each(:ids) i CROSS JOIN objects o ON o.id = i.value GROUP BY o.type_id, o.owner_id`;

interface Sum {
  objects: number;
  bytes: number;
}

/** Ids, which ascend. */
export interface SummedObjects {
  readonly garbage: Uint32Array;
  /** Of these what they retain, and not by type. */
  readonly topmost: Uint32Array;
}
export interface GarbageSums extends Pick<WhatIf, 'types' | 'owners'> {
  readonly stays: HeldEntries;
}

/** Rejects with `signal.reason` when aborted. */
export async function sumObjects(
  database: SqlDatabase,
  objects: SummedObjects,
  work: Work,
  limits: LookUpLimits = LOOKED_UP,
): Promise<GarbageSums> {
  const sums = new TypeAndOwnerSums();
  const {garbage, topmost} = objects;
  const isLarge = garbage.length > limits.objects || topmost.length > limits.objects;
  const stays = isLarge ? await scanObjects(database, objects, sums, work) : await lookUpObjects(database, objects, sums, work);
  const types = await namesOf<{id: number; type: string}>(database, "SELECT id, coalesce(name, 'unknown') AS type FROM types", sums.types);
  const owners = await namesOf<{id: number; owner: string; kind: OwnerSum['kind']}>(
    database,
    'SELECT rank AS id, name AS owner, kind FROM owners',
    sums.owners,
  );
  return {types: types.sort(typesByBytes), owners: owners.sort(ownersByBytes), stays};
}

async function lookUpObjects(
  database: SqlDatabase,
  {garbage, topmost}: SummedObjects,
  sums: TypeAndOwnerSums,
  work: Work,
): Promise<HeldEntries> {
  for (let from = 0; from < garbage.length; from += BATCH) {
    const ids = JSON.stringify([...garbage.subarray(from, from + BATCH)]);
    const rows = await database.rows<Sum & {type: number; owner: number}>(SUMS, {ids});
    for (const {type, owner, objects, bytes} of rows) sums.add(type, owner, objects, bytes);
    await checkpoint(work);
  }
  return largestEntries(await lookUpRetained(database, topmost));
}

async function scanObjects(
  {path}: SqlDatabase,
  {garbage, topmost}: SummedObjects,
  sums: TypeAndOwnerSums,
  work: Work,
): Promise<HeldEntries> {
  const picker = new EntryPicker();
  let lost = 0;
  let led = 0;
  const columns = ['id', 'size', 'type_id', 'owner_id', 'dominated_bytes', 'retained_objects'];
  for (const {count, columns: read} of scanColumns(path, 'objects', columns, coverNodes(markAll(garbage, topmost)))) {
    const [id, size, type, owner, dominated, retainedObjects] = read;
    for (let row = 0; row < count; row++) {
      const node = id![row]!;
      if (node === garbage[lost]) {
        sums.add(type![row]!, owner![row]!, 1, size![row]!);
        lost++;
      } else if (node === topmost[led]) {
        picker.add(node, retainedObjects![row]!, size![row]! + dominated![row]!);
        led++;
      }
    }
    work.onProgress?.('types and owners', lost + led, garbage.length + topmost.length);
    await checkpoint(work);
  }
  return picker.finish();
}

/** Bit per node. */
function markAll(...lists: readonly Uint32Array[]): Uint8Array {
  const marked = createBitset(1 + Math.max(...lists.map((list) => list.at(-1) ?? 0)));
  for (const list of lists) for (let at = 0; at < list.length; at++) setBit(marked, list[at]!);
  return marked;
}

/** By number, which for both are few and small. */
class TypeAndOwnerSums {
  readonly types: Sum[] = [];
  readonly owners: Sum[] = [];

  add(type: number, owner: number, objects: number, bytes: number): void {
    addTo(this.types, type, objects, bytes);
    if (owner > 0) addTo(this.owners, owner, objects, bytes);
  }
}

function addTo(sums: Sum[], key: number, objects: number, bytes: number): void {
  let sum = sums[key];
  if (sum === undefined) {
    sum = {objects: 0, bytes: 0};
    sums[key] = sum;
  }
  sum.objects += objects;
  sum.bytes += bytes;
}

/** The rows of those that have a sum, with it. */
async function namesOf<R extends {readonly id: number}>(
  database: SqlDatabase,
  sql: string,
  sums: readonly (Sum | undefined)[],
): Promise<(Omit<R, 'id'> & Sum)[]> {
  const rows = await database.rows<R>(sql);
  return rows.filter(({id}) => sums[id] !== undefined).map(({id, ...row}) => ({...row, ...sums[id]!}));
}
