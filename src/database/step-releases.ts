/**
 * The pointers of a step of many paths → what becomes garbage without them. Of one pointer the database says it; of several what hangs on them is
 * looked up while there is room for that, and beyond it what each of them releases alone is a lower bound.
 */
import {findHeld} from '../analyses/cut-region.js';
import {MANY_HELD} from '../answers/held-kinds.js';
import type {HeldTreeRow} from '../answers/held-tree.js';
import type {Work} from '../base/progress.js';
import type {SqlDatabase} from '../sql/index.js';
import {type StoredPointer, unitePointers} from './cut-pointers.js';
import type {HeldPaths} from './gather-held.js';
import type {StoredCuts} from './marked-cuts.js';
import type {OtherPaths} from './other-paths.js';
import {sumBridges} from './scanned-bridges.js';
import {lookUpCutRegion} from './stored-region.js';
import {sumSizes} from './stored-sizes.js';
import {readTopmost} from './topmost-nodes.js';

export interface Released {
  readonly releases: number | null; // Bytes; null when it is not known
  readonly exact: boolean | null;
}

/** By which pointers the targets are held, and what is garbage without those that are left out. */
type ReleasedPaths = Pick<HeldPaths, 'pointerTo'> & Pick<OtherPaths, 'garbageBytes'>;

/** `targets`: of the pointers of the step by which their paths come, and root nodes. */
type ReleasedStep = Pick<HeldTreeRow, 'targets' | 'releases'>;

/** Objects and pointers that are looked up for all steps together, and for one. */
const MOST = 60_000;
const MOST_EACH = MANY_HELD.targets;

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

/** What all of its pointers release is found with that of others. */
function isLarge({targets, releases}: ReleasedStep): boolean {
  return releases === undefined && targets.length > MOST_EACH;
}

export class StepReleases {
  readonly #database: SqlDatabase;
  readonly #without: StoredCuts;
  readonly #paths: ReleasedPaths;
  readonly #large = new Map<Uint32Array, number>();
  #left = MOST;

  /** `without`: what is left out anyway, and does not count. */
  constructor(database: SqlDatabase, without: StoredCuts, paths: ReleasedPaths) {
    this.#database = database;
    this.#without = without;
    this.#paths = paths;
  }

  /** Must come before questions about more targets than are looked up: what they release is found for all such rows together. `dominator` as of `HeldPaths`. */
  async readLarge(rows: readonly ReleasedStep[], work: Work, dominator?: Uint32Array): Promise<void> {
    const large = rows.filter(isLarge).map(({targets}) => targets);
    if (!this.#isPlain() || large.length === 0) return;
    const sums = await sumBridges(this.#database, large, work, dominator);
    for (const [index, targets] of large.entries()) this.#large.set(targets, sums[index]!);
  }

  #isPlain(): boolean {
    return this.#without.pointers.length + this.#without.nodes.length === 0;
  }

  async of(step: ReleasedStep): Promise<Released> {
    const {targets} = step;
    const isPlain = this.#isPlain();
    if (step.releases !== undefined) return {releases: step.releases, exact: false};
    if (isLarge(step)) return isPlain ? {releases: this.#large.get(targets)!, exact: false} : {releases: null, exact: null};
    const steps = await this.#database.rows<Step>(STEPS, {ids: JSON.stringify([...targets])});
    const nodes = steps.filter(({source}) => source === null).map(({node}) => node);
    const pointers = steps.filter(({source}) => source !== null).map((step) => this.#pointerOf(step));
    if (isPlain && steps.length === 1) return {releases: await this.#releasesAlone(steps, pointers), exact: true};
    const region = await this.#lookUp(nodes, pointers);
    if (region !== undefined) {
      const via = findHeld(region);
      const garbage = region.node.filter((_, position) => via.isGarbage(position));
      return {releases: (await sumSizes(this.#database, garbage)) - this.#paths.garbageBytes, exact: true};
    }
    return isPlain ? {releases: await this.#releasesAlone(steps, pointers), exact: false} : {releases: null, exact: null};
  }

  #pointerOf({node, source, offset}: Step): StoredPointer {
    return this.#paths.pointerTo(node) ?? {source: source!, offset: offset!};
  }

  async #lookUp(nodes: readonly number[], pointers: readonly StoredPointer[]) {
    const most = Math.min(MOST_EACH, this.#left);
    const without = this.#without;
    if (nodes.length + without.nodes.length + pointers.length + without.pointers.length > most) return undefined;
    const cuts = {nodes: [...without.nodes, ...nodes], pointers: unitePointers([without.pointers, pointers])};
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
