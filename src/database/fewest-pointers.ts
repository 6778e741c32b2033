/**
 * A node → the path with the fewest pointers from a root node, by look-ups in the database: from both ends, layer by layer, always from the
 * end that has fewer nodes, until the two meet. So neither a node that a million others point to nor a root node that reaches everything is
 * a reason to look at the whole heap. 8 bytes a node. A list that is a chain of dominators is walked, not searched.
 *
 * Of several such paths it is the first in the order of (root node, offset, offset, …), as of `computeShortestPaths`
 * (src/analyses/shortest-paths.ts), which meets them in this order.
 */
import {checkpoint, type Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import type {SqlDatabase} from '../sql/index.js';

export interface FewestPointers {
  /** Pointers from the root node on, as `FoundPath` has them; undefined where no path is allowed, or none was found. */
  readonly path: {readonly sources: readonly number[]; readonly offsets: readonly number[]} | undefined;
  readonly gaveUp: boolean;
}
export interface SearchSpace {
  /** Root nodes are 1 … `roots`, all nodes 0 … `nodes` − 1. */
  readonly roots: number;
  readonly nodes: number;
  /** Whether any pointer is avoided, and which. */
  readonly avoids: boolean;
  isAvoided(source: number, offset: number): boolean;
  /** Beyond this time (of `performance.now`) the search gives up. */
  readonly deadlineMs: number;
}

const FORWARDS = `SELECT e.source_id AS source, e.offset, e.target_id AS target
  FROM json_each(:ids) n CROSS JOIN edges e ON e.source_id = n.value WHERE e.followed = 1`;
const BACKWARDS = `SELECT r.source_id AS source, r.offset, r.target_id AS target
  FROM json_each(:ids) n CROSS JOIN referrers r ON r.target_id = n.value
    CROSS JOIN edges e ON e.source_id = r.source_id AND e.offset = r.offset WHERE e.followed = 1`;

/** Of one node, in the order of their places. */
const ORDERED = `SELECT source_id AS source, offset, target_id AS target FROM edges WHERE source_id = :id AND followed = 1 ORDER BY offset`;

interface Pointer {
  readonly source: number;
  readonly offset: number;
  readonly target: number;
}
/** Nodes a statement. */
const BATCH = 2000;
/** Few nodes are asked for by a statement that stays compiled, unless they have many pointers: those are not held in memory at once. */
const FEW = 8;
const MANY = 5000;
/** Pointers between two chances for Ctrl-C and progress. */
const POINTERS_PER_PAUSE = 1 << 14;

/** From the node up, as long as what dominates a node points to it: every path goes there, and none is shorter. `offset`: of the first such pointer. */
const CHAIN = `WITH RECURSIVE up(step, id, above, depth) AS (
    SELECT 0, id, dominator_id, depth FROM objects WHERE id = :id AND holder_id = dominator_id UNION ALL
    SELECT u.step + 1, o.id, o.dominator_id, o.depth FROM up u JOIN objects o ON o.id = u.above WHERE o.holder_id = o.dominator_id AND o.depth < u.depth)
  SELECT u.above AS source, u.id AS target, (SELECT e.offset FROM referrers r JOIN edges e ON e.source_id = r.source_id AND e.offset = r.offset
    WHERE r.target_id = u.id AND r.source_id = u.above AND e.followed = 1 ORDER BY r.offset LIMIT 1) AS offset
  FROM up u ORDER BY u.step`;

/** Rejects with `signal.reason` when aborted. `id` is an object that can be reached. */
export async function searchFewestPointers(
  database: SqlDatabase,
  id: number,
  space: SearchSpace,
  work: Work = {},
): Promise<FewestPointers> {
  const chain: Pointer[] = []; // the last pointer first
  if (!space.avoids) for await (const pointer of database.each<Pointer>(CHAIN, {id})) chain.push(pointer);
  const top = chain.at(-1)?.source ?? id;
  const found = await searchTo(database, top, space, work);
  if (found.path === undefined) return found;
  chain.reverse();
  const sources = [...found.path.sources, ...chain.map(({source}) => source)];
  return {path: {sources, offsets: [...found.path.offsets, ...chain.map(({offset}) => offset)]}, gaveUp: false};
}

async function searchTo(database: SqlDatabase, id: number, space: SearchSpace, work: Work): Promise<FewestPointers> {
  if (id <= space.roots) return {path: {sources: [], offsets: []}, gaveUp: false};
  const search = new TwoEndedSearch(database, id, space, work);
  if (!(await search.meet())) return {path: undefined, gaveUp: search.gaveUp};
  return {path: await search.firstPath(), gaveUp: false};
}

class TwoEndedSearch {
  gaveUp = false;
  readonly #database: SqlDatabase;
  readonly #work: Work;
  readonly #space: SearchSpace;
  readonly #fromRoot: Uint32Array; // per node: pointers from the nearest root node; NONE = not met from there
  readonly #toEnd: Uint32Array; // per node: pointers to the end, likewise
  #fromRoots: number[]; // the last layers
  #fromEnd: number[];
  #met: number[] = [];
  #pointers = 0;

  constructor(database: SqlDatabase, id: number, space: SearchSpace, work: Work) {
    this.#database = database;
    this.#work = work;
    this.#space = space;
    this.#fromRoot = new Uint32Array(space.nodes).fill(NONE).fill(0, 1, space.roots + 1);
    this.#toEnd = new Uint32Array(space.nodes).fill(NONE);
    this.#toEnd[id] = 0;
    this.#fromRoots = Array.from({length: space.roots}, (_, row) => row + 1);
    this.#fromEnd = [id];
  }

  /** Whether there is a path. */
  async meet(): Promise<boolean> {
    while (this.#met.length === 0 && this.#fromRoots.length > 0 && this.#fromEnd.length > 0 && !this.gaveUp) {
      if (this.#fromEnd.length <= this.#fromRoots.length) await this.#growEnd();
      else await this.#growRoots();
    }
    return this.#met.length > 0 && !this.gaveUp;
  }

  async #growEnd(): Promise<void> {
    const length = this.#toEnd[this.#fromEnd[0]!]! + 1;
    const layer: number[] = [];
    for await (const {source} of this.#each(BACKWARDS, this.#fromEnd)) {
      if (this.#toEnd[source] !== NONE) continue;
      this.#toEnd[source] = length;
      layer.push(source);
      if (this.#fromRoot[source] !== NONE) this.#met.push(source);
    }
    this.#fromEnd = layer;
  }
  async #growRoots(): Promise<void> {
    const length = this.#fromRoot[this.#fromRoots[0]!]! + 1;
    const layer: number[] = [];
    for await (const {target} of this.#each(FORWARDS, this.#fromRoots)) {
      if (this.#fromRoot[target] !== NONE) continue;
      this.#fromRoot[target] = length;
      layer.push(target);
      if (this.#toEnd[target] !== NONE) this.#met.push(target);
    }
    this.#fromRoots = layer;
  }

  /** From where the two have met back to the root nodes, then forwards along what is nearest to the end. */
  async firstPath(): Promise<NonNullable<FewestPointers['path']>> {
    let layer = this.#met;
    for (let left = this.#fromRoot[layer[0]!]!; left > 0; left--) {
      const length = this.#toEnd[layer[0]!]! + 1;
      const before: number[] = [];
      for await (const {source} of this.#each(BACKWARDS, layer)) {
        if (this.#fromRoot[source] !== left - 1 || this.#toEnd[source] !== NONE) continue;
        this.#toEnd[source] = length;
        before.push(source);
      }
      layer = before;
    }
    const sources: number[] = [];
    const offsets: number[] = [];
    let at = layer.reduce((first, root) => Math.min(first, root));
    while (this.#toEnd[at] !== 0) {
      const next = await this.#firstTowardsEnd(at);
      sources.push(at);
      offsets.push(next.offset);
      at = next.target;
    }
    return {sources, offsets};
  }
  async #firstTowardsEnd(node: number): Promise<Pointer> {
    const length = this.#toEnd[node]!;
    for await (const pointer of this.#database.each<Pointer>(ORDERED, {id: node})) {
      if (this.#toEnd[pointer.target] === length - 1 && !this.#space.isAvoided(node, pointer.offset)) return pointer;
    }
    throw new Error(`node ${node} has lost its way`); // it was met over one of these pointers
  }

  /** The allowed pointers of the nodes, or to them. */
  async *#each(sql: string, nodes: readonly number[]): AsyncGenerator<Pointer> {
    for (let from = 0; from < nodes.length; from += BATCH) {
      const ids = JSON.stringify(nodes.slice(from, from + BATCH));
      const few = nodes.length <= FEW ? await this.#database.rows<Pointer>(`${sql} LIMIT ${MANY}`, {ids}) : undefined;
      for await (const pointer of few && few.length < MANY ? few : this.#database.each<Pointer>(sql, {ids})) {
        if (!this.#space.isAvoided(pointer.source, pointer.offset)) yield pointer;
        if (++this.#pointers % POINTERS_PER_PAUSE === 0) await this.#pause();
        if (this.gaveUp) return;
      }
    }
  }
  async #pause(): Promise<void> {
    await checkpoint(this.#work);
    this.#work.onProgress?.('searching the fewest pointers', this.#pointers, this.#pointers);
    if (performance.now() > this.#space.deadlineMs) this.gaveUp = true;
  }
}
