/**
 * Objects of a database → the tree of their telling paths (answers/held-tree.ts), cut to what one can read: the rows that hold most, down to some
 * depth, each with what would become garbage without the pointers of its step. With pointers that are left out, objects that these alone do not hold
 * get the paths by which others hold them.
 */

import type {HeldTreeRow} from '../answers/held-tree.js';
import {NOWHERE} from '../answers/interned-paths.js';
import {checkpoint, type Work} from '../base/progress.js';
import {remember} from '../base/remember.js';
import type {SqlDatabase} from '../sql/index.js';
import {askForTypes} from '../sql/read-types.js';
import type {LiveKind} from './find-live.js';
import {gatherHeld, type HeldLimits, type HeldPaths, type HeldSums} from './gather-held.js';
import type {NodeIds, StoredCuts} from './marked-cuts.js';
import {OtherPaths} from './other-paths.js';
import type {PathNames} from './scanned-paths.js';
import {StepReleases} from './step-releases.js';

export interface HeldByRow {
  readonly level: number; // from 0, that of the roots
  readonly name: string | null; // the step: a variable, Type.field; null for all rows of the level that are left out, as one
  readonly path: string | null; // from the root on
  readonly count: number; // objects that are held this way; with those below
  readonly bytes: number; // their slots
  readonly pointers: number | null; // that make the step, or variables
  readonly releases: number | null; // what becomes garbage without them; null where that is not known
  readonly exact: boolean | null; // false: at least that
}
export interface HeldByTree extends Readonly<HeldSums> {
  readonly rows: readonly HeldByRow[]; // each before those below it
}
export interface HeldByOptions {
  readonly depth: number; // levels
  readonly top: number; // rows below one
  readonly exclude: StoredCuts;
}

/** Of each pair [node, holder] the type of the holder, or without one of that which the database says. */
const HOLDER_TYPES = `SELECT coalesce(t.name, 'unknown') AS type FROM json_each(:pairs) p JOIN objects o ON o.id = p.value ->> 0
    LEFT JOIN objects h ON h.id = coalesce(p.value ->> 1, o.holder_id) LEFT JOIN roots r ON r.id = coalesce(p.value ->> 1, o.holder_id)
    LEFT JOIN types t ON t.id = coalesce(h.type_id, r.type_id)
  ORDER BY p.key`;

/** `asked`: a kind of live objects, or nodes of objects, each once. Rejects with `signal.reason` when aborted. */
export async function readHeldBy(
  database: SqlDatabase,
  asked: NodeIds | LiveKind,
  options: HeldByOptions,
  work: Work = {},
  limits?: HeldLimits,
): Promise<HeldByTree> {
  const types = await askForTypes(database);
  const others = await OtherPaths.read(database, options.exclude, work);
  const {rows: tree, sums, names, pointerTo, dominator} = await gatherHeld(database, {asked, types, others}, work, limits);
  const rows = new RowLister(tree, names, options).list();
  await nameSteps(database, rows, pointerTo);
  const releases = new StepReleases(database, options.exclude, {pointerTo, garbageBytes: others.garbageBytes});
  const listed = rows.filter(({held}) => held !== undefined);
  await releases.readLarge(
    listed.map(({held}) => held!),
    work,
    dominator,
  );
  // The small ones first: what the large ones would cost is not known before.
  for (const row of listed.sort((a, b) => a.bytes - b.bytes)) {
    Object.assign(row, await releases.of(row.held!));
    await checkpoint(work);
  }
  return {...sums, rows: rows.map(({held: _, step: __, ...row}) => row)};
}

/** Rows that are listed, while they are being made. */
type OpenRow = {-readonly [K in keyof HeldByRow]: HeldByRow[K]} & {readonly held: HeldTreeRow | undefined; readonly step: string};

class RowLister {
  readonly #names: PathNames;
  readonly #options: HeldByOptions;
  readonly #below = new Map<number, HeldTreeRow[]>();
  readonly #countOf = new Map<number, number>();
  readonly #listed: OpenRow[] = [];

  constructor(rows: readonly HeldTreeRow[], names: PathNames, options: HeldByOptions) {
    this.#names = names;
    this.#options = options;
    for (const row of rows) {
      remember<number, HeldTreeRow[]>(this.#below, row.parent, () => []).push(row);
      this.#countOf.set(row.path, row.count);
    }
  }

  list(): OpenRow[] {
    this.#add(NOWHERE, 0);
    return this.#listed;
  }

  #add(parent: number, level: number): void {
    const {depth, top} = this.#options;
    const rows = (this.#below.get(parent) ?? []).sort((a, b) => b.bytes - a.bytes || b.count - a.count || a.rank - b.rank);
    const shown = level < depth ? rows.slice(0, top) : [];
    for (const held of shown) {
      const {path, count, bytes, pointers} = held;
      const {last, step} = this.#join(path);
      const text = this.#names.textOf(last);
      this.#listed.push({
        level,
        name: text,
        path: text,
        count,
        bytes,
        pointers,
        releases: null,
        exact: null,
        held,
        step,
      });
      this.#add(last, level + 1);
    }
    const rest = rows.slice(shown.length);
    if (rest.length === 0) return;
    const sum = (what: 'count' | 'bytes') => rest.reduce((total, row) => total + row[what], 0);
    const none = {name: null, path: null, pointers: null, releases: null, exact: null, held: undefined, step: ''};
    this.#listed.push({level, count: sum('count'), bytes: sum('bytes'), ...none});
  }

  /** Indices, keys and what stands in ‹› belong to the step before, where that leads nowhere else. */
  #join(path: number): {last: number; step: string} {
    let last = path;
    let step = this.#names.stepOf(path).text;
    for (;;) {
      const children = this.#below.get(last) ?? [];
      const text =
        children.length === 1 && children[0]!.count === this.#countOf.get(last) ? this.#names.stepOf(children[0]!.path).text : '';
      if (!/^[[‹]/.test(text)) return {last, step};
      last = children[0]!.path;
      step += text;
    }
  }
}

/** A step is called by the type that its pointer is in: main.Store.sessions[…]. */
async function nameSteps(database: SqlDatabase, rows: readonly OpenRow[], pointerTo: HeldPaths['pointerTo']): Promise<void> {
  const named = rows.filter(({level, step}) => level > 0 && step.startsWith('.'));
  const pairs = named.map(({held}) => [held!.targets[0]!, pointerTo(held!.targets[0]!)?.source ?? null]);
  const types = await database.rows<{type: string}>(HOLDER_TYPES, {pairs: JSON.stringify(pairs)});
  for (const [index, row] of named.entries()) row.name = types[index]!.type + row.step;
  for (const row of rows) if (row.level > 0 && row.name !== null && !row.step.startsWith('.')) row.name = row.step;
}
