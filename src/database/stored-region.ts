/**
 * A database with pointers and nodes that are to go → the region that hangs on them (analyses/cut-region.ts). A small one is read by look-ups, like
 * paths; a large one by going through all objects and pointers once, as arrays that SQLite makes: a row for each costs several times as much.
 */

import {type CutRegion, CutRegionBuilder, listHanging, markAbove} from '../analyses/cut-region.js';
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {checkpoint, type Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import type {SqlDatabase} from '../sql/index.js';
import {contradiction} from '../sql/table-reader.js';

/** A pointer of a node, at an offset of its slot or storage. */
export interface StoredPointer {
  readonly source: number;
  readonly offset: number;
}
export interface StoredCuts {
  readonly pointers: readonly StoredPointer[];
  /** A goroutine takes its locals with it, a variable the static data that it alone points to. */
  readonly nodes: readonly number[];
}
/** How much is looked up; beyond that everything is read. */
export interface LookUpLimits {
  readonly objects: number;
  readonly pointers: number;
}
const LOOKED_UP: LookUpLimits = {objects: 20_000, pointers: 100_000};
const BATCH = 2000;
const CHUNK = 1 << 16;

const EDGES_OF = `SELECT e.source_id AS source, e.offset, e.target_id AS target
  FROM json_each(:ids) n CROSS JOIN edges e ON e.source_id = n.value LEFT JOIN objects o ON o.id = n.value
  WHERE e.followed = 1 AND coalesce(o.reachable, 1) = 1`;
/** What nodes point to, and whether it hangs on that pointer. */
const BELOW = `SELECT e.source_id AS source, e.offset, e.target_id AS target, o.holder_id = e.source_id AND o.holder_offset = e.offset AS hangs
  FROM json_each(:ids) n CROSS JOIN edges e ON e.source_id = n.value CROSS JOIN objects o ON o.id = e.target_id
  WHERE e.followed = 1 LIMIT :limit`;
/** What the telling paths of nodes go through. */
const ABOVE = `WITH RECURSIVE up(id) AS (
    SELECT value FROM json_each(:ids) UNION SELECT o.holder_id FROM up u CROSS JOIN objects o ON o.id = u.id WHERE o.holder_id IS NOT NULL LIMIT :limit)
  SELECT id FROM up`;
const REACHABLE = 'SELECT o.id FROM json_each(:ids) n CROSS JOIN objects o ON o.id = n.value WHERE o.reachable = 1';
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
export async function readCutRegion(database: SqlDatabase, cuts: StoredCuts, work: Work = {}, limits = LOOKED_UP): Promise<CutRegion> {
  const reader = await RegionReader.begin(database, cuts, work);
  return (await reader.lookUp(limits)) ?? (await reader.readAll());
}

/** Undefined for a region that is larger than the limits. */
export async function lookUpCutRegion(database: SqlDatabase, cuts: StoredCuts, limits: LookUpLimits): Promise<CutRegion | undefined> {
  return (await RegionReader.begin(database, cuts, {})).lookUp(limits);
}

class RegionReader {
  readonly #database: SqlDatabase;
  readonly #work: Work;
  readonly #roots: number;
  readonly #nodes: number;
  readonly #isGone: Uint8Array; // bit per node
  readonly #cut: ReadonlyMap<number, ReadonlySet<number>>; // offsets by source
  readonly #seeds: number[];

  private constructor(
    database: SqlDatabase,
    work: Work,
    counts: {roots: number; nodes: number},
    cuts: {gone: Set<number>; cut: Map<number, Set<number>>; seeds: Set<number>},
  ) {
    this.#database = database;
    this.#work = work;
    this.#roots = counts.roots;
    this.#nodes = counts.nodes;
    this.#isGone = createBitset(counts.nodes);
    for (const node of cuts.gone) setBit(this.#isGone, node);
    this.#cut = cuts.cut;
    this.#seeds = [...cuts.seeds];
  }

  static async begin(database: SqlDatabase, cuts: StoredCuts, work: Work): Promise<RegionReader> {
    const [counts] = await database.rows<{roots: number; nodes: number}>(
      'SELECT (SELECT coalesce(max(id), 0) FROM roots) AS roots, 1 + max((SELECT coalesce(max(id), 0) FROM objects), (SELECT coalesce(max(id), 0) FROM roots)) AS nodes',
    );
    const gone = new Set(cuts.nodes);
    // Of nodes below each other the outer one comes first.
    for (const {id, parent} of await database.rows<{id: number; parent: number}>('SELECT id, parent_id AS parent FROM roots ORDER BY id'))
      if (gone.has(parent)) gone.add(id);
    const cut = new Map<number, Set<number>>();
    for (const {source, offset} of cuts.pointers) cut.set(source, (cut.get(source) ?? new Set()).add(offset));
    const seeds = new Set(gone);
    for await (const pointer of pointersOf(database, EDGES_OF, [...gone, ...cut.keys()]))
      if (gone.has(pointer.source) || cut.get(pointer.source)!.has(pointer.offset)) seeds.add(pointer.target);
    return new RegionReader(database, work, counts!, {gone, cut, seeds});
  }

  /** Undefined when it is too large. */
  async lookUp(limits: LookUpLimits): Promise<CutRegion | undefined> {
    if (this.#seeds.length > limits.objects) return undefined;
    const hanging = await this.#lookUpHanging(limits);
    if (hanging === undefined) return undefined;
    const above = await this.#lookUpAbove(limits);
    if (above === undefined) return undefined;
    const builder = new CutRegionBuilder(hanging.nodes, this.#nodes, above);
    const inside = new Set(hanging.nodes);
    for (const {source, offset, target} of hanging.pointers)
      if (!inside.has(target) && this.#stays(source, offset, target)) builder.add(source, 0, target);
    let left = limits.pointers;
    for (let from = 0; from < hanging.nodes.length; from += BATCH) {
      const ids = JSON.stringify([...hanging.nodes.subarray(from, from + BATCH)]);
      const rows = await this.#database.rows<Pointer & {readonly depth: number}>(INTO, {ids, limit: left});
      for (const {source, offset, depth, target} of rows) if (this.#stays(source, offset, target)) builder.add(source, depth, target);
      left -= rows.length;
      if (left <= 0) return undefined;
    }
    return builder.finish();
  }

  async #lookUpHanging(limits: LookUpLimits): Promise<{nodes: Uint32Array; pointers: Below[]} | undefined> {
    const seeds = await this.#database.rows<{id: number}>(REACHABLE, {ids: JSON.stringify(this.#seeds)});
    const found = new Set(seeds.map(({id}) => id));
    const pointers: Below[] = [];
    for (let layer = [...found]; layer.length > 0; ) {
      const limit = limits.pointers - pointers.length;
      const rows = await this.#database.rows<Below>(BELOW, {ids: JSON.stringify(layer), limit});
      layer = [];
      for (const row of rows) {
        pointers.push(row);
        if (row.hangs === 1 && found.size < found.add(row.target).size) layer.push(row.target);
      }
      if (rows.length >= limit || found.size > limits.objects) return undefined;
    }
    return {nodes: Uint32Array.from(found).sort(), pointers};
  }

  /** Bit per node. */
  async #lookUpAbove(limits: LookUpLimits): Promise<Uint8Array | undefined> {
    const limit = limits.objects + limits.pointers;
    const rows = await this.#database.rows<{id: number}>(ABOVE, {ids: JSON.stringify(this.#seeds), limit});
    if (rows.length === limit) return undefined;
    const above = createBitset(this.#nodes);
    for (const {id} of rows) setBit(above, id);
    return above;
  }

  async readAll(): Promise<CutRegion> {
    const holder = new Uint32Array(this.#nodes).fill(NONE);
    const depth = new Uint32Array(this.#nodes);
    const columns = 'json_group_array(coalesce(holder_id, -1)) AS holders, json_group_array(coalesce(depth, 0)) AS depths';
    await this.#eachChunk(
      'read objects',
      `SELECT ${columns} FROM objects WHERE id >= :from AND id < :end`,
      (row, from) => {
        holder.set(JSON.parse(row.holders!) as number[], from); // −1 becomes NONE
        depth.set(JSON.parse(row.depths!) as number[], from);
      },
      this.#roots + 1,
    );
    for (let node = this.#roots + 1; node < this.#nodes; node++)
      if (holder[node] !== NONE && !(depth[holder[node]!]! < depth[node]!))
        throw contradiction('objects', node, 'its holder is not nearer to a root');
    const seeds = createBitset(this.#nodes);
    for (const seed of this.#seeds) setBit(seeds, seed);
    const builder = new CutRegionBuilder(listHanging(holder, this.#roots, seeds), this.#nodes, markAbove(holder, this.#roots, seeds));
    const arrays = 'json_group_array(source_id) AS sources, json_group_array(target_id) AS targets';
    await this.#eachChunk(
      'read edges',
      `SELECT ${arrays} FROM edges WHERE source_id >= :from AND source_id < :end AND followed = 1`,
      (row) => {
        const sources = JSON.parse(row.sources!) as number[];
        const targets = JSON.parse(row.targets!) as number[];
        for (let index = 0; index < sources.length; index++) {
          const source = sources[index]!;
          const target = targets[index]!;
          const isReachable = source <= this.#roots || holder[source] !== NONE;
          if (isReachable && !this.#cut.has(source) && this.#stays(source, 0, target)) builder.add(source, depth[source]!, target);
        }
      },
    );
    for await (const {source, offset, target} of pointersOf(this.#database, EDGES_OF, [...this.#cut.keys()]))
      if (this.#stays(source, offset, target)) builder.add(source, depth[source]!, target);
    return builder.finish();
  }

  #stays(source: number, offset: number, target: number): boolean {
    return !getBit(this.#isGone, target) && !getBit(this.#isGone, source) && this.#cut.get(source)?.has(offset) !== true;
  }
  async #eachChunk(stage: string, sql: string, take: (row: Record<string, string>, from: number) => void, first = 0): Promise<void> {
    for (let from = first; from < this.#nodes; from += CHUNK) {
      const [row] = await this.#database.rows<Record<string, string>>(sql, {from, end: from + CHUNK});
      take(row!, from);
      this.#work.onProgress?.(stage, Math.min(from + CHUNK, this.#nodes), this.#nodes);
      await checkpoint(this.#work);
    }
  }
}

async function* pointersOf<P extends Pointer>(database: SqlDatabase, sql: string, ids: ArrayLike<number>): AsyncGenerator<P> {
  for (let from = 0; from < ids.length; from += BATCH)
    yield* await database.rows<P>(sql, {ids: JSON.stringify(Array.prototype.slice.call(ids, from, from + BATCH))});
}
