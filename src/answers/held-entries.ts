/**
 * What stays although something is to go: the objects at which it is held from elsewhere, each with what stays because of it. The largest are told by name, of millions the
 * rest is one sum.
 */
import type {CutRegion} from '../analyses/cut-region.js';
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

/** `sizeAt`: bytes of the object at a position. */
export function listHeldEntries({node, entry}: CutRegion, via: Uint32Array, sizeAt: (position: number) => Bytes): HeldEntries {
  const objects = new Uint32Array(node.length); // of entries by position
  const bytes = new Float64Array(node.length);
  for (let position = 0; position < via.length; position++) {
    const at = via[position]!;
    if (at === NONE) continue;
    objects[at]++;
    bytes[at]! += sizeAt(position);
  }
  return pickEntries(objects, bytes, (at) => ({node: node[at]!, holder: entry[at]!}));
}

/** By row; one without objects is none. `nodeOf` ascends. */
export function pickEntries(
  objects: Uint32Array,
  bytes: Float64Array,
  nodeOf: (row: number) => Pick<Entry, 'node' | 'holder'>,
): HeldEntries {
  const others = {count: 0, objects: 0, bytes: 0};
  const sizes = bytes.filter((_, row) => objects[row]! > 0).sort();
  const least = sizes.at(-MOST_NAMED) ?? 0;
  let equal = Math.min(sizes.length, MOST_NAMED) - (sizes.length - 1 - sizes.lastIndexOf(least)); // how many of the least ones are named
  const named: Entry[] = [];
  for (let row = 0; row < objects.length; row++) {
    if (objects[row] === 0) continue;
    const sum = {objects: objects[row]!, bytes: bytes[row]!};
    if (sum.bytes > least || (sum.bytes === least && equal-- > 0)) named.push({...nodeOf(row), ...sum});
    else addTo(others, {count: 1, ...sum});
  }
  return {named: named.sort(byBytesAndNode), others};
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
