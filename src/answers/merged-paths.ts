/**
 * The telling paths of all objects, merged → a tree: for each generalized path what lies at it, by type, and what is held along it. Every
 * reachable object has one such path, so the tree holds each byte once, however much of the heap is shared; and a path has the same name in
 * another dump of the program.
 */
import {Column} from '../base/columns.js';
import {type Bytes, NONE, type TypeIndex} from '../base/units.js';
import {lengthOf} from '../graph/objects.js';
import type {UsedLength} from './gathers.js';
import {NOWHERE} from './interned-paths.js';
import type {ToldHeap} from './told-heap.js';

export interface MergedPaths {
  readonly rows: readonly PathRow[]; // parents before children
  readonly types: readonly PathType[]; // in the order of the rows
  readonly pathOf: Uint32Array; // per node: a row's id; 0 for garbage. Where its own was not kept, the nearest before it
}
export interface PathRow {
  readonly id: number; // from 1
  readonly parent: number; // another row's id; 0 where a root node begins the path
  readonly name: string;
  readonly isFolded: boolean; // it has a `…`
  readonly heldObjects: number; // at the path and at all that go on from it
  readonly heldBytes: Bytes;
}
export interface PathType {
  readonly path: number; // a row's id
  readonly type: TypeIndex;
  readonly objects: number;
  readonly values: number; // elements of arrays counted singly, as far as they are in use
  readonly bytes: Bytes; // slots
}

/** Paths that are kept, those that hold most; what is held along the others is held along their parents too. */
export const MOST_PATHS = 100_000;

/** O(objects). The names of `told` are spent: see `GeneralizedPaths.takeAll`. */
export function mergePaths(told: ToldHeap, usedLength?: UsedLength, most = MOST_PATHS): MergedPaths {
  const {names} = told;
  const pathOf = names.takeAll();
  const tally = tallyObjects(told, pathOf, usedLength);
  const count = names.count + 1;
  const held = {bytes: new Float64Array(count), objects: new Float64Array(count)};
  for (let row = 0; row < tally.type.length; row++) {
    held.bytes[tally.path.data[row]!]! += tally.bytes.data[row]!;
    held.objects[tally.path.data[row]!]! += tally.objects.data[row]!;
  }
  for (let path = count - 1; path > NOWHERE; path--) {
    const above = names.parentOf(path); // interned before it
    held.bytes[above]! += held.bytes[path]!;
    held.objects[above]! += held.objects[path]!;
  }
  const kept = keepMost(held, most);
  const idOf = new Uint32Array(count);
  for (let index = 0; index < kept.length; index++) idOf[kept[index]!] = index + 1;
  const rows = Array.from(kept, (path, index) => {
    const own = {parent: idOf[names.parentOf(path)]!, name: names.textOf(path), isFolded: names.isFolded(path)};
    return {id: index + 1, ...own, heldObjects: held.objects[path]!, heldBytes: held.bytes[path]!};
  });
  for (let path = 1; path < count; path++) idOf[path] ||= idOf[names.parentOf(path)]!;
  for (let node = 0; node < pathOf.length; node++) pathOf[node] = idOf[pathOf[node]!]!;
  return {rows, types: rows.flatMap(({id}, index) => typesAt(tally, kept[index]!, id)), pathOf};
}

/** Paths in the order in which they were interned. What holds more than another is never left out for it, so parents are kept with their children. */
function keepMost({bytes, objects}: {bytes: Float64Array; objects: Float64Array}, most: number): Uint32Array {
  const held: number[] = [];
  for (let path = 1; path < objects.length; path++) if (objects[path]! > 0) held.push(path);
  held.sort((a, b) => bytes[b]! - bytes[a]! || a - b);
  return Uint32Array.from(held.slice(0, most)).sort();
}

/** By path and type; the rows of one path are a list. */
class Tally {
  readonly path = new Column(Uint32Array);
  readonly type = new Column(Uint32Array);
  readonly objects = new Column(Float64Array);
  readonly values = new Column(Float64Array);
  readonly bytes = new Column(Float64Array);
  readonly next = new Column(Uint32Array); // row; NONE at the end
  readonly first = new Column(Uint32Array); // per path: row

  add(path: number, type: TypeIndex, objects: number, values: number, bytes: Bytes): void {
    const row = this.#rowOf(path, type);
    this.objects.data[row]! += objects;
    this.values.data[row]! += values;
    this.bytes.data[row]! += bytes;
  }

  #rowOf(path: number, type: TypeIndex): number {
    while (this.first.length <= path) this.first.push(NONE);
    let row = this.first.data[path]!;
    while (row !== NONE && this.type.data[row] !== type) row = this.next.data[row]!;
    if (row !== NONE) return row;
    this.path.push(path);
    this.type.push(type);
    this.next.push(this.first.data[path]!);
    for (const column of [this.objects, this.values, this.bytes]) column.push(0);
    this.first.data[path] = this.type.length - 1;
    return this.type.length - 1;
  }
}

function tallyObjects({columns}: ToldHeap, pathOf: Uint32Array, usedLength: UsedLength | undefined): Tally {
  const {spans, objects, roots} = columns.graph;
  const types = objects.type;
  const tally = new Tally();
  for (let span = 0; span < spans.count; span++) {
    const end = objects.firstObject[span + 1]!;
    for (let object = objects.firstObject[span]!; object < end; ) {
      const path = pathOf[object + 1 + roots.count]!;
      const type = types[object]!;
      const first = object;
      let values = 0;
      // Neighbours are often alike.
      for (; object < end && pathOf[object + 1 + roots.count] === path && types[object] === type; object++) {
        const length = lengthOf(objects, object);
        values += length <= 1 ? 1 : usedLength?.(object) || length;
      }
      if (path !== NOWHERE) tally.add(path, type, object - first, values, (object - first) * spans.slotSize[span]!);
    }
  }
  return tally;
}

/** Those with most bytes first. */
function typesAt(tally: Tally, path: number, id: number): PathType[] {
  const rows: PathType[] = [];
  for (let row = tally.first.data[path] ?? NONE; row !== NONE && path < tally.first.length; row = tally.next.data[row]!) {
    const [type, objects] = [tally.type.data[row]!, tally.objects.data[row]!];
    rows.push({path: id, type, objects, values: tally.values.data[row]!, bytes: tally.bytes.data[row]!});
  }
  return rows.sort((a, b) => b.bytes - a.bytes || a.type - b.type);
}
