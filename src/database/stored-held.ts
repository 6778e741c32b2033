/**
 * A kind of objects of which there are very many → the tree of their telling paths that conversion made (answers/held-kinds.ts): no object is read.
 */
import {growTree, type HeldTreeRow} from '../answers/held-tree.js';
import type {SqlDatabase} from '../sql/index.js';
import {contradiction} from '../sql/table-reader.js';
import type {LiveKind} from './find-live.js';
import {PathList} from './path-list.js';

export interface StoredHeld {
  readonly objects: number;
  readonly bytes: number;
  readonly rows: readonly HeldTreeRow[];
  readonly names: PathList;
}

const IS_STORED = "SELECT count(*) AS tables FROM sqlite_schema WHERE name IN ('held_by', 'held_by_steps')";
const KIND = 'SELECT id, objects, bytes FROM held_by WHERE type_id IS :type AND owner_id IS :owner';
const STEPS = `SELECT path_id AS path, objects AS ends, bytes, pointers, first_id AS first, targets, releases
  FROM held_by_steps WHERE held_by_id = :id ORDER BY rank`;

interface Step {
  readonly path: number;
  readonly ends: number;
  readonly bytes: number;
  readonly pointers: number;
  readonly first: number;
  readonly targets: string | null;
  readonly releases: number | null;
}

/** Undefined where the tree is to be made from the objects: of kinds that have no row, and in databases that were written before there were any. */
export async function readStoredHeld(database: SqlDatabase, {types, owners}: LiveKind): Promise<StoredHeld | undefined> {
  if ((types?.length ?? 1) !== 1 || (owners?.length ?? 1) !== 1) return undefined;
  const [stored] = await database.rows<{tables: number}>(IS_STORED);
  if (stored!.tables < 2) return undefined;
  const params = {type: types?.[0] ?? null, owner: owners?.[0] ?? null};
  const [kind] = await database.rows<{id: number; objects: number; bytes: number}>(KIND, params);
  if (kind === undefined) return undefined;
  const names = await PathList.read(database);
  const steps = (await database.rows<Step>(STEPS, {id: kind.id})).map(({first, targets, releases, ...step}) => {
    if (step.path > names.count) throw contradiction('held_by_steps', step.path, 'is of no path');
    const listed = targets === null ? [first] : (JSON.parse(targets) as number[]);
    if (targets !== null && listed.length !== step.pointers)
      throw contradiction('held_by_steps', step.path, 'has other targets than pointers');
    return {...step, targets: Uint32Array.from(listed), ...(releases === null ? {} : {releases})};
  });
  return {objects: kind.objects, bytes: kind.bytes, rows: growTree(steps, (path) => names.parentOf(path)), names};
}
