/**
 * A database with pointers and nodes that are to go → the answer to "what if" (answers/what-if.ts): the same as of a graph.
 */
import {findLedTo, findStillHeld} from '../analyses/cut-region.js';
import {
  type Entry,
  groupEntries,
  listHeldEntries,
  MOST_ENTRIES,
  type OwnerSum,
  ownersByBytes,
  sortEntries,
  sumOf,
  typesByBytes,
  type WhatIf,
} from '../answers/what-if.js';
import {checkpoint, type Work} from '../base/progress.js';
import {remember} from '../base/remember.js';
import {NONE} from '../base/units.js';
import type {SqlDatabase} from '../sql/index.js';
import {askForTypes} from '../sql/read-types.js';
import {contradiction} from '../sql/table-reader.js';
import {StoredNames} from './stored-names.js';
import {type LookUpLimits, readCutRegion, type StoredCuts} from './stored-region.js';

/** Runs of ids a statement. */
const RUNS = 2000;
/** `runs` is a JSON array of [first, last]. */
const SUMS = `SELECT o.type_id, o.owner_id, count(*) AS objects, sum(o.size) AS bytes
  FROM json_each(:runs) r CROSS JOIN objects o ON o.id BETWEEN r.value ->> 0 AND r.value ->> 1 GROUP BY o.type_id, o.owner_id`;
/** The pointers of each pair [holder, node], in their order. */
const OFFSETS = `SELECT p.key AS pair, r.offset FROM json_each(:pairs) p CROSS JOIN referrers r ON r.target_id = p.value ->> 1 AND r.source_id = p.value ->> 0
    CROSS JOIN edges e ON e.source_id = r.source_id AND e.offset = r.offset
  WHERE e.followed = 1 ORDER BY p.key, r.offset`;
/** Root nodes dominate nothing here: what is below one is not below another. */
const DOMINATORS = 'SELECT o.id, o.dominator_id AS above FROM json_each(:ids) i CROSS JOIN objects o ON o.id = i.value';
const RETAINED =
  'SELECT o.id AS node, o.retained_objects AS objects, o.retained AS bytes FROM json_each(:ids) i CROSS JOIN objects o ON o.id = i.value';
const TYPES = 'SELECT o.id, o.type_id AS type FROM json_each(:ids) i CROSS JOIN objects o ON o.id = i.value';

/** Rejects with `signal.reason` when aborted. */
export async function readWhatIf(database: SqlDatabase, cuts: StoredCuts, work: Work = {}, limits?: LookUpLimits): Promise<WhatIf> {
  const region = await readCutRegion(database, cuts, work, limits);
  const {via} = findStillHeld(region);
  const sizes = await readSizes(database, region.node);
  const garbage = region.node.filter((_, position) => via[position] === NONE);
  const bytes = sizes.reduce((sum, size, position) => sum + (via[position] === NONE ? size : 0), 0);
  const ledTo = await readTopmost(database, findLedTo(region, via));
  const entries = sortEntries([...listHeldEntries(region, via, (position) => sizes[position]!), ...ledTo]);
  return {
    garbage: {objects: garbage.length, bytes},
    stays: sumOf(entries),
    ...(await sumUp(database, garbage, work)),
    held: await nameEntries(database, cuts, entries),
  };
}

/** What these nodes retain, those that no other one dominates; they stay by their telling paths. */
export async function readTopmost(database: SqlDatabase, nodes: Uint32Array): Promise<Entry[]> {
  const all = new Set(nodes);
  const dominatorOf = new Map<number, number>();
  for (let layer = [...nodes]; layer.length > 0; ) {
    const rows = await database.rows<{id: number; above: number}>(DOMINATORS, {ids: JSON.stringify(layer)});
    for (const {id, above} of rows) dominatorOf.set(id, above);
    layer = [...new Set(rows.map(({above}) => above))].filter((above) => !all.has(above) && !dominatorOf.has(above));
  }
  const isBelow = (node: number) => {
    let above = dominatorOf.get(node);
    for (let steps = 0; above !== undefined && !all.has(above); above = dominatorOf.get(above))
      if (++steps > dominatorOf.size) throw contradiction('objects', node, 'its dominators go round in a circle');
    return above !== undefined;
  };
  const ids = JSON.stringify([...nodes].filter((node) => !isBelow(node)));
  const rows = await database.rows<Omit<Entry, 'holder'>>(RETAINED, {ids});
  return rows.map((row) => ({...row, holder: undefined}));
}

/** Of the slots of objects, whose ids ascend. Ids go span by span: the spans alone say it. */
export async function readSizes(database: SqlDatabase, ids: Uint32Array): Promise<Float64Array> {
  const spans = await database.rows<{allocated: number; size: number}>(
    'SELECT allocated, slot_size AS size FROM spans WHERE allocated > 0 ORDER BY id',
  );
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

async function sumUp(database: SqlDatabase, ids: Uint32Array, work: Work): Promise<Pick<WhatIf, 'types' | 'owners'>> {
  const types = new Map<number, {objects: number; bytes: number}>();
  const owners = new Map<number, {objects: number; bytes: number}>();
  const runs = runsOf(ids);
  for (let from = 0; from < runs.length; from += RUNS) {
    const rows = await database.rows<{type_id: number; owner_id: number; objects: number; bytes: number}>(SUMS, {
      runs: JSON.stringify(runs.slice(from, from + RUNS)),
    });
    for (const {type_id, owner_id, objects, bytes} of rows) {
      for (const sum of [sumIn(types, type_id), sumIn(owners, owner_id)]) {
        sum.objects += objects;
        sum.bytes += bytes;
      }
    }
    work.onProgress?.('types and owners', from, runs.length);
    await checkpoint(work);
  }
  const typeNames = await namesOf<{id: number; type: string}>(database, "SELECT id, coalesce(name, 'unknown') AS type FROM types", types);
  const ownerNames = await namesOf<{id: number; owner: string; kind: OwnerSum['kind']}>(
    database,
    'SELECT rank AS id, name AS owner, kind FROM owners',
    owners,
  );
  return {types: typeNames.sort(typesByBytes), owners: ownerNames.sort(ownersByBytes)};
}

function sumIn(sums: Map<number, {objects: number; bytes: number}>, key: number): {objects: number; bytes: number} {
  return remember(sums, key, () => ({objects: 0, bytes: 0}));
}

/** The rows of those that have a sum, with it. */
async function namesOf<R extends {readonly id: number}>(
  database: SqlDatabase,
  sql: string,
  sums: ReadonlyMap<number, {objects: number; bytes: number}>,
): Promise<(Omit<R, 'id'> & {objects: number; bytes: number})[]> {
  const rows = await database.rows<R>(sql);
  return rows.filter(({id}) => sums.has(id)).map(({id, ...row}) => ({...row, ...sums.get(id)!}));
}

function runsOf(ids: Uint32Array): [number, number][] {
  const runs: [number, number][] = [];
  for (let at = 0; at < ids.length; at++) {
    const id = ids[at]!;
    const last = runs.at(-1);
    if (last?.[1] === id - 1) last[1] = id;
    else runs.push([id, id]);
  }
  return runs;
}

async function nameEntries(database: SqlDatabase, cuts: StoredCuts, entries: readonly Entry[]): Promise<WhatIf['held']> {
  if (entries.length === 0) return [];
  const named = entries.slice(0, MOST_ENTRIES);
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
