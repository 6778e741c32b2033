/**
 * A database with pointers and nodes that are to go → the answer to "what if" (answers/what-if.ts): the same as of a graph.
 */
import {findLedTo, findStillHeld} from '../analyses/cut-region.js';
import {type Entry, groupEntries, type HeldEntries, joinEntries, listHeldEntries, sumOfEntries} from '../answers/held-entries.js';
import type {WhatIf} from '../answers/what-if.js';
import {listBits, setBit} from '../base/bitset.js';
import type {Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import type {SqlDatabase} from '../sql/index.js';
import {askForTypes} from '../sql/read-types.js';
import {contradiction} from '../sql/table-reader.js';
import type {StoredCuts, StoredRegion} from './marked-cuts.js';
import {StoredNames} from './stored-names.js';
import {type LookUpLimits, readCutRegion} from './stored-region.js';
import {sumObjects} from './sum-objects.js';
import {readLedTo} from './topmost-nodes.js';

/** The pointers of each pair [holder, node], in their order. */
const OFFSETS = `SELECT p.key AS pair, r.offset FROM json_each(:pairs) p CROSS JOIN referrers r ON r.target_id = p.value ->> 1 AND r.source_id = p.value ->> 0
    CROSS JOIN edges e ON e.source_id = r.source_id AND e.offset = r.offset
  WHERE e.followed = 1 ORDER BY p.key, r.offset`;
const TYPES = 'SELECT o.id, o.type_id AS type FROM json_each(:ids) i CROSS JOIN objects o ON o.id = i.value';

/** Rejects with `signal.reason` when aborted. */
export async function readWhatIf(database: SqlDatabase, cuts: StoredCuts, work: Work = {}, limits?: LookUpLimits): Promise<WhatIf> {
  const region = await readCutRegion(database, cuts, work, limits);
  const {via} = findStillHeld(region);
  const sizes = await readSizes(database, region.node);
  const garbage = listGarbage(region, via);
  const bytes = (await readSizes(database, garbage)).reduce((sum, size) => sum + size, 0);
  const held = listHeldEntries(region, via, (position) => sizes[position]!);
  const entries = joinEntries(held, await readLedTo(database, region, findLedTo(region, via), work));
  return {
    garbage: {objects: garbage.length, bytes},
    stays: sumOfEntries(entries),
    ...(await sumObjects(database, garbage, work, limits)),
    held: await nameEntries(database, cuts, entries),
  };
}

/** Ascending: what is lost, and what of the region nothing holds. */
export function listGarbage({node, lost}: StoredRegion, via: Uint32Array): Uint32Array {
  const inRegion = node.filter((_, position) => via[position] === NONE);
  if (lost === undefined) return inRegion;
  const all = lost.nodes.slice();
  for (const id of inRegion) setBit(all, id);
  return listBits(all, 8 * all.length);
}

/** Of the slots of objects, whose ids ascend. Ids go span by span: the spans alone say it, where there are any (there are none of Java). */
export async function readSizes(database: SqlDatabase, ids: Uint32Array): Promise<Float64Array> {
  const spans = await database.rows<{allocated: number; size: number}>(
    'SELECT allocated, slot_size AS size FROM spans WHERE allocated > 0 ORDER BY id',
  );
  if (spans.length === 0) return readOwnSizes(database, ids);
  const [counts] = await database.rows<{first: number; last: number}>(
    'SELECT (SELECT min(id) FROM objects) AS first, (SELECT max(id) FROM objects) AS last',
  );
  const objects = spans.reduce((sum, {allocated}) => sum + allocated, 0);
  if (ids.length > 0 && counts!.last - counts!.first + 1 !== objects) throw contradiction('spans', 'all', `they have ${objects} objects`);
  const sizes = new Float64Array(ids.length);
  let span = -1;
  let end = counts!.first;
  for (let at = 0; at < ids.length; at++) {
    while (ids[at]! >= end) end += spans[++span]!.allocated;
    sizes[at] = spans[span]!.size;
  }
  return sizes;
}

/** Asked for at a time. */
const MOST_IDS = 100_000;

async function readOwnSizes(database: SqlDatabase, ids: Uint32Array): Promise<Float64Array> {
  const sizes = new Float64Array(ids.length);
  for (let first = 0; first < ids.length; first += MOST_IDS) {
    const list = JSON.stringify([...ids.subarray(first, first + MOST_IDS)]);
    const rows = await database.rows<{at: number; size: number}>(SIZES, {list});
    for (const {at, size} of rows) sizes[first + at] = size;
  }
  return sizes;
}
const SIZES = 'SELECT i.key AS at, o.size FROM json_each(:list) i CROSS JOIN objects o ON o.id = i.value';

async function nameEntries(database: SqlDatabase, cuts: StoredCuts, entries: HeldEntries): Promise<WhatIf['held']> {
  const {named} = entries;
  if (named.length === 0) return [];
  const types = await askForTypes(database);
  const names = new StoredNames(database, types);
  await names.read(named.map(({node, holder}) => holder ?? node));
  const cut = new Set(cuts.pointers.map(({source, offset}) => `${source} ${offset}`));
  const pairs = JSON.stringify(named.map(({holder, node}) => [holder ?? null, node]));
  const offsets = new Map<Entry, number>();
  for (const {pair, offset} of await database.rows<{pair: number; offset: number}>(OFFSETS, {pairs})) {
    const entry = named[pair]!;
    if (!offsets.has(entry) && !cut.has(`${entry.holder} ${offset}`)) offsets.set(entry, offset);
  }
  const ids = JSON.stringify(named.map(({node}) => node));
  const typeOf = new Map((await database.rows<{id: number; type: number}>(TYPES, {ids})).map(({id, type}) => [id, type]));
  return groupEntries(entries, (entry) => {
    const type = typeOf.get(entry.node)!;
    const {node, holder} = entry;
    const path = holder === undefined ? names.of(node) : names.behind(holder, offsets.get(entry)!, type);
    return {name: names.textOf(path), type: types.name[type] || 'unknown'};
  });
}
