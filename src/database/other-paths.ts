/**
 * Pointers and nodes that are left out → the paths by which what hangs on them is held otherwise, and whether anything holds it.
 */
import {findHeld} from '../analyses/cut-region.js';
import {BitRanks} from '../base/bit-ranks.js';
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {freeColumn} from '../base/free-column.js';
import type {Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import type {SqlDatabase} from '../sql/index.js';
import {CutPointers} from './cut-pointers.js';
import type {StoredCuts} from './marked-cuts.js';
import {listGarbage} from './read-what-if.js';
import type {OtherHolder} from './stored-chains.js';
import {readCutRegion} from './stored-region.js';
import {sumSizes} from './stored-sizes.js';

/** Pairs [holder, node]. */
const POINTERS = `SELECT r.target_id AS target, r.source_id AS source, r.offset, e.target_offset - o.header AS entered
  FROM json_each(:pairs) p CROSS JOIN referrers r ON r.target_id = p.value ->> 1 AND r.source_id = p.value ->> 0
    CROSS JOIN edges e ON e.source_id = r.source_id AND e.offset = r.offset JOIN objects o ON o.id = r.target_id
  WHERE e.followed = 1 ORDER BY p.key, r.offset`;

interface Hanging {
  readonly node: Uint32Array;
  readonly holder: Uint32Array;
  readonly lost: Uint8Array;
}

export class OtherPaths {
  /** What nothing else holds. */
  readonly garbageBytes: number;
  /** Whether anything hangs on what is left out. */
  readonly hasAny: boolean;
  /** Nodes of paths that were asked for, by what holds them there. */
  readonly holders = new Map<number, OtherHolder>();
  readonly #database: SqlDatabase;
  readonly #node: Uint32Array; // what hangs on what is left out, ascending
  readonly #holder: Uint32Array; // per row of that: the node that holds it otherwise; NONE for garbage
  readonly #lost: Uint8Array; // bit per node: nothing else holds it
  readonly #rows: BitRanks;
  readonly #cut: CutPointers;

  private constructor(database: SqlDatabase, cuts: StoredCuts, hanging: Hanging, garbageBytes: number) {
    this.#database = database;
    this.#node = hanging.node;
    this.#holder = hanging.holder;
    this.#lost = hanging.lost;
    this.hasAny = hanging.node.length > 0;
    this.#rows = new BitRanks(this.#node, (this.#node.at(-1) ?? 0) + 1);
    this.#cut = new CutPointers(cuts.pointers);
    this.garbageBytes = garbageBytes;
  }

  static async read(database: SqlDatabase, cuts: StoredCuts, work: Work): Promise<OtherPaths> {
    const region = await readCutRegion(database, cuts, work);
    const {node, lost} = region;
    const holder = new Uint32Array(node.length).fill(NONE);
    const via = findHeld(region, holder);
    for (const column of [region.firstEdge, region.target]) freeColumn(column);
    // What was a position becomes a node.
    for (let row = 0; row < node.length; row++)
      if (!via.isGarbage(row)) holder[row] = via.isEntry(row) ? via.holderOf(row) : node[holder[row]!]!;
    const garbage = listGarbage(region, via);
    via.free();
    const isLost = lost?.nodes ?? createBitset((garbage.at(-1) ?? 0) + 1);
    for (let at = 0; at < garbage.length; at++) setBit(isLost, garbage[at]!);
    return new OtherPaths(database, cuts, {node, holder, lost: isLost}, await sumSizes(database, garbage));
  }

  isLost(node: number): boolean {
    return getBit(this.#lost, node);
  }
  /** A pointer that is left out. */
  isCut(source: number, offset: number): boolean {
    return this.#cut.has(source, offset);
  }

  /** Writes into `holder` (per node) what holds each object otherwise. Gives a bit per node of these; undefined where nothing is left out. After that no paths are looked up. */
  rehang(holder: Uint32Array): Uint8Array | undefined {
    if (!this.hasAny) return undefined;
    const isRehung = createBitset(holder.length);
    for (let row = 0; row < this.#node.length; row++) {
      if (this.#holder[row] === NONE) continue;
      holder[this.#node[row]!] = this.#holder[row]!;
      setBit(isRehung, this.#node[row]!);
    }
    for (const column of [this.#node, this.#holder]) freeColumn(column);
    return isRehung;
  }

  /** The nodes that these hang on from now on; `holders` has their pointers. */
  async pathsOf(ids: readonly number[]): Promise<number[]> {
    const pairs: [holder: number, node: number][] = [];
    for (const id of ids) {
      for (let row = this.#find(id); row >= 0 && !this.holders.has(this.#node[row]!); row = this.#find(this.#holder[row]!)) {
        const [node, holder] = [this.#node[row]!, this.#holder[row]!];
        this.holders.set(node, {holder_id: holder, holder_offset: null, entered_at: null});
        pairs.push([holder, node]);
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
    return !(node <= (this.#node.at(-1) ?? -1)) ? -1 : this.#rows.find(node);
  }
}
