/**
 * Pointers and nodes that are to go → the region that hangs on them, by going through all objects and pointers. What is dominated by something that goes is garbage; of
 * millions of objects hardly any are left to mark.
 */
import {CutRegionBuilder, listHanging, markAbove, markDominated} from '../analyses/cut-region.js';
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {freeColumn} from '../base/free-column.js';
import {checkpoint, type Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import type {SqlDatabase} from '../sql/index.js';
import type {ColumnChunk, KeyRange} from '../sql/page-scan.js';
import {scanColumns} from '../sql/scan-columns.js';
import {contradiction} from '../sql/table-reader.js';
import {coverNodes} from './cover-ranges.js';
import {type MarkedCuts, type StoredRegion, stays} from './marked-cuts.js';
import {NarrowColumn} from './narrow-column.js';

/** Targets of pointers of which is looked whether anything else leads there, and steps of that. */
const MOST_TARGETS = 1000;
const MOST_STEPS = 10_000_000;

/** Of all nodes a region may have before it is large. */
const LARGE_PART = 4;

/** Rejects with `signal.reason` when aborted. */
export async function scanCutRegion(database: SqlDatabase, cuts: MarkedCuts, work: Work): Promise<StoredRegion> {
  const scan = new RegionScan(database.path, cuts, work);
  await scan.readObjects();
  const seeds = await scan.findSeeds();
  return scan.readEdges(seeds, await scan.findLost());
}

class RegionScan {
  readonly #path: string;
  readonly #cuts: MarkedCuts;
  readonly #work: Work;
  readonly #isLive: Uint8Array; // bit per node: an object that is reachable
  // Per node, NONE for what is no reachable object. Each is given back with the last question that needs it: a column of millions is most of the memory.
  readonly #holder: Uint32Array;
  readonly #depth: NarrowColumn;
  readonly #dominator: Uint32Array;
  readonly #goes: Uint8Array; // bit per node: it is gone, or all that leads there
  readonly #perhaps: number[] = []; // targets of pointers that are cut, each once, as far as there are few
  readonly #isPerhaps: Uint8Array; // bit per node

  constructor(path: string, cuts: MarkedCuts, work: Work) {
    this.#path = path;
    this.#cuts = cuts;
    this.#work = work;
    this.#isLive = createBitset(cuts.nodes);
    this.#holder = new Uint32Array(cuts.nodes).fill(NONE);
    this.#depth = new NarrowColumn(new Uint32Array(cuts.nodes));
    this.#dominator = new Uint32Array(cuts.nodes).fill(NONE);
    this.#goes = cuts.isGone.slice();
    this.#isPerhaps = createBitset(cuts.nodes);
  }

  async readObjects(): Promise<void> {
    const [holder, depth, dominator] = [this.#holder, this.#depth, this.#dominator];
    await this.#scan('read objects', 'objects', ['id', 'holder_id', 'depth', 'other_dominator_id'], ({count, columns}) => {
      const [ids, holders, depths, others] = columns;
      for (let row = 0; row < count; row++) {
        const id = ids![row]!;
        if (Number.isNaN(holders![row]!)) continue;
        setBit(this.#isLive, id);
        holder[id] = holders![row]!;
        depth.set(id, depths![row]!);
        dominator[id] = Number.isNaN(others![row]!) ? holders![row]! : others![row]!;
      }
    });
    for (let node = this.#cuts.roots + 1; node < this.#cuts.nodes; node++) {
      if (holder[node] === NONE) continue;
      if (!(depth.at(holder[node]!) < depth.at(node))) throw contradiction('objects', node, 'its holder is not nearer to a root');
    }
  }

  /** Bit per node: what goes, and what its pointers lead to. */
  async findSeeds(): Promise<Uint8Array> {
    const {isGone, isCut, nodes} = this.#cuts;
    const seeds = isGone.slice();
    const ranges = coverNodes(isGone.map((byte, at) => byte | isCut[at]!));
    const columns = ['source_id', 'offset', 'target_id', 'followed', 'bridge'];
    await this.#scan(
      'find pointers',
      'edges',
      columns,
      ({count, columns: [source, offset, target, followed, bridge]}) => {
        for (let row = 0; row < count; row++) {
          const from = source![row]!;
          if (!getBit(isGone, from) && !getBit(isCut, from)) continue;
          const to = target![row]!;
          if (followed![row] !== 1 || !this.#isReachable(from) || !(to < nodes)) continue;
          if (stays(this.#cuts, from, offset![row]!, from)) continue;
          setBit(seeds, to);
          if (getBit(isGone, from)) continue;
          if (bridge![row] === 1) setBit(this.#goes, to);
          else if (this.#perhaps.length <= MOST_TARGETS && !getBit(this.#isPerhaps, to)) {
            setBit(this.#isPerhaps, to);
            this.#perhaps.push(to);
          }
        }
      },
      ranges,
    );
    return seeds;
  }

  /** Bit per node. */
  async findLost(): Promise<Uint8Array> {
    if (this.#perhaps.length <= MOST_TARGETS)
      for (const target of this.#perhaps) if (await this.#hasNoOther(target)) setBit(this.#goes, target);
    return markDominated(this.#dominator, this.#cuts.roots, this.#goes);
  }

  /** Whether all pointers to it are cut, or of what only it leads to. */
  async #hasNoOther(target: number): Promise<boolean> {
    let steps = 0;
    let isAlone = true;
    const take = ({count, columns: [, sources, offsets]}: ColumnChunk) => {
      for (let row = 0; isAlone && row < count; row++) {
        const source = sources![row]!;
        if (!this.#isReachable(source) || !stays(this.#cuts, source, offsets![row]!, source)) continue;
        let above = source;
        while (above > this.#cuts.roots && above !== target && ++steps < MOST_STEPS) above = this.#dominator[above]!;
        isAlone = above === target;
      }
    };
    await this.#scan('find pointers', 'referrers', ['target_id', 'source_id', 'offset'], take, [[target, target]]);
    return isAlone;
  }

  async readEdges(seeds: Uint8Array, lost: Uint8Array): Promise<StoredRegion> {
    const {roots, nodes, isGone} = this.#cuts;
    const above = markAbove(this.#holder, roots, seeds);
    const region = listHanging(this.#holder, roots, seeds, lost);
    freeColumn(this.#holder);
    // Beside the columns of a large region there is none for dominators: they are read anew if they are needed after all.
    const isLarge = region.length > nodes / LARGE_PART;
    if (isLarge) freeColumn(this.#dominator);
    const builder = new CutRegionBuilder(region, nodes, above, (node) => this.#depth.at(node), this.#cuts.edges);
    const ledTo = createBitset(nodes);
    let isEmpty = true;
    await this.#scan('read edges', 'edges', ['source_id', 'offset', 'target_id', 'followed'], ({count, columns}) => {
      const [sources, offsets, targets, followed] = columns;
      for (let row = 0; row < count; row++) {
        const source = sources![row]!;
        const target = targets![row]!;
        if (getBit(lost, source)) {
          if (getBit(isGone, source) || getBit(lost, target) || builder.has(target) || getBit(above, target)) continue;
          if (followed![row] !== 1 || !stays(this.#cuts, source, offsets![row]!, target)) continue;
          setBit(ledTo, target);
          isEmpty = false;
        } else if (builder.has(source) || builder.has(target)) {
          if (followed![row] !== 1 || !this.#isReachable(source) || getBit(lost, target)) continue;
          if (stays(this.#cuts, source, offsets![row]!, target)) builder.add(source, target);
        }
      }
    });
    freeColumn(this.#depth.column);
    const readDominators = async () => (isLarge ? this.#readDominators() : this.#dominator);
    return {...builder.finish(), lost: {nodes: lost, ledTo: {nodes: ledTo, isEmpty, roots, readDominators}}};
  }

  async #readDominators(): Promise<Uint32Array> {
    const dominator = new Uint32Array(this.#cuts.nodes).fill(NONE);
    await this.#scan('read objects', 'objects', ['id', 'holder_id', 'other_dominator_id'], ({count, columns: [ids, holders, others]}) => {
      for (let row = 0; row < count; row++)
        if (!Number.isNaN(holders![row]!)) dominator[ids![row]!] = Number.isNaN(others![row]!) ? holders![row]! : others![row]!;
    });
    return dominator;
  }
  #isReachable(node: number): boolean {
    return node <= this.#cuts.roots || getBit(this.#isLive, node);
  }

  /** The first column is of nodes, ascending. */
  async #scan(
    stage: string,
    table: string,
    columns: readonly string[],
    take: (chunk: ColumnChunk) => void,
    ranges?: readonly KeyRange[],
  ): Promise<void> {
    for (const chunk of scanColumns(this.#path, table, columns, ranges)) {
      take(chunk);
      this.#work.onProgress?.(stage, chunk.columns[0]![chunk.count - 1]!, this.#cuts.nodes);
      await checkpoint(this.#work);
    }
  }
}
