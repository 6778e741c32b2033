/**
 * Objects of a database, whose ids ascend → the bytes of their slots. Ids go span by span: the spans alone say it, and no row of an object is read.
 * Only where there are no spans, as of a heap of Java, do the objects' own rows.
 */
import type {SqlDatabase} from '../sql/index.js';
import {contradiction} from '../sql/table-reader.js';

export async function readSizes(database: SqlDatabase, ids: Uint32Array): Promise<Float64Array> {
  const sizes = new Float64Array(ids.length);
  await eachSize(database, ids, (size, at) => {
    sizes[at] = size;
  });
  return sizes;
}

export async function sumSizes(database: SqlDatabase, ids: Uint32Array): Promise<number> {
  let sum = 0;
  await eachSize(database, ids, (size) => {
    sum += size;
  });
  return sum;
}

async function eachSize(database: SqlDatabase, ids: Uint32Array, take: (size: number, at: number) => void): Promise<void> {
  const spans = await database.rows<{allocated: number; size: number}>(
    'SELECT allocated, slot_size AS size FROM spans WHERE allocated > 0 ORDER BY id',
  );
  if (spans.length === 0) return eachOwnSize(database, ids, take);
  const [counts] = await database.rows<{first: number; last: number}>(
    'SELECT (SELECT min(id) FROM objects) AS first, (SELECT max(id) FROM objects) AS last',
  );
  const objects = spans.reduce((sum, {allocated}) => sum + allocated, 0);
  if (ids.length > 0 && counts!.last - counts!.first + 1 !== objects) throw contradiction('spans', 'all', `they have ${objects} objects`);
  let span = -1;
  let end = counts!.first;
  for (let at = 0; at < ids.length; at++) {
    while (ids[at]! >= end) end += spans[++span]!.allocated;
    take(spans[span]!.size, at);
  }
}

/** Asked for at a time. */
const MOST_IDS = 100_000;
const OWN_SIZES = 'SELECT i.key AS at, o.size FROM json_each(:list) i CROSS JOIN objects o ON o.id = i.value';

async function eachOwnSize(database: SqlDatabase, ids: Uint32Array, take: (size: number, at: number) => void): Promise<void> {
  for (let first = 0; first < ids.length; first += MOST_IDS) {
    const list = JSON.stringify([...ids.subarray(first, first + MOST_IDS)]);
    for (const {at, size} of await database.rows<{at: number; size: number}>(OWN_SIZES, {list})) take(size, first + at);
  }
}
