/**
 * What stays although something is to go: the objects at which it is held from elsewhere, each with what stays because of it. The largest are told by name, of millions the
 * rest is one sum.
 */
import type {HeldVia} from '../analyses/cut-region.js';
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {freeColumn} from '../base/free-column.js';
import {remember} from '../base/remember.js';
import {type Bytes, NONE, type NodeIndex} from '../base/units.js';

/** Some objects. */
export interface ObjectSum {
  readonly objects: number;
  readonly bytes: Bytes; // of their slots
}
/** An object that stays because it is pointed to from elsewhere, with what stays because of that. */
export interface Entry extends ObjectSum {
  readonly node: NodeIndex;
  readonly holder: NodeIndex | undefined; // where such a pointer is; undefined where its telling path says it
}
export interface HeldEntries {
  readonly named: readonly Entry[]; // most bytes first, then by node
  readonly others: ObjectSum & {readonly count: number}; // those that hold no more than any of them
}
/** What stays for one reason: a pointer of one generalized path, which leads to objects of one type. */
export interface StillHeld extends ObjectSum {
  readonly name: string; // of the path; '' for all that are not named
  readonly type: string; // '' likewise
  readonly node: NodeIndex | undefined; // of those that are pointed to, the one that most hangs on; undefined likewise
  readonly count: number; // of those that are pointed to
}

const MOST_NAMED = 10_000;

/** `node` of a region; `sizeAt`: bytes of the object at a position. */
export function listHeldEntries(node: Uint32Array, via: HeldVia, sizeAt: (position: number) => Bytes): HeldEntries {
  // Of entries by position. A sum seldom needs more than a row of the column: what goes beyond is kept aside.
  const bytes = new Uint32Array(node.length);
  const carried = new Map<number, number>();
  let objects = 0;
  for (let position = 0; position < node.length; position++) {
    const at = via.entryOf(position);
    if (at === NONE) continue;
    const sum = bytes[at]! + sizeAt(position);
    if (sum >= WIDTH) carried.set(at, (carried.get(at) ?? 0) + Math.floor(sum / WIDTH));
    bytes[at] = sum % WIDTH;
    objects++;
  }
  const picker = new EntryPicker();
  for (let at = 0; at < node.length; at++) if (via.isEntry(at)) picker.add(at, 0, bytes[at]! + (carried.get(at) ?? 0) * WIDTH);
  freeColumn(bytes);
  const {named, others} = picker.finish();
  const objectsOf = countVia(node.length, via, named);
  const counted = named.map(({node: at, bytes: sum}) => ({
    node: node[at]!,
    holder: via.holderOf(at),
    objects: objectsOf.get(at)!,
    bytes: sum,
  }));
  return {named: counted, others: {...others, objects: counted.reduce((left, each) => left - each.objects, objects)}};
}

/** By the position of an entry: how many are held by it. Those of few entries are counted, not of millions. */
function countVia(positions: number, via: HeldVia, entries: readonly Pick<Entry, 'node'>[]): Map<number, number> {
  const counts = new Map(entries.map(({node: at}) => [at, 0]));
  const isCounted = createBitset(positions);
  for (const at of counts.keys()) setBit(isCounted, at);
  for (let position = 0; position < positions; position++) {
    const at = via.entryOf(position);
    if (at !== NONE && getBit(isCounted, at)) counts.set(at, counts.get(at)! + 1);
  }
  return counts;
}
/** One more than what fits into a column. */
const WIDTH = 2 ** 32;

/** Takes any number of entries, whose telling paths say what holds them; only those that are named are kept. */
export class EntryPicker {
  readonly #node = new Float64Array(4 * MOST_NAMED);
  readonly #objects = new Float64Array(4 * MOST_NAMED);
  readonly #bytes = new Float64Array(4 * MOST_NAMED);
  readonly #others = {count: 0, objects: 0, bytes: 0};
  #count = 0;
  #least = Number.NEGATIVE_INFINITY; // what is no more than this is not named any more

  /** Nodes must come in ascending order. */
  add(node: NodeIndex, objects: number, bytes: Bytes): void {
    if (bytes <= this.#least) {
      this.#leave(objects, bytes);
      return;
    }
    this.#node[this.#count] = node;
    this.#objects[this.#count] = objects;
    this.#bytes[this.#count++] = bytes;
    if (this.#count === this.#bytes.length) this.#cut();
  }

  finish(): HeldEntries {
    if (this.#count > MOST_NAMED) this.#cut();
    const entryAt = (_: unknown, at: number): Entry => {
      return {node: this.#node[at]!, holder: undefined, objects: this.#objects[at]!, bytes: this.#bytes[at]!};
    };
    return {named: Array.from({length: this.#count}, entryAt).sort(byBytesAndNode), others: this.#others};
  }

  #cut(): void {
    const sorted = this.#bytes.slice(0, this.#count).sort();
    const least = sorted[this.#count - MOST_NAMED]!;
    let equal = MOST_NAMED - (this.#count - 1 - sorted.lastIndexOf(least)); // how many of the least ones are named
    let kept = 0;
    for (let at = 0; at < this.#count; at++) {
      const bytes = this.#bytes[at]!;
      if (bytes < least || (bytes === least && equal-- <= 0)) this.#leave(this.#objects[at]!, bytes);
      else {
        this.#node[kept] = this.#node[at]!;
        this.#objects[kept] = this.#objects[at]!;
        this.#bytes[kept++] = bytes;
      }
    }
    this.#count = kept;
    this.#least = least;
  }
  #leave(objects: number, bytes: Bytes): void {
    this.#others.count++;
    this.#others.objects += objects;
    this.#others.bytes += bytes;
  }
}

export function largestEntries(entries: readonly Entry[]): HeldEntries {
  return joinEntries({named: entries, others: {count: 0, objects: 0, bytes: 0}});
}

export function joinEntries(...lists: readonly HeldEntries[]): HeldEntries {
  const sorted = lists.flatMap(({named}) => named).sort(byBytesAndNode);
  const others = {count: 0, objects: 0, bytes: 0};
  for (const list of lists) addTo(others, list.others);
  for (const {objects, bytes} of sorted.slice(MOST_NAMED)) addTo(others, {count: 1, objects, bytes});
  return {named: sorted.slice(0, MOST_NAMED), others};
}

function byBytesAndNode(a: Entry, b: Entry): number {
  return b.bytes - a.bytes || a.node - b.node;
}

function addTo(sum: {count: number; objects: number; bytes: Bytes}, {count, objects, bytes}: HeldEntries['others']): void {
  sum.count += count;
  sum.objects += objects;
  sum.bytes += bytes;
}

/** Those of one name and type become one; those that are not named one more. Most bytes first. */
export function groupEntries(
  {named, others}: HeldEntries,
  describe: (entry: Entry) => {readonly name: string; readonly type: string},
): StillHeld[] {
  const groups = new Map<string, {-readonly [K in keyof StillHeld]: StillHeld[K]}>();
  for (const entry of named) {
    const {name, type} = describe(entry);
    const group = remember(groups, `${name} ${type}`, () => ({name, type, node: entry.node, count: 0, objects: 0, bytes: 0}));
    addTo(group, {count: 1, objects: entry.objects, bytes: entry.bytes});
  }
  const rows: StillHeld[] = [...groups.values()];
  if (others.count > 0) rows.push({name: '', type: '', node: undefined, ...others});
  return rows.sort(byBytes(({name, type}) => `${name} ${type}`));
}

export function sumOfEntries({named, others}: HeldEntries): ObjectSum {
  const objects = named.reduce((sum, entry) => sum + entry.objects, others.objects);
  return {objects, bytes: named.reduce((sum, entry) => sum + entry.bytes, others.bytes)};
}

/** Most bytes first, then most objects; else by what `textOf` says. */
export function byBytes<S extends ObjectSum>(textOf: (sum: S) => string): (a: S, b: S) => number {
  return (a, b) => b.bytes - a.bytes || b.objects - a.objects || (textOf(a) < textOf(b) ? -1 : 1);
}
