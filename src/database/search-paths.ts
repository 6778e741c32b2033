/**
 * Paths from roots to a node with conditions, by look-ups in the database that read only the rows they come by: a database of many gigabytes
 * answers at once. One path for each root node that reaches the node: the telling path first, which is stored, or when asked for the one with
 * the fewest pointers (fewest-pointers.ts), and then the others.
 *
 * The search goes against the pointers, and first where a root node is near: `objects.depth` says how far it is on the telling path. With
 * `shortest` it goes by the pointers alone, so that the shortest come first, as `computePaths` (src/analyses/paths.ts) lists them. Every path goes through all dominators of the node, and through the bridges to them: that ends most
 * searches early that would otherwise visit the whole heap in vain.
 */

import {createBitset, getBit, setBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import {checkpoint, type Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import type {SqlDatabase} from '../sql/index.js';
import {contradiction} from '../sql/table-reader.js';
import {searchFewestPointers} from './fewest-pointers.js';
import {type Query, runQuery} from './queries/run-query.js';

/** How many root nodes and nodes there are: ids go up to them. */
const counts = {
  id: 'node-counts',
  title: 'The highest ids',
  sql: 'SELECT coalesce((SELECT max(id) FROM roots), 0) AS roots, coalesce((SELECT max(id) FROM objects), 0) AS objects',
  params: {},
  columns: {roots: 'node', objects: 'node'},
} as const satisfies Query;

/** Who points to a node and can be reached itself, a page at a time in the order of the database; `depth` is NULL for root nodes. */
const holders = {
  id: 'holders',
  title: 'Reachable nodes that point to a node',
  sql: `SELECT r.source_id, r.offset, o.depth
    FROM referrers r JOIN edges e ON e.source_id = r.source_id AND e.offset = r.offset LEFT JOIN objects o ON o.id = r.source_id
    WHERE r.target_id = :id AND (r.source_id, r.offset) > (:source, :offset) AND e.followed = 1 AND coalesce(o.reachable, 1) = 1
    ORDER BY r.source_id, r.offset LIMIT :limit`,
  params: {id: 'node', source: 'node', offset: 'number', limit: 'count'},
  columns: {source_id: 'node', offset: 'number', depth: 'count'},
} as const satisfies Query;

/** The dominators of a node, itself first. */
const DOMINATORS = `WITH RECURSIVE up(id) AS (
    SELECT :id UNION ALL
    SELECT coalesce(o.dominator_id, r.parent_id) FROM up u LEFT JOIN objects o ON o.id = u.id LEFT JOIN roots r ON r.id = u.id
    WHERE coalesce(o.dominator_id, r.parent_id) > 0)
  SELECT u.id, r.kind FROM up u LEFT JOIN roots r ON r.id = u.id`;

/** The pointers of the telling path, the one to the node first. */
const STORED = `WITH RECURSIVE up(source_id, offset, depth) AS (
    SELECT holder_id, holder_offset, depth FROM objects WHERE id = :id AND holder_id IS NOT NULL UNION ALL
    SELECT o.holder_id, o.holder_offset, o.depth FROM up u JOIN objects o ON o.id = u.source_id WHERE o.holder_id IS NOT NULL AND o.depth < u.depth)
  SELECT source_id, offset FROM up`;

const bridges = {
  id: 'bridges',
  title: 'Bridges among the pointers of a node',
  sql: 'SELECT offset, target_id FROM edges WHERE source_id = :id AND bridge = 1 AND followed = 1',
  params: {id: 'node'},
  columns: {offset: 'number', target_id: 'node'},
} as const satisfies Query;

const PAGE = 4096;

/** A path: each source holds at its offset the pointer to the next source, the last one to the node. Empty for a root node's own. */
export interface FoundPath {
  readonly sources: readonly number[];
  readonly offsets: readonly number[];
}
/** A pointer, or without an offset all pointers of a node. */
export interface Avoided {
  readonly source: number;
  readonly offset?: number | undefined;
}
export interface Wanted {
  readonly count: number;
  readonly avoid: readonly Avoided[];
  /** By pointers alone, the fewest first. */
  readonly shortest?: boolean | undefined;
  /** Where the search gives up: places looked at, seconds. */
  readonly limits?: {readonly places: number; readonly seconds: number};
}
export interface FoundPaths {
  readonly paths: readonly FoundPath[];
  /** The search gave up: there may be more. */
  readonly cut: boolean;
  /** Bit per node: every path to the node goes through it, itself included. */
  readonly dominates: Uint8Array;
}

export interface PathSearch {
  /** In the order of the search. */
  readonly paths: AsyncIterable<FoundPath>;
  /** Whether it gave up, once the paths are through. */
  gaveUp(): boolean;
  readonly dominates: Uint8Array;
}

/** Up to `count` paths. Rejects with `signal.reason` when aborted. */
export async function searchPaths(database: SqlDatabase, id: number, wanted: Wanted, work: Work = {}): Promise<FoundPaths> {
  const search = await beginSearch(database, id, wanted, work);
  const paths: FoundPath[] = [];
  if (wanted.count > 0) for await (const path of search.paths) if (paths.push(path) === wanted.count) break;
  return {paths, cut: search.gaveUp(), dominates: search.dominates};
}

/** All paths, however many are wanted: whoever has enough stops. Rejects, and its paths do, with `signal.reason` when aborted. */
export async function beginSearch(database: SqlDatabase, id: number, wanted: Omit<Wanted, 'count'>, work: Work = {}): Promise<PathSearch> {
  const [highest] = await runQuery(database, counts, {});
  const roots = highest!.roots!;
  const nodes = Math.max(roots, highest!.objects!) + 1;
  const {dominates, isOnlyRoot} = await readDominators(database, id, nodes);
  const search = new BackwardSearch(database, roots, nodes, wanted, work);
  return {paths: listPaths(database, id, {search, roots, wanted, dominates, isOnlyRoot}), gaveUp: () => search.gaveUp, dominates};
}

interface Listing {
  readonly search: BackwardSearch;
  readonly roots: number;
  readonly wanted: Omit<Wanted, 'count'>;
  readonly dominates: Uint8Array;
  readonly isOnlyRoot: boolean;
}

async function* listPaths(database: SqlDatabase, id: number, listing: Listing): AsyncGenerator<FoundPath> {
  const {search, roots, wanted, dominates, isOnlyRoot} = listing;
  if (id <= roots) return yield {sources: [], offsets: []}; // a root node holds itself
  if (await isCutOff(database, id, wanted.avoid, dominates)) return;
  const stored = await readStored(database, id, roots);
  if (stored === undefined) return; // garbage
  const first = wanted.shortest ? await search.fewestPointers(id) : search.isAllowed(stored) ? stored : undefined;
  if (first) yield first;
  // One root node dominates it: no other one reaches it. A goroutine stands for all of its locals, which are several.
  if (first ? isOnlyRoot : wanted.shortest) return;
  if (first) search.close(first.sources[0]!);
  for await (const path of search.run(id, stored.sources.length)) {
    yield path;
    if (isOnlyRoot) return;
  }
}

async function readDominators(database: SqlDatabase, id: number, nodes: number): Promise<{dominates: Uint8Array; isOnlyRoot: boolean}> {
  const dominates = createBitset(nodes);
  let isOnlyRoot = false;
  for await (const {id: each, kind} of database.each<{id: number; kind: string | null}>(DOMINATORS, {id})) {
    if (getBit(dominates, each)) throw contradiction('objects', each, 'its dominators go round in a circle');
    setBit(dominates, each);
    if (kind !== null && kind !== 'goroutine') isOnlyRoot = true;
  }
  return {dominates, isOnlyRoot};
}

async function readStored(database: SqlDatabase, id: number, roots: number): Promise<FoundPath | undefined> {
  const sources: number[] = [];
  const offsets: number[] = [];
  for await (const {source_id: source, offset} of database.each<{source_id: number; offset: number}>(STORED, {id})) {
    sources.push(source);
    offsets.push(offset);
  }
  if (sources.length > 0 && sources.at(-1)! > roots) throw contradiction('objects', id, 'its holders lead to no root');
  return sources.length === 0 ? undefined : {sources: sources.reverse(), offsets: offsets.reverse()};
}

/** Whether what is avoided is on every path: a whole dominator, or a bridge to one. */
async function isCutOff(database: SqlDatabase, id: number, avoid: readonly Avoided[], dominates: Uint8Array): Promise<boolean> {
  for (const {source, offset} of avoid) {
    if (!getBit(dominates, source) || source === id) continue;
    if (offset === undefined) return true;
    const found = await runQuery(database, bridges, {id: source});
    if (found.some((bridge) => bridge.offset === offset && getBit(dominates, bridge.target_id!))) return true;
  }
  return false;
}

class BackwardSearch {
  gaveUp = false;
  readonly #database: SqlDatabase;
  readonly #work: Work;
  readonly #roots: number;
  readonly #nodes: number;
  readonly #closed: Uint8Array;
  readonly #avoid: ReadonlyMap<number, readonly Avoided[]>;
  readonly #places: number;
  readonly #deadlineMs: number;
  readonly #isByDepth: boolean;
  // Place k is the node `node` k, whose pointer at `offset` k leads to place `next` k, `length` k pointers from the end.
  readonly #node = new Column(Uint32Array);
  readonly #offset = new Column(Float64Array);
  readonly #next = new Column(Uint32Array);
  readonly #length = new Column(Uint32Array);
  /** Open places by the length that a path through them is expected to have. */
  readonly #open: (number[] | undefined)[] = [];
  #least = 0;

  constructor(database: SqlDatabase, roots: number, nodes: number, {avoid, limits, shortest}: Omit<Wanted, 'count'>, work: Work) {
    this.#database = database;
    this.#work = work;
    this.#roots = roots;
    this.#nodes = nodes;
    this.#isByDepth = !shortest;
    this.#closed = createBitset(nodes);
    this.#avoid = groupBySource(avoid);
    this.#places = limits?.places ?? Number.POSITIVE_INFINITY;
    this.#deadlineMs = performance.now() + (limits?.seconds ?? Number.POSITIVE_INFINITY) * 1000;
  }

  isAvoided(source: number, at: number): boolean {
    return this.#avoid.get(source)?.some(({offset}) => (offset ?? at) === at) === true;
  }
  isAllowed({sources, offsets}: FoundPath): boolean {
    return !sources.some((source, step) => this.isAvoided(source, offsets[step]!));
  }
  async fewestPointers(id: number): Promise<FoundPath | undefined> {
    const isAvoided = (source: number, offset: number) => this.isAvoided(source, offset);
    const space = {roots: this.#roots, nodes: this.#nodes, avoids: this.#avoid.size > 0, isAvoided, deadlineMs: this.#deadlineMs};
    const {path, gaveUp} = await searchFewestPointers(this.#database, id, space, this.#work);
    this.gaveUp = gaveUp;
    return path;
  }
  /** No path shall go through the node. */
  close(node: number): void {
    setBit(this.#closed, node);
  }

  /** `depth` of the node, which is an object. */
  async *run(id: number, depth: number): AsyncGenerator<FoundPath> {
    this.#push(id, 0, NONE, 0, depth);
    let looked = 0;
    for (; this.#least < this.#open.length; this.#least++) {
      const places = this.#open[this.#least] ?? [];
      for (let at = 0; at < places.length && !this.gaveUp; at++) {
        const place = places[at]!;
        const node = this.#node.data[place]!;
        if (getBit(this.#closed, node)) continue;
        setBit(this.#closed, node);
        if (node <= this.#roots) yield this.#pathFrom(place);
        else await this.#lookBehind(place);
        if (++looked % 1024 === 0) await this.#pause(looked);
      }
      this.#open[this.#least] = undefined;
    }
  }

  async #lookBehind(place: number): Promise<void> {
    const id = this.#node.data[place]!;
    const length = this.#length.data[place]! + 1;
    let after = {source: -1, offset: -1};
    for (;;) {
      const rows = await runQuery(this.#database, holders, {id, ...after, limit: PAGE});
      for (const row of rows) {
        const source = row.source_id!;
        if (!getBit(this.#closed, source) && !this.isAvoided(source, row.offset!))
          this.#push(source, row.offset!, place, length, row.depth ?? 0);
      }
      if (rows.length < PAGE || this.gaveUp) return;
      after = {source: rows.at(-1)!.source_id!, offset: rows.at(-1)!.offset!};
      await this.#pause(this.#node.length);
    }
  }

  #push(node: number, offset: number, next: number, length: number, depth: number): void {
    const place = this.#node.length;
    this.#node.push(node);
    this.#offset.push(offset);
    this.#next.push(next);
    this.#length.push(length);
    const least = Math.max(this.#isByDepth ? length + depth : length, this.#least);
    const places = this.#open[least];
    if (places) places.push(place);
    else this.#open[least] = [place];
  }

  async #pause(looked: number): Promise<void> {
    await checkpoint(this.#work);
    this.#work.onProgress?.('searching paths', looked, this.#node.length);
    if (this.#node.length > this.#places || performance.now() > this.#deadlineMs) this.gaveUp = true;
  }

  #pathFrom(place: number): FoundPath {
    const sources: number[] = [];
    const offsets: number[] = [];
    for (let at = place; this.#next.data[at] !== NONE; at = this.#next.data[at]!) {
      sources.push(this.#node.data[at]!);
      offsets.push(this.#offset.data[at]!);
    }
    return {sources, offsets};
  }
}

function groupBySource(avoid: readonly Avoided[]): ReadonlyMap<number, readonly Avoided[]> {
  const groups = new Map<number, Avoided[]>();
  for (const each of avoid) groups.set(each.source, [...(groups.get(each.source) ?? []), each]);
  return groups;
}
