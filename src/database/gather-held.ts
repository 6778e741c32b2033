/**
 * Objects of a database → the tree of their telling paths (answers/held-tree.ts). Those of a few are looked up. Of a kind of very many conversion made the tree; of other many they are found by
 * going through all objects, and pointers where they are held by others than the database says.
 */

import {MANY_HELD} from '../answers/held-kinds.js';
import {HeldTree, type HeldTreeRow} from '../answers/held-tree.js';
import {checkpoint, type Work} from '../base/progress.js';
import type {TypeTable} from '../graph/heap-graph.js';
import type {SqlDatabase} from '../sql/index.js';
import type {StoredPointer} from './cut-pointers.js';
import {type LiveKind, listLive} from './find-live.js';
import type {NodeIds} from './marked-cuts.js';
import type {OtherPaths} from './other-paths.js';
import {type PathNames, ScannedPaths} from './scanned-paths.js';
import {readStoredHeld} from './stored-held.js';
import {StoredNames} from './stored-names.js';
import {StoredPaths} from './stored-paths.js';
import {readSizes} from './stored-sizes.js';

export interface HeldSums {
  objects: number; // that were asked for
  bytes: number;
  garbage: number; // of these: nothing reaches them
  excluded: number; // nothing else than what is left out holds them
  unknown: number; // their paths are not known
}
export interface HeldPaths {
  readonly sums: HeldSums;
  readonly rows: readonly HeldTreeRow[];
  readonly names: PathNames;
  /** The pointer by which a node of the rows is held, where that is another one than the database says. */
  pointerTo(node: number): StoredPointer | undefined;
  readonly dominator?: Uint32Array; // per node, where it was read; NONE for what is no reachable object
}
export interface AskedPaths {
  readonly asked: NodeIds | LiveKind; // nodes of objects, each once
  readonly types: TypeTable;
  readonly others: OtherPaths;
}

const BATCH = 20_000;
const OBJECTS = 'SELECT o.id, o.size, o.reachable FROM json_each(:ids) i CROSS JOIN objects o ON o.id = i.value ORDER BY i.key';

/** How much is looked up, and how much is taken from the table of paths; beyond that everything is read. */
export interface HeldLimits {
  readonly objects?: number;
  readonly paths?: number;
}

/** Rejects with `signal.reason` when aborted. */
export async function gatherHeld(
  database: SqlDatabase,
  {asked, ...paths}: AskedPaths,
  work: Work,
  limits: HeldLimits = {},
): Promise<HeldPaths> {
  const stored = 'types' in asked && !paths.others.hasAny ? await readStoredHeld(database, asked) : undefined;
  if (stored !== undefined) {
    const {objects, bytes, rows, names} = stored;
    return {sums: {...noSums(), objects, bytes}, rows, names, pointerTo: noPointer};
  }
  const listed = {...paths, nodes: 'types' in asked ? await listLive(database, asked) : asked};
  const {objects = MANY_HELD.objects, paths: most} = limits;
  return listed.nodes.length > objects ? scanHeld(database, listed, work, most) : lookUpHeld(database, listed, work);
}

/** What was asked for, as nodes. */
interface ListedPaths extends Omit<AskedPaths, 'asked'> {
  readonly nodes: NodeIds;
}

async function lookUpHeld(database: SqlDatabase, {nodes, types, others}: ListedPaths, work: Work): Promise<HeldPaths> {
  const names = new StoredNames(database, types);
  const tree = new HeldTree({
    pathOf: (node) => names.of(node),
    holderOf: (node) => names.heldNode(node)?.holder_id ?? undefined,
    parentOf: (path) => names.stepOf(path).parent,
  });
  const sums = noSums();
  for (let from = 0; from < nodes.length; from += BATCH) {
    const rows = await database.rows<{id: number; size: number; reachable: number}>(OBJECTS, {
      ids: JSON.stringify([...nodes.slice(from, from + BATCH)]),
    });
    const held = rows.filter(({id, reachable}) => reachable === 1 && !others.isLost(id)).map(({id}) => id);
    await names.read([...held, ...(await others.pathsOf(held))], others.holders);
    for (const {id, size, reachable} of rows) {
      sums.objects++;
      sums.bytes += size;
      if (reachable !== 1) sums.garbage++;
      else if (others.isLost(id)) sums.excluded++;
      else if (!tree.add(id, size)) sums.unknown++;
    }
    work.onProgress?.('paths', Math.min(from + BATCH, nodes.length), nodes.length);
    await checkpoint(work);
  }
  const pointerTo = (node: number) => {
    const other = others.holders.get(node);
    return other && {source: other.holder_id!, offset: other.holder_offset!};
  };
  return {sums, rows: tree.finish(), names, pointerTo};
}

async function scanHeld(
  database: SqlDatabase,
  {nodes, types, others}: ListedPaths,
  work: Work,
  mostPaths: number | undefined,
): Promise<HeldPaths> {
  const stored = others.hasAny ? undefined : await StoredPaths.read(database, work, mostPaths);
  const scanned = stored ? undefined : await ScannedPaths.read(database, types, others, work);
  await scanned?.begin(nodes, work);
  const paths = stored ?? scanned!;
  const sizeAt = await readSizes(database, nodes);
  const tree = new HeldTree(paths);
  const sums = noSums();
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at]!;
    const size = sizeAt(at);
    sums.objects++;
    sums.bytes += size;
    if (others.isLost(node)) sums.excluded++;
    else if (!paths.isReachable(node)) sums.garbage++;
    else if (!tree.add(node, size)) sums.unknown++;
    if (at % BATCH !== 0) continue;
    work.onProgress?.('paths', at, nodes.length);
    await checkpoint(work);
  }
  const held = {sums, rows: tree.finish(), names: paths.names};
  return stored
    ? {...held, pointerTo: noPointer, dominator: stored.takeDominators()}
    : {...held, pointerTo: others.hasAny ? (node) => scanned!.pointerTo(node) : noPointer};
}

function noPointer(): undefined {}

function noSums(): HeldSums {
  return {objects: 0, bytes: 0, garbage: 0, excluded: 0, unknown: 0};
}
