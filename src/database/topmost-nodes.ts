/**
 * What stays because it is held by other paths → what it retains, each object once.
 */
import {markDominated} from '../analyses/cut-region.js';
import {type Entry, type HeldEntries, largestEntries, pickEntries} from '../answers/held-entries.js';
import {createBitset, getBit, listBits, setBit} from '../base/bitset.js';
import {checkpoint, type Work} from '../base/progress.js';
import type {SqlDatabase} from '../sql/index.js';
import {scanColumns} from '../sql/scan-columns.js';
import {contradiction} from '../sql/table-reader.js';
import type {StoredRegion} from './marked-cuts.js';

/** Root nodes dominate nothing here: what is below one is not below another. */
const DOMINATORS = 'SELECT o.id, o.dominator_id AS above FROM json_each(:ids) i CROSS JOIN objects o ON o.id = i.value';
const RETAINED =
  'SELECT o.id AS node, o.retained_objects AS objects, o.retained AS bytes FROM json_each(:ids) i CROSS JOIN objects o ON o.id = i.value';

/** More are not looked up. */
const LOOKED_UP = 20_000;

/** What garbage points to outside of a region; `ofRegion`: that of the region itself. */
export async function readLedTo(database: SqlDatabase, {lost}: StoredRegion, ofRegion: Uint32Array, work: Work): Promise<HeldEntries> {
  if (lost === undefined) return largestEntries(await readTopmost(database, ofRegion));
  const {dominator, roots, ledTo} = lost;
  for (const node of ofRegion) setBit(ledTo, node);
  const below = markDominated(dominator, roots, ledTo);
  const isTopmost = createBitset(dominator.length);
  for (const node of listBits(ledTo, dominator.length)) {
    const above = dominator[node]!;
    if (above <= roots || !(getBit(below, above) || getBit(ledTo, above))) setBit(isTopmost, node);
  }
  const topmost = listBits(isTopmost, dominator.length);
  return topmost.length > LOOKED_UP ? scanRetained(database.path, topmost, work) : largestEntries(await lookUpRetained(database, topmost));
}

async function scanRetained(path: string, nodes: Uint32Array, work: Work): Promise<HeldEntries> {
  const objects = new Uint32Array(nodes.length);
  const bytes = new Float64Array(nodes.length);
  let next = 0;
  for (const {count, columns} of scanColumns(path, 'objects', ['id', 'size', 'dominated_bytes', 'retained_objects'])) {
    const [id, size, dominated, retainedObjects] = columns;
    for (let row = 0; row < count; row++) {
      if (id![row] !== nodes[next]) continue;
      bytes[next] = size![row]! + dominated![row]!;
      objects[next++] = retainedObjects![row]!;
    }
    work.onProgress?.('what stays', next, nodes.length);
    await checkpoint(work);
  }
  return pickEntries(objects, bytes, (row) => ({node: nodes[row]!, holder: undefined}));
}

/** What these nodes retain, each once, those that no other one dominates; they stay by their telling paths. */
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
  return lookUpRetained(
    database,
    nodes.filter((node) => !isBelow(node)),
  );
}

async function lookUpRetained(database: SqlDatabase, nodes: Uint32Array): Promise<Entry[]> {
  const rows = await database.rows<Omit<Entry, 'holder'>>(RETAINED, {ids: JSON.stringify([...nodes])});
  return rows.map((row) => ({...row, holder: undefined}));
}
