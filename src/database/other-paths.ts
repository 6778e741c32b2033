/**
 * Pointers and nodes that are left out → the paths by which what hangs on them is held otherwise, and whether anything holds it.
 */
import {type CutRegion, findStillHeld, type StillHeldBy} from '../analyses/cut-region.js';
import {createBitset, getBit, setBit} from '../base/bitset.js';
import type {Work} from '../base/progress.js';
import {SparseRows} from '../base/sparse-rows.js';
import {NONE} from '../base/units.js';
import type {SqlDatabase} from '../sql/index.js';
import {CutPointers} from './cut-pointers.js';
import type {StoredCuts, StoredRegion} from './marked-cuts.js';
import {listGarbage} from './read-what-if.js';
import type {OtherHolder} from './stored-chains.js';
import {readCutRegion} from './stored-region.js';
import {sumSizes} from './stored-sizes.js';

/** Pairs [holder, node]. */
const POINTERS = `SELECT r.target_id AS target, r.source_id AS source, r.offset, e.target_offset - o.header AS entered
  FROM json_each(:pairs) p CROSS JOIN referrers r ON r.target_id = p.value ->> 1 AND r.source_id = p.value ->> 0
    CROSS JOIN edges e ON e.source_id = r.source_id AND e.offset = r.offset JOIN objects o ON o.id = r.target_id
  WHERE e.followed = 1 ORDER BY p.key, r.offset`;

export class OtherPaths {
  /** What nothing else holds. */
  readonly garbageBytes: number;
  /** Nodes of paths that were asked for, by what holds them there. */
  readonly holders = new Map<number, OtherHolder>();
  readonly #database: SqlDatabase;
  readonly #region: Pick<CutRegion, 'node' | 'entry'>;
  readonly #lost: Uint8Array | undefined; // bit per node
  readonly #held: StillHeldBy;
  readonly #positions: SparseRows;
  readonly #cut: CutPointers;

  private constructor(database: SqlDatabase, cuts: StoredCuts, region: StoredRegion, held: StillHeldBy, garbageBytes: number) {
    this.#database = database;
    this.#region = {node: region.node, entry: region.entry};
    this.#lost = region.lost?.nodes;
    this.#held = held;
    this.#positions = new SparseRows(region.node, (region.node.at(-1) ?? 0) + 1);
    this.#cut = new CutPointers(cuts.pointers);
    this.garbageBytes = garbageBytes;
  }

  static async read(database: SqlDatabase, cuts: StoredCuts, work: Work): Promise<OtherPaths> {
    const region = await readCutRegion(database, cuts, work);
    const held = findStillHeld(region);
    const garbageBytes = await sumSizes(database, listGarbage(region, held.via));
    return new OtherPaths(database, cuts, region, held, garbageBytes);
  }

  isLost(node: number): boolean {
    const position = this.#find(node);
    return position < 0 ? this.#lost !== undefined && getBit(this.#lost, node) : this.#held.via[position] === NONE;
  }

  /** Whether anything hangs on what is left out. */
  get hasAny(): boolean {
    return this.#region.node.length > 0;
  }
  /** A pointer that is left out. */
  isCut(source: number, offset: number): boolean {
    return this.#cut.has(source, offset);
  }

  /** Writes into `holder` (per node) what holds each object otherwise. Gives a bit per node of these; undefined where nothing is left out. */
  rehang(holder: Uint32Array): Uint8Array | undefined {
    const {node, entry} = this.#region;
    const {via, from} = this.#held;
    if (node.length === 0) return undefined;
    const isRehung = createBitset(holder.length);
    for (let position = 0; position < node.length; position++) {
      if (via[position] === NONE) continue;
      const above = from[position]!;
      holder[node[position]!] = above === position ? entry[position]! : node[above]!;
      setBit(isRehung, node[position]!);
    }
    return isRehung;
  }

  /** The nodes that these hang on from now on; `holders` has their pointers. */
  async pathsOf(ids: readonly number[]): Promise<number[]> {
    const pairs: [holder: number, node: number][] = [];
    for (const id of ids) {
      for (let position = this.#find(id); position >= 0 && !this.holders.has(this.#region.node[position]!); ) {
        const above = this.#held.from[position]!;
        const isEntry = above === position;
        const node = this.#region.node[position]!;
        const holder = isEntry ? this.#region.entry[position]! : this.#region.node[above]!;
        this.holders.set(node, {holder_id: holder, holder_offset: null, entered_at: null});
        pairs.push([holder, node]);
        position = isEntry ? -1 : above;
      }
    }
    const found = new Set<number>();
    for (const {target, source, offset, entered} of await this.#database.rows<{
      target: number;
      source: number;
      offset: number;
      entered: number;
    }>(POINTERS, {
      pairs: JSON.stringify(pairs),
    })) {
      if (found.has(target) || this.#cut.has(source, offset)) continue;
      found.add(target);
      this.holders.set(target, {holder_id: source, holder_offset: offset, entered_at: entered});
    }
    // Those of batches before, too: what is read with these leads up to them.
    const above = new Set<number>();
    for (const id of ids) {
      let holder = this.holders.get(id)?.holder_id;
      for (; holder != null && !above.has(holder); holder = this.holders.get(holder)?.holder_id) above.add(holder);
    }
    return [...above];
  }
  #find(node: number): number {
    return this.#region.node.length === 0 || node > this.#region.node.at(-1)! ? -1 : this.#positions.find(node);
  }
}
