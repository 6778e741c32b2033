/**
 * A database with pointers and nodes that are to go → the answer to "what if" (answers/what-if.ts): the same as of a graph.
 */
import {findHeld, findLedTo, type HeldVia} from '../analyses/cut-region.js';
import {type Entry, groupEntries, type HeldEntries, joinEntries, listHeldEntries, sumOfEntries} from '../answers/held-entries.js';
import type {WhatIf} from '../answers/what-if.js';
import {listBits, setBit} from '../base/bitset.js';
import {freeColumn} from '../base/free-column.js';
import type {Work} from '../base/progress.js';
import type {SqlDatabase} from '../sql/index.js';
import {askForTypes} from '../sql/read-types.js';
import {CutPointers} from './cut-pointers.js';
import type {StoredCuts, StoredRegion} from './marked-cuts.js';
import {StoredNames} from './stored-names.js';
import {type LookUpLimits, readCutRegion} from './stored-region.js';
import {readSizes, sumSizes} from './stored-sizes.js';
import {sumObjects} from './sum-objects.js';
import {findLedToTopmost} from './topmost-nodes.js';

/** The pointers of each pair [holder, node], in their order. */
const OFFSETS = `SELECT p.key AS pair, r.offset FROM json_each(:pairs) p CROSS JOIN referrers r ON r.target_id = p.value ->> 1 AND r.source_id = p.value ->> 0
    CROSS JOIN edges e ON e.source_id = r.source_id AND e.offset = r.offset
  WHERE e.followed = 1 ORDER BY p.key, r.offset`;
const TYPES = 'SELECT o.id, o.type_id AS type FROM json_each(:ids) i CROSS JOIN objects o ON o.id = i.value';

/** Rejects with `signal.reason` when aborted. */
export async function readWhatIf(database: SqlDatabase, cuts: StoredCuts, work: Work = {}, limits?: LookUpLimits): Promise<WhatIf> {
  const {held, garbage, topmost} = await readRegion(database, cuts, work, limits);
  const sums = await sumObjects(database, {garbage, topmost}, work, limits);
  const entries = joinEntries(held, sums.stays);
  return {
    garbage: {objects: garbage.length, bytes: await sumSizes(database, garbage)},
    stays: sumOfEntries(entries),
    types: sums.types,
    owners: sums.owners,
    held: await nameEntries(database, cuts, entries),
  };
}

/** What is kept of a region, whose own columns are too large to be kept beside it. */
async function readRegion(database: SqlDatabase, cuts: StoredCuts, work: Work, limits: LookUpLimits | undefined) {
  const region = await readCutRegion(database, cuts, work, limits);
  const via = findHeld(region);
  for (const column of [region.firstEdge, region.target]) freeColumn(column);
  const held = listHeldEntries(region.node, via, await readSizes(database, region.node));
  const ofRegion = findLedTo(region, via);
  const garbage = listGarbage(region, via);
  freeColumn(region.node);
  via.free();
  return {held, garbage, topmost: await findLedToTopmost(database, region, ofRegion)};
}

/** Ascending: what is lost, and what of the region nothing holds. */
export function listGarbage({node, lost}: Pick<StoredRegion, 'node' | 'lost'>, via: HeldVia): Uint32Array {
  if (lost === undefined) return node.filter((_, position) => via.isGarbage(position));
  const all = lost.nodes.slice();
  for (let position = 0; position < node.length; position++) if (via.isGarbage(position)) setBit(all, node[position]!);
  return listBits(all, 8 * all.length);
}

async function nameEntries(database: SqlDatabase, cuts: StoredCuts, entries: HeldEntries): Promise<WhatIf['held']> {
  const {named} = entries;
  if (named.length === 0) return [];
  const types = await askForTypes(database);
  const names = new StoredNames(database, types);
  await names.read(named.map(({node, holder}) => holder ?? node));
  const cut = new CutPointers(cuts.pointers);
  const pairs = JSON.stringify(named.map(({holder, node}) => [holder ?? null, node]));
  const offsets = new Map<Entry, number>();
  for (const {pair, offset} of await database.rows<{pair: number; offset: number}>(OFFSETS, {pairs})) {
    const entry = named[pair]!;
    if (!offsets.has(entry) && !cut.has(entry.holder!, offset)) offsets.set(entry, offset);
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
