/**
 * A database with pointers and nodes that are to go → the region that hangs on them (analyses/cut-region.ts). A small one is read by look-ups, like
 * paths; a large one by going through all objects and pointers (scanned-region.ts).
 */

import {CutRegionBuilder} from '../analyses/cut-region.js';
import {createBitset, setBit} from '../base/bitset.js';
import type {Work} from '../base/progress.js';
import type {SqlDatabase} from '../sql/index.js';
import type {StoredPointer} from './cut-pointers.js';
import {type MarkedCuts, markCuts, type StoredCuts, type StoredRegion, stays} from './marked-cuts.js';
import {scanCutRegion} from './scanned-region.js';

/** How much is looked up; beyond that everything is read. */
export interface LookUpLimits {
  readonly objects: number;
  readonly pointers: number;
}
export const LOOKED_UP: LookUpLimits = {objects: 20_000, pointers: 100_000};
const BATCH = 2000;

const EDGES_OF = `SELECT e.source_id AS source, e.offset, e.target_id AS target
  FROM json_each(:ids) n CROSS JOIN edges e ON e.source_id = n.value LEFT JOIN objects o ON o.id = n.value
  WHERE e.followed = 1 AND coalesce(o.reachable, 1) = 1 LIMIT :limit`;
/** Of each pair [source, offset]. */
const EDGES_AT = `SELECT e.source_id AS source, e.offset, e.target_id AS target
  FROM json_each(:pointers) p CROSS JOIN edges e ON e.source_id = p.value ->> 0 AND e.offset = p.value ->> 1 LEFT JOIN objects o ON o.id = e.source_id
  WHERE e.followed = 1 AND coalesce(o.reachable, 1) = 1`;
/** What nodes point to, and whether it hangs on that pointer. */
const BELOW = `SELECT e.source_id AS source, e.offset, e.target_id AS target, o.holder_id = e.source_id AND o.holder_offset = e.offset AS hangs
  FROM json_each(:ids) n CROSS JOIN edges e ON e.source_id = n.value CROSS JOIN objects o ON o.id = e.target_id
  WHERE e.followed = 1 LIMIT :limit`;
/** What the telling paths of nodes go through. */
const ABOVE = `WITH RECURSIVE up(id) AS (
    SELECT value FROM json_each(:ids) UNION SELECT o.holder_id FROM up u CROSS JOIN objects o ON o.id = u.id WHERE o.holder_id IS NOT NULL LIMIT :limit)
  SELECT id FROM up`;
const REACHABLE = `SELECT o.id, o.retained_objects AS retained FROM json_each(:ids) n CROSS JOIN objects o ON o.id = n.value
  WHERE o.reachable = 1`;
const INTO = `SELECT r.source_id AS source, r.offset, coalesce(o.depth, 0) AS depth, r.target_id AS target
  FROM json_each(:ids) n CROSS JOIN referrers r ON r.target_id = n.value CROSS JOIN edges e ON e.source_id = r.source_id AND e.offset = r.offset
    LEFT JOIN objects o ON o.id = r.source_id
  WHERE e.followed = 1 AND coalesce(o.reachable, 1) = 1 LIMIT :limit`;

interface Pointer extends StoredPointer {
  readonly target: number;
}

interface Below extends Pointer {
  readonly hangs: number; // 1: by this very pointer
}

/** Rejects with `signal.reason` when aborted. */
export async function readCutRegion(database: SqlDatabase, cuts: StoredCuts, work: Work = {}, limits = LOOKED_UP): Promise<StoredRegion> {
  const marked = await markCuts(database, cuts);
  return (await new RegionLookUp(database, marked, limits).read()) ?? (await scanCutRegion(database, marked, work));
}

/** Undefined for a region that is larger than the limits. */
export async function lookUpCutRegion(database: SqlDatabase, cuts: StoredCuts, limits: LookUpLimits): Promise<StoredRegion | undefined> {
  return new RegionLookUp(database, await markCuts(database, cuts), limits).read();
}

/** Each step gives undefined where there is more than the limits. */
class RegionLookUp {
  readonly #database: SqlDatabase;
  readonly #cuts: MarkedCuts;
  readonly #limits: LookUpLimits;

  constructor(database: SqlDatabase, cuts: MarkedCuts, limits: LookUpLimits) {
    this.#database = database;
    this.#cuts = cuts;
    this.#limits = limits;
  }

  async read(): Promise<StoredRegion | undefined> {
    const seeds = await this.#lookUpSeeds();
    const hanging = seeds && (await this.#lookUpHanging(seeds));
    const above = hanging && (await this.#lookUpAbove(seeds));
    if (above === undefined) return undefined;
    const inside = new Set(hanging!.nodes);
    const pointers: Pointer[] = hanging!.pointers.filter(({target}) => !inside.has(target));
    const depthOf = new Map<number, number>();
    let left = this.#limits.pointers;
    for (let from = 0; from < hanging!.nodes.length; from += BATCH) {
      const ids = JSON.stringify([...hanging!.nodes.subarray(from, from + BATCH)]);
      const rows = await this.#database.rows<Pointer & {readonly depth: number}>(INTO, {ids, limit: left});
      for (const {depth, ...pointer} of rows) {
        pointers.push(pointer);
        depthOf.set(pointer.source, depth);
      }
      left -= rows.length;
      if (left <= 0) return undefined;
    }
    const builder = new CutRegionBuilder(hanging!.nodes, this.#cuts.nodes, above, (node) => depthOf.get(node)!);
    for (const {source, offset, target} of pointers.sort((a, b) => a.source - b.source))
      if (stays(this.#cuts, source, offset, target)) builder.add(source, target);
    return builder.finish();
  }

  async #lookUpSeeds(): Promise<number[] | undefined> {
    const {gone, cut} = this.#cuts;
    if (gone.length + cut.length > this.#limits.objects) return undefined;
    const pairs = Array.from(cut.source, (source, at) => [source, cut.offset[at]!]);
    const limit = this.#limits.pointers;
    const rows = await this.#database.rows<Pointer>(EDGES_OF, {ids: JSON.stringify([...gone]), limit});
    if (rows.length === limit) return undefined;
    const seeds = new Set(gone);
    for (const {target} of [...rows, ...(await this.#database.rows<Pointer>(EDGES_AT, {pointers: JSON.stringify(pairs)}))])
      seeds.add(target);
    return seeds.size > this.#limits.objects ? undefined : [...seeds];
  }

  async #lookUpHanging(seeds: readonly number[]): Promise<{nodes: Uint32Array; pointers: Below[]} | undefined> {
    const {objects, pointers: most} = this.#limits;
    const reachable = await this.#database.rows<{id: number; retained: number}>(REACHABLE, {ids: JSON.stringify(seeds)});
    if (reachable.some(({retained}) => retained > objects)) return undefined; // what it dominates hangs on it
    const found = new Set(reachable.map(({id}) => id));
    const pointers: Below[] = [];
    for (let layer = [...found]; layer.length > 0; ) {
      const limit = most - pointers.length;
      const rows = await this.#database.rows<Below>(BELOW, {ids: JSON.stringify(layer), limit});
      layer = [];
      for (const row of rows) {
        pointers.push(row);
        if (row.hangs === 1 && found.size < found.add(row.target).size) layer.push(row.target);
      }
      if (rows.length >= limit || found.size > objects) return undefined;
    }
    return {nodes: Uint32Array.from(found).sort(), pointers};
  }

  /** Bit per node. */
  async #lookUpAbove(seeds: readonly number[]): Promise<Uint8Array | undefined> {
    const limit = this.#limits.objects + this.#limits.pointers;
    const rows = await this.#database.rows<{id: number}>(ABOVE, {ids: JSON.stringify(seeds), limit});
    if (rows.length === limit) return undefined;
    const above = createBitset(this.#cuts.nodes);
    for (const {id} of rows) setBit(above, id);
    return above;
  }
}
