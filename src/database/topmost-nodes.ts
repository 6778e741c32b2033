/**
 * What stays because it is held by other paths → those of it that no other dominates, so that what they retain is each object once.
 */
import {markDominated} from '../analyses/cut-region.js';
import type {Entry} from '../answers/held-entries.js';
import {clearBit, getBit, listBits, setBit} from '../base/bitset.js';
import type {SqlDatabase} from '../sql/index.js';
import {contradiction} from '../sql/table-reader.js';
import type {StoredRegion} from './marked-cuts.js';

/** Root nodes dominate nothing here: what is below one is not below another. */
const DOMINATORS = 'SELECT o.id, o.dominator_id AS above FROM json_each(:ids) i CROSS JOIN objects o ON o.id = i.value';
const RETAINED =
  'SELECT o.id AS node, o.retained_objects AS objects, o.retained AS bytes FROM json_each(:ids) i CROSS JOIN objects o ON o.id = i.value';

/** What garbage points to outside of a region, but for what is dominated by other such; `ofRegion`: that of the region itself. Ascending. */
export async function findLedToTopmost(database: SqlDatabase, {lost}: StoredRegion, ofRegion: Uint32Array): Promise<Uint32Array> {
  if (lost === undefined) return findTopmost(database, ofRegion);
  const {roots, nodes: ledTo, isEmpty} = lost.ledTo;
  if (isEmpty && ofRegion.length === 0) return ofRegion;
  const dominator = await lost.ledTo.readDominators();
  for (const node of ofRegion) setBit(ledTo, node);
  const below = markDominated(dominator, roots, ledTo);
  for (let byte = 0; byte < below.length; byte++) below[byte]! |= ledTo[byte]!;
  const isTopmost = ledTo.slice();
  for (let node = roots + 1; node < dominator.length; node++) {
    if (getBit(ledTo, node) && dominator[node]! > roots && getBit(below, dominator[node]!)) clearBit(isTopmost, node);
  }
  return listBits(isTopmost, dominator.length);
}

/** What these nodes retain, each once, those that no other one dominates; they stay by their telling paths. */
export async function readTopmost(database: SqlDatabase, nodes: Uint32Array): Promise<Entry[]> {
  return lookUpRetained(database, await findTopmost(database, nodes));
}

async function findTopmost(database: SqlDatabase, nodes: Uint32Array): Promise<Uint32Array> {
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
  return nodes.filter((node) => !isBelow(node));
}

export async function lookUpRetained(database: SqlDatabase, nodes: Uint32Array): Promise<Entry[]> {
  const rows = await database.rows<Omit<Entry, 'holder'>>(RETAINED, {ids: JSON.stringify([...nodes])});
  return rows.map((row) => ({...row, holder: undefined}));
}
