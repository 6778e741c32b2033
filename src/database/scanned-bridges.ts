/**
 * Many lists of nodes → what the pointers release alone that hold the nodes of each: what those of them retain to which no other path leads, each object once. A lower bound of what they
 * release together, found for all lists by going through all pointers and objects once.
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {freeColumn} from '../base/free-column.js';
import {checkpoint, type Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import type {SqlDatabase} from '../sql/index.js';
import {scanColumns} from '../sql/scan-columns.js';
import {COUNTS} from './marked-cuts.js';
import {readSizes} from './stored-sizes.js';

/** Lists that are summed at a time: bits of a number. */
const AT_ONCE = 32;
const ROOTS = 'SELECT id, coalesce(retained, 0) AS retained FROM roots';

/** Bytes, in the order of the lists. Of root nodes what they retain. `known`: the dominators, where they were read. Rejects with `signal.reason` when aborted. */
export async function sumBridges(database: SqlDatabase, lists: readonly Uint32Array[], work: Work, known?: Uint32Array): Promise<number[]> {
  const [counts] = await database.rows<{roots: number; nodes: number}>(COUNTS);
  const {roots, nodes} = counts!;
  const ofRoot = new Map((await database.rows<{id: number; retained: number}>(ROOTS)).map(({id, retained}) => [id, retained]));
  const sums = lists.map((list) => list.reduce((sum, node) => sum + (node <= roots ? (ofRoot.get(node) ?? 0) : 0), 0));
  const isBridged = await readBridges(database, nodes, work);
  const dominator = known ?? (await readDominators(database, nodes, work));
  const inLists = new Uint32Array(nodes);
  for (let first = 0; first < lists.length; first += AT_ONCE) {
    inLists.fill(0); // per node, a bit for each list that has it or one that dominates it
    for (const [at, list] of lists.slice(first, first + AT_ONCE).entries())
      for (const node of list) if (node > roots && getBit(isBridged, node)) inLists[node]! |= 1 << at;
    passDown(inLists, dominator, roots);
    await addSizes(database, inLists, listNonZero(inLists), sums, first);
    await checkpoint(work);
  }
  return sums;
}

/** Bit per node: there is a pointer that all paths to it go through. */
async function readBridges(database: SqlDatabase, nodes: number, work: Work): Promise<Uint8Array> {
  const isBridged = createBitset(nodes);
  for (const {count, columns} of scanColumns(database.path, 'edges', ['source_id', 'target_id', 'bridge'])) {
    const [source, target, bridge] = columns;
    for (let row = 0; row < count; row++) if (bridge![row] === 1) setBit(isBridged, target![row]!);
    work.onProgress?.('read edges', source![count - 1]!, nodes);
    await checkpoint(work);
  }
  return isBridged;
}

/** Per node, NONE for what is no reachable object. */
async function readDominators(database: SqlDatabase, nodes: number, work: Work): Promise<Uint32Array> {
  const dominator = new Uint32Array(nodes).fill(NONE);
  for (const {count, columns} of scanColumns(database.path, 'objects', ['id', 'holder_id', 'other_dominator_id'])) {
    const [ids, holders, others] = columns;
    for (let row = 0; row < count; row++) {
      const above = Number.isNaN(others![row]!) ? holders![row]! : others![row]!;
      if (!Number.isNaN(above)) dominator[ids![row]!] = above;
    }
    work.onProgress?.('read objects', ids![count - 1]!, dominator.length);
    await checkpoint(work);
  }
  return dominator;
}

/** Each node gets the bits of those that dominate it. O(nodes). */
function passDown(bits: Uint32Array, dominator: Uint32Array, roots: number): void {
  const isDone = createBitset(bits.length);
  const chain: number[] = [];
  for (let object = roots + 1; object < bits.length; object++) {
    let node = object;
    for (; node > roots && node < bits.length && !getBit(isDone, node); node = dominator[node]!) {
      setBit(isDone, node);
      chain.push(node);
    }
    let above = node > roots && node < bits.length ? bits[node]! : 0;
    while (chain.length > 0) {
      const below = chain.pop()!;
      above |= bits[below]!;
      bits[below] = above;
    }
  }
}

async function addSizes(database: SqlDatabase, bits: Uint32Array, held: Uint32Array, sums: number[], first: number): Promise<void> {
  const sizeAt = await readSizes(database, held);
  for (let position = 0; position < held.length; position++) {
    const size = sizeAt(position);
    for (let left = bits[held[position]!]!; left !== 0; left &= left - 1) sums[first + 31 - Math.clz32(left & -left)]! += size;
  }
  freeColumn(held);
}

function listNonZero(bits: Uint32Array): Uint32Array {
  const found = new Uint32Array(bits.length); // what is not needed of it takes no memory
  let end = 0;
  for (let node = 0; node < bits.length; node++) if (bits[node] !== 0) found[end++] = node;
  return found.subarray(0, end);
}
