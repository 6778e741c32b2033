/**
 * The pointers of a step of many paths → what becomes garbage without them. Of one pointer the database says it; of several what hangs on them is
 * looked up while there is room for that, and beyond it what each of them releases alone is a lower bound.
 */
import {findStillHeld} from '../analyses/cut-region.js';
import {NONE} from '../base/units.js';
import type {SqlDatabase} from '../sql/index.js';
import type {StoredCuts, StoredPointer} from './marked-cuts.js';
import type {OtherPaths} from './other-paths.js';
import {lookUpCutRegion} from './stored-region.js';
import {sumSizes} from './stored-sizes.js';
import {readTopmost} from './topmost-nodes.js';

export interface Released {
  readonly releases: number | null; // Bytes; null when it is not known
  readonly exact: boolean | null;
}

/** Objects and pointers that are looked up for all steps together, and for one. */
const MOST = 60_000;
const MOST_EACH = 20_000;

/** Pointers to objects, and what they release alone; a root node has none, and is one itself. */
const STEPS = `SELECT i.value AS node, o.holder_id AS source, o.holder_offset AS offset, o.retained, r.retained AS root_retained
  FROM json_each(:ids) i LEFT JOIN objects o ON o.id = i.value LEFT JOIN roots r ON r.id = i.value`;
const BRIDGES = `SELECT e.target_id AS id FROM json_each(:pointers) p CROSS JOIN edges e ON e.source_id = p.value ->> 0 AND e.offset = p.value ->> 1
  WHERE e.bridge = 1`;

interface Step {
  readonly node: number;
  readonly source: number | null;
  readonly offset: number | null;
  readonly retained: number | null;
  readonly root_retained: number | null;
}

export class StepReleases {
  readonly #database: SqlDatabase;
  readonly #without: StoredCuts;
  readonly #others: OtherPaths;
  #left = MOST;

  /** `without`: what is left out anyway, and does not count. */
  constructor(database: SqlDatabase, without: StoredCuts, others: OtherPaths) {
    this.#database = database;
    this.#without = without;
    this.#others = others;
  }

  /** `targets`: of the pointers of the step by which their paths come, and root nodes. */
  async of(targets: Uint32Array): Promise<Released> {
    const isPlain = this.#without.pointers.length + this.#without.nodes.length === 0;
    const steps = await this.#database.rows<Step>(STEPS, {ids: JSON.stringify([...targets])});
    const nodes = steps.filter(({source}) => source === null).map(({node}) => node);
    const pointers = steps.filter(({source}) => source !== null).map((step) => this.#pointerOf(step));
    if (isPlain && steps.length === 1) return {releases: await this.#releasesAlone(steps, pointers), exact: true};
    const region = await this.#lookUp({
      nodes: [...this.#without.nodes, ...nodes],
      pointers: [...this.#without.pointers, ...pointers],
    });
    if (region !== undefined) {
      const {via} = findStillHeld(region);
      const garbage = region.node.filter((_, position) => via[position] === NONE);
      return {releases: (await sumSizes(this.#database, garbage)) - this.#others.garbageBytes, exact: true};
    }
    return isPlain ? {releases: await this.#releasesAlone(steps, pointers), exact: false} : {releases: null, exact: null};
  }

  #pointerOf({node, source, offset}: Step): StoredPointer {
    const other = this.#others.holders.get(node);
    return other ? {source: other.holder_id!, offset: other.holder_offset!} : {source: source!, offset: offset!};
  }

  async #lookUp(cuts: StoredCuts) {
    const most = Math.min(MOST_EACH, this.#left);
    if (cuts.nodes.length + cuts.pointers.length > most) return undefined;
    const region = await lookUpCutRegion(this.#database, cuts, {objects: most, pointers: most});
    this.#left -= region === undefined ? most : region.node.length + region.target.length;
    return region;
  }

  /** Of root nodes what they retain, of bridges what their targets do, but for those that are dominated by others. */
  async #releasesAlone(steps: readonly Step[], pointers: readonly StoredPointer[]): Promise<number> {
    const pairs = JSON.stringify(pointers.map(({source, offset}) => [source, offset]));
    const bridges = await this.#database.rows<{id: number}>(BRIDGES, {pointers: pairs});
    const topmost = await readTopmost(
      this.#database,
      Uint32Array.from(bridges, ({id}) => id),
    );
    const ofRoots = steps.reduce((sum, {root_retained}) => sum + (root_retained ?? 0), 0);
    return ofRoots + topmost.reduce((sum, {bytes}) => sum + bytes, 0);
  }
}
