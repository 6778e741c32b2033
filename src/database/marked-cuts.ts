/**
 * Pointers and nodes that are to go, as questions about what they lead to ask for them.
 */
import type {CutRegion} from '../analyses/cut-region.js';
import {createBitset, getBit, setBit} from '../base/bitset.js';
import type {SqlDatabase} from '../sql/index.js';

/** A pointer of a node, at an offset of its slot or storage. */
export interface StoredPointer {
  readonly source: number;
  readonly offset: number;
}
/** Each once. Of millions an array of numbers. */
export type NodeIds = readonly number[] | Uint32Array;

export interface StoredCuts {
  readonly pointers: readonly StoredPointer[];
  /** A goroutine takes its locals with it, a variable the static data that it alone points to. */
  readonly nodes: NodeIds;
}

/** What is dominated by something that goes is garbage, and nothing of it has to be marked: of a large region the rest is left. */
export interface StoredRegion extends CutRegion {
  readonly lost?: Lost;
}
export interface Lost {
  readonly nodes: Uint8Array; // bit per node
  readonly ledTo: Uint8Array; // likewise, what they point to outside of the region, but up to what the cuts hang on
  readonly dominator: Uint32Array; // per node, NONE for what is no reachable object
  readonly roots: number; // the highest id of a root node
}

export interface MarkedCuts {
  readonly roots: number; // the highest id of a root node
  readonly nodes: number; // one more than the highest id
  readonly gone: Uint32Array; // with what goes with them, ascending
  readonly isGone: Uint8Array; // bit per node
  readonly cut: ReadonlyMap<number, ReadonlySet<number>>; // offsets by source
  readonly isCut: Uint8Array; // bit per node: some pointers of it
  readonly pointers: number; // that are cut
}

const COUNTS = `SELECT (SELECT coalesce(max(id), 0) FROM roots) AS roots,
  1 + max((SELECT coalesce(max(id), 0) FROM objects), (SELECT coalesce(max(id), 0) FROM roots)) AS nodes`;

export async function markCuts(database: SqlDatabase, cuts: StoredCuts): Promise<MarkedCuts> {
  const [counts] = await database.rows<{roots: number; nodes: number}>(COUNTS);
  const {roots, nodes} = counts!;
  const [isGone, isCut] = [createBitset(nodes), createBitset(nodes)];
  for (const node of cuts.nodes) setBit(isGone, node);
  const below: number[] = [];
  // Of nodes below each other the outer one comes first.
  for (const {id, parent} of await database.rows<{id: number; parent: number}>('SELECT id, parent_id AS parent FROM roots ORDER BY id')) {
    if (!getBit(isGone, parent) || getBit(isGone, id)) continue;
    setBit(isGone, id);
    below.push(id);
  }
  const cut = new Map<number, Set<number>>();
  for (const {source, offset} of cuts.pointers) {
    setBit(isCut, source);
    cut.set(source, (cut.get(source) ?? new Set()).add(offset));
  }
  const gone = new Uint32Array(cuts.nodes.length + below.length);
  gone.set(cuts.nodes);
  gone.set(below, cuts.nodes.length);
  return {roots, nodes, gone: gone.sort(), isGone, cut, isCut, pointers: cuts.pointers.length};
}

export function stays({isGone, isCut, cut}: MarkedCuts, source: number, offset: number, target: number): boolean {
  if (getBit(isGone, target) || getBit(isGone, source)) return false;
  return !getBit(isCut, source) || !cut.get(source)!.has(offset);
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
  return all.sort().filter((node, at) => at === 0 || node !== all[at - 1]);
}
