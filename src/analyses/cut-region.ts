/**
 * What hangs on pointers and nodes that are to go → what of it becomes garbage, and who holds the rest.
 *
 * A node whose telling path (telling-paths.ts) goes through nothing of that stays: this very path still holds it. So the others, the region, are
 * all that has to be marked, from the pointers that lead into it from elsewhere: a cut that little hangs on costs little, however large the heap.
 */
import {BitRanks} from '../base/bit-ranks.js';
import {clearBit, createBitset, getBit, listBits, setBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import {distinctOf} from '../base/distinct.js';
import {freeColumn} from '../base/free-column.js';
import {NONE, type NodeIndex} from '../base/units.js';

export interface CutRegion {
  readonly node: Uint32Array; // ascending: objects whose telling path goes through what is cut; a position is an index into it
  readonly entry: Uint32Array; // per position: the nearest node elsewhere that points there; NONE where none does
  readonly firstEdge: Uint32Array; // per position, plus one
  readonly target: Uint32Array; // per pointer inside the region: position
  readonly leavingFrom: Uint32Array; // per pointer that leads elsewhere, but up to what the cuts hang on: position
  readonly leavingTo: Uint32Array; // and its target's node
}

/** Of depths that fit into a byte one more than the most. */
const DEEP = 255;

/** Takes the pointers that are left, in the order of their sources: those that are followed, of nodes that can be reached and do not go. */
export class CutRegionBuilder {
  readonly #node: Uint32Array;
  readonly #positions: BitRanks;
  readonly #entry: Uint32Array;
  readonly #near: Uint8Array; // per position: the depth of its entry; DEEP where that is more, or there is none
  readonly #depthOf: (node: NodeIndex) => number;
  readonly #above: Uint8Array;
  readonly #firstEdge: Uint32Array;
  readonly #target: Column<Uint32Array>;
  readonly #leavingFrom = new Column(Uint32Array);
  readonly #leavingTo = new Column(Uint32Array);
  #end = 0; // positions whose pointers have begun
  // The source of the pointer that was taken last: its others come right behind it.
  #source = NONE;
  #from = -1; // position
  #depth = 0;

  /**
   * `node` as in the result. `above` (bit per node): on the telling paths of what is cut; what points back there leads nowhere. `depthOf` sources, as telling paths
   * have it. `pointers`: how many there may be inside; room that is not needed takes no memory.
   */
  constructor(node: Uint32Array, limit: number, above: Uint8Array, depthOf: (node: NodeIndex) => number, pointers?: number) {
    this.#node = node;
    this.#above = above;
    this.#depthOf = depthOf;
    this.#positions = new BitRanks(node, limit);
    this.#entry = new Uint32Array(node.length).fill(NONE);
    this.#near = new Uint8Array(node.length).fill(DEEP);
    this.#firstEdge = new Uint32Array(node.length + 1);
    this.#target = new Column(Uint32Array, pointers);
  }

  has(node: NodeIndex): boolean {
    return this.#positions.has(node);
  }

  add(source: NodeIndex, target: NodeIndex): void {
    if (source !== this.#source) this.#setSource(source);
    const to = this.#positions.find(target);
    const from = this.#from;
    if (from >= 0 && to >= 0) {
      this.#begin(from + 1);
      this.#target.push(to);
    } else if (from >= 0) this.#addLeaving(from, target);
    else if (to >= 0) this.#addEntry(to, source);
  }
  #setSource(source: NodeIndex): void {
    this.#source = source;
    this.#from = this.#positions.find(source);
    if (this.#from < 0) this.#depth = this.#depthOf(source);
  }
  #begin(positions: number): void {
    while (this.#end < positions) this.#firstEdge[this.#end++] = this.#target.length;
  }
  #addLeaving(from: number, target: NodeIndex): void {
    if (getBit(this.#above, target)) return;
    this.#leavingFrom.push(from);
    this.#leavingTo.push(target);
  }
  /** Of several the one with the shorter path, else the first. */
  #addEntry(to: number, source: NodeIndex): void {
    const depth = Math.min(this.#depth, DEEP);
    if (depth > this.#near[to]! || (depth === this.#near[to]! && depth < DEEP)) return;
    const known = this.#entry[to]!;
    if (depth === DEEP && known !== NONE && this.#depth >= this.#depthOf(known)) return;
    this.#near[to] = depth;
    this.#entry[to] = source;
  }

  finish(): CutRegion {
    this.#begin(this.#node.length + 1);
    freeColumn(this.#near);
    const leaving = {leavingFrom: this.#leavingFrom.finish(), leavingTo: this.#leavingTo.finish()};
    const {data, length} = this.#target;
    return {node: this.#node, entry: this.#entry, firstEdge: this.#firstEdge, target: data.subarray(0, length), ...leaving};
  }
}

/** Objects that are one of `seeds` (bit per node) or hang on one, and none of `without` (likewise); `holder` as telling paths have it, NONE for garbage. O(nodes). */
export function listHanging(holder: Uint32Array, roots: number, seeds: Uint8Array, without?: Uint8Array): Uint32Array {
  const isKnown = createBitset(holder.length);
  const hangs = createBitset(holder.length);
  const chain = new Column(Uint32Array);
  for (let object = roots + 1; object < holder.length; object++) {
    if (holder[object] === NONE) continue;
    let node = object;
    for (; node > roots && !getBit(isKnown, node) && !getBit(seeds, node); node = holder[node]!) {
      setBit(isKnown, node);
      chain.push(node);
    }
    const isHanging = node > roots && (getBit(seeds, node) || getBit(hangs, node));
    if (isHanging) setBit(hangs, node);
    while (chain.length > 0) {
      const below = chain.data[--chain.length]!;
      if (isHanging) setBit(hangs, below);
    }
  }
  if (without) for (let byte = 0; byte < hangs.length; byte++) hangs[byte]! &= ~without[byte]!;
  return listBits(hangs, holder.length);
}

/**
 * Bit per node: objects that are one of `tops` (likewise; root nodes, too) or dominated by one: what is lost with these. `dominator` is NONE for garbage.
 * O(nodes).
 */
export function markDominated(dominator: Uint32Array, roots: number, tops: Uint8Array): Uint8Array {
  const known = createBitset(dominator.length);
  const marked = createBitset(dominator.length);
  if (!tops.some((byte) => byte !== 0)) return marked;
  const chain = new Column(Uint32Array);
  for (let object = roots + 1; object < dominator.length; object++) {
    if (dominator[object] === NONE) continue;
    let node = object;
    for (; node > roots && !getBit(known, node) && !getBit(tops, node); node = dominator[node]!) {
      setBit(known, node);
      chain.push(node);
    }
    const isMarked = getBit(tops, node) || getBit(marked, node);
    if (isMarked && node > roots) setBit(marked, node);
    while (chain.length > 0) {
      const below = chain.data[--chain.length]!;
      if (isMarked) setBit(marked, below);
    }
  }
  return marked;
}

/** By which entries a region's objects are held. */
export class HeldVia {
  readonly #column: Uint32Array; // per position: of an entry its holder, else the position of an entry; NONE for garbage
  readonly #isEntry: Uint8Array; // bit per position

  constructor(column: Uint32Array, isEntry: Uint8Array) {
    this.#column = column;
    this.#isEntry = isEntry;
  }

  isGarbage(position: number): boolean {
    return this.#column[position] === NONE;
  }
  isEntry(position: number): boolean {
    return getBit(this.#isEntry, position);
  }
  /** The position of the entry by which an object is held, the one with the fewest pointers between; NONE for garbage. */
  entryOf(position: number): number {
    return this.isEntry(position) ? position : this.#column[position]!;
  }
  /** The nearest node elsewhere that points to an entry. */
  holderOf(entry: number): NodeIndex {
    return this.#column[entry]!;
  }
  /** No question is asked any more. */
  free(): void {
    freeColumn(this.#column);
  }
}

/** Into `from`, per position: the one before it on the way from its entry; of an entry itself. `region.entry` is spent: the result is in its column. O(region). */
export function findHeld({node, entry, firstEdge, target}: CutRegion, from?: Uint32Array): HeldVia {
  const isEntry = createBitset(node.length);
  const queue = new Uint32Array(node.length); // what is no entry
  const isNext = createBitset(node.length); // bit per position: one pointer further than those that are looked at
  let queued = 0;
  for (let position = 0; position < node.length; position++) {
    if (entry[position] === NONE) continue;
    setBit(isEntry, position);
    if (from) from[position] = position;
  }
  const goOn = (position: number, via: number) => {
    for (let edge = firstEdge[position]!; edge < firstEdge[position + 1]!; edge++) {
      const to = target[edge]!;
      if (entry[to] === NONE) {
        setBit(isNext, to);
        queue[queued++] = to;
      } else if (getBit(isEntry, to) || via >= entry[to]! || !getBit(isNext, to)) continue;
      entry[to] = via;
      if (from) from[to] = position;
    }
  };
  for (let position = 0; position < node.length; position++) if (getBit(isEntry, position)) goOn(position, position);
  for (let at = 0; at < queued; ) {
    const end = queued;
    for (let next = at; next < end; next++) clearBit(isNext, queue[next]!);
    for (; at < end; at++) goOn(queue[at]!, entry[queue[at]!]!);
  }
  freeColumn(queue);
  return new HeldVia(entry, isEntry);
}

/** Per node that the garbage points to and that is outside of the region: it stays, and its telling path says why. Ascending. */
export function findLedTo({leavingFrom, leavingTo}: CutRegion, via: HeldVia): Uint32Array {
  return distinctOf(leavingTo.filter((_, pointer) => via.isGarbage(leavingFrom[pointer]!)).sort());
}

/** Bit per node: `seeds` (likewise) and all that their telling paths go through. O(nodes). */
export function markAbove(holder: Uint32Array, roots: number, seeds: Uint8Array): Uint8Array {
  const above = seeds.slice();
  for (let seed = roots + 1; seed < holder.length; seed++) {
    if (!getBit(seeds, seed) || holder[seed] === NONE) continue;
    for (let node = holder[seed]!; node > roots && !getBit(above, node); node = holder[node]!) setBit(above, node);
  }
  return above;
}
