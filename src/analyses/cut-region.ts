/**
 * What hangs on pointers and nodes that are to go → what of it becomes garbage, and who holds the rest.
 *
 * A node whose telling path (telling-paths.ts) goes through nothing of that stays: this very path still holds it. So the others, the region, are
 * all that has to be marked, from the pointers that lead into it from elsewhere: a cut that little hangs on costs little, however large the heap.
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import {buildCsr} from '../base/csr.js';
import {SparseRows} from '../base/sparse-rows.js';
import {NONE, type NodeIndex} from '../base/units.js';

export interface CutRegion {
  readonly node: Uint32Array; // ascending: objects whose telling path goes through what is cut; a position is an index into it
  readonly entry: Uint32Array; // per position: the nearest node elsewhere that points there; NONE where none does
  readonly firstEdge: Uint32Array; // per position, plus one
  readonly target: Uint32Array; // per pointer inside the region: position
  readonly leavingFrom: Uint32Array; // per pointer that leads elsewhere, but up to what the cuts hang on: position
  readonly leavingTo: Uint32Array; // and its target's node
}

/** Takes the pointers that are left, in any order: those that are followed, of nodes that can be reached and do not go. */
export class CutRegionBuilder {
  readonly #node: Uint32Array;
  readonly #positions: SparseRows;
  readonly #entry: Uint32Array;
  readonly #entryDepth: Uint32Array;
  readonly #above: Uint8Array;
  readonly #from = new Column(Uint32Array);
  readonly #to = new Column(Uint32Array);
  readonly #leavingFrom = new Column(Uint32Array);
  readonly #leavingTo = new Column(Uint32Array);

  /** `node` as in the result. `above` (bit per node): on the telling paths of what is cut; what points back there leads nowhere. */
  constructor(node: Uint32Array, limit: number, above: Uint8Array) {
    this.#node = node;
    this.#above = above;
    this.#positions = new SparseRows(node, limit);
    this.#entry = new Uint32Array(node.length).fill(NONE);
    this.#entryDepth = new Uint32Array(node.length);
  }

  /** `depth` of the source, as telling paths have it. */
  add(source: NodeIndex, depth: number, target: NodeIndex): void {
    const to = this.#positions.find(target);
    const from = this.#positions.find(source);
    if (from >= 0 && to >= 0) {
      this.#from.push(from);
      this.#to.push(to);
    } else if (from >= 0) this.#addLeaving(from, target);
    else if (to >= 0) this.#addEntry(to, source, depth);
  }
  #addLeaving(from: number, target: NodeIndex): void {
    if (getBit(this.#above, target)) return;
    this.#leavingFrom.push(from);
    this.#leavingTo.push(target);
  }
  #addEntry(to: number, source: NodeIndex, depth: number): void {
    const known = this.#entry[to]!;
    if (known !== NONE && (depth - this.#entryDepth[to]! || source - known) >= 0) return;
    this.#entry[to] = source;
    this.#entryDepth[to] = depth;
  }

  finish(): CutRegion {
    const {first, item} = buildCsr(this.#from.finish(), this.#node.length);
    for (let index = 0; index < item.length; index++) item[index] = this.#to.data[item[index]!]!;
    const leaving = {leavingFrom: this.#leavingFrom.finish(), leavingTo: this.#leavingTo.finish()};
    return {node: this.#node, entry: this.#entry, firstEdge: first, target: item, ...leaving};
  }
}

const NO = 1;
const YES = 2;

/** Objects that are one of `seeds` (bit per node) or hang on one, and none of `without` (likewise); `holder` as telling paths have it, NONE for garbage. O(nodes). */
export function listHanging(holder: Uint32Array, roots: number, seeds: Uint8Array, without?: Uint8Array): Uint32Array {
  const hangs = new Uint8Array(holder.length); // 0 not known yet
  const found = new Column(Uint32Array);
  const chain = new Column(Uint32Array);
  for (let object = roots + 1; object < holder.length; object++) {
    if (holder[object] === NONE) continue;
    let node = object;
    for (; hangs[node] === 0 && node > roots; node = holder[node]!) {
      chain.push(node);
      if (!getBit(seeds, node)) continue;
      hangs[node] = YES;
      break;
    }
    const answer = hangs[node] === YES ? YES : NO;
    while (chain.length > 0) hangs[chain.data[--chain.length]!] = answer;
    if (hangs[object] === YES && !(without && getBit(without, object))) found.push(object);
  }
  return found.finish();
}

/**
 * Bit per node: objects that are one of `tops` (likewise; root nodes, too) or dominated by one: what is lost with these. `dominator` is NONE for garbage.
 * O(nodes).
 */
export function markDominated(dominator: Uint32Array, roots: number, tops: Uint8Array): Uint8Array {
  const known = createBitset(dominator.length);
  const marked = createBitset(dominator.length);
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

export interface StillHeldBy {
  readonly via: Uint32Array; // per position: that of the entry by which it is held, the one with the fewest pointers between; NONE for garbage
  readonly from: Uint32Array; // per position: the one before it on that way; of an entry itself
}

/** O(region). */
export function findStillHeld({node, entry, firstEdge, target}: CutRegion): StillHeldBy {
  const via = new Uint32Array(node.length).fill(NONE);
  const from = new Uint32Array(node.length).fill(NONE);
  const distance = new Uint32Array(node.length);
  const queue = new Uint32Array(node.length);
  let queued = 0;
  for (let position = 0; position < node.length; position++) {
    if (entry[position] === NONE) continue;
    via[position] = position;
    from[position] = position;
    queue[queued++] = position;
  }
  for (let at = 0; at < queued; at++) {
    const position = queue[at]!;
    const next = distance[position]! + 1;
    for (let edge = firstEdge[position]!; edge < firstEdge[position + 1]!; edge++) {
      const to = target[edge]!;
      if (via[to] === NONE) {
        distance[to] = next;
        queue[queued++] = to;
      } else if (distance[to] !== next || via[position]! >= via[to]!) continue;
      via[to] = via[position]!;
      from[to] = position;
    }
  }
  return {via, from};
}

/** Per node that the garbage points to and that is outside of the region: it stays, and its telling path says why. Ascending. */
export function findLedTo({leavingFrom, leavingTo}: CutRegion, via: Uint32Array): Uint32Array {
  const found = leavingTo.filter((_, pointer) => via[leavingFrom[pointer]!] === NONE).sort();
  return found.filter((node, at) => at === 0 || node !== found[at - 1]);
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
