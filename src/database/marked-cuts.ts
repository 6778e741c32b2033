/**
 * Pointers and nodes that are to go, as questions about what they lead to ask for them.
 */
import type {CutRegion} from '../analyses/cut-region.js';
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {distinctOf} from '../base/distinct.js';
import type {SqlDatabase} from '../sql/index.js';
import {CutPointers, type StoredPointers} from './cut-pointers.js';

/** Each once. Of millions an array of numbers. */
export type NodeIds = readonly number[] | Uint32Array;

export interface StoredCuts {
  readonly pointers: StoredPointers;
  /** A goroutine takes its locals with it, a variable the static data that it alone points to. */
  readonly nodes: NodeIds;
}

/** What is dominated by something that goes is garbage, and nothing of it has to be marked: of a large region the rest is left. */
export interface StoredRegion extends CutRegion {
  readonly lost?: Lost;
}
export interface Lost {
  readonly nodes: Uint8Array; // bit per node
  readonly ledTo: LedTo; // where they point outside of the region, but up to what the cuts hang on
}
export interface LedTo {
  readonly nodes: Uint8Array; // bit per node
  readonly isEmpty: boolean;
  readonly roots: number; // the highest id of a root node
  /** Per node, NONE for what is no reachable object. */
  readDominators(): Promise<Uint32Array>;
}

export interface MarkedCuts {
  readonly roots: number; // the highest id of a root node
  readonly nodes: number; // one more than the highest id
  readonly edges: number; // all pointers of the database, or 0
  readonly gone: Uint32Array; // with what goes with them, ascending
  readonly isGone: Uint8Array; // bit per node
  readonly cut: CutPointers;
  readonly isCut: Uint8Array; // bit per node: some pointers of it
}

/** The highest id of a root node, and one more than the highest of all. */
export const COUNTS = `SELECT (SELECT coalesce(max(id), 0) FROM roots) AS roots,
  1 + max((SELECT coalesce(max(id), 0) FROM objects), (SELECT coalesce(max(id), 0) FROM roots)) AS nodes`;

/** Of millions no copy where there is nothing to join. */
function joinAscending(nodes: NodeIds, more: readonly number[]): Uint32Array {
  if (more.length === 0 && nodes instanceof Uint32Array && nodes.every((node, at) => at === 0 || nodes[at - 1]! < node)) return nodes;
  const all = new Uint32Array(nodes.length + more.length);
  all.set(nodes);
  all.set(more, nodes.length);
  return all.sort();
}

export async function markCuts(database: SqlDatabase, cuts: StoredCuts): Promise<MarkedCuts> {
  const [counts] = await database.rows<{roots: number; nodes: number}>(COUNTS);
  const {roots, nodes} = counts!;
  const edges = await countPointers(database);
  const [isGone, isCut] = [createBitset(nodes), createBitset(nodes)];
  for (const node of cuts.nodes) setBit(isGone, node);
  const below: number[] = [];
  // Of nodes below each other the outer one comes first.
  for (const {id, parent} of await database.rows<{id: number; parent: number}>('SELECT id, parent_id AS parent FROM roots ORDER BY id')) {
    if (!getBit(isGone, parent) || getBit(isGone, id)) continue;
    setBit(isGone, id);
    below.push(id);
  }
  const cut = new CutPointers(cuts.pointers);
  for (let at = 0; at < cut.length; at++) setBit(isCut, cut.source[at]!);
  return {roots, nodes, edges, gone: joinAscending(cuts.nodes, below), isGone, cut, isCut};
}

/** Of the whole database, for columns: what is not used of them takes no memory. */
export async function countPointers(database: SqlDatabase): Promise<number> {
  const [row] = await database.rows<{edges: number}>("SELECT CAST(value AS INTEGER) AS edges FROM meta WHERE key = 'edges'");
  return Math.min(row?.edges ?? 0, MOST_POINTERS);
}
/** A database may say anything. */
const MOST_POINTERS = 2 ** 30;

export function stays({isGone, isCut, cut}: MarkedCuts, source: number, offset: number, target: number): boolean {
  if (getBit(isGone, target) || getBit(isGone, source)) return false;
  return !getBit(isCut, source) || !cut.has(source, offset);
}

/** What is in several lists once. */
export function uniteNodes(lists: readonly NodeIds[]): NodeIds {
  const filled = lists.filter(({length}) => length > 0);
  if (filled.length <= 1) return filled[0] ?? [];
  const all = new Uint32Array(filled.reduce((sum, {length}) => sum + length, 0));
  let end = 0;
  for (const list of filled) {
    all.set(list, end);
    end += list.length;
  }
  return eachNodeOnce(all);
}

/** Ascending. */
export function eachNodeOnce(nodes: Uint32Array): Uint32Array {
  return distinctOf(nodes.slice().sort());
}
