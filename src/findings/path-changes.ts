/**
 * The paths of several heaps of one program (answers/merged-paths.ts) → the few places at which the heap became another: from each root downwards, past
 * all that only holds what changed, to where objects became more or fewer – sessions, and not the maps and structs around them –, else to where the
 * bytes are.
 */
import {isTransparentPackage} from '../analyses/package-names.js';
import {remember} from '../base/remember.js';
import type {Bytes} from '../base/units.js';

/** A path of one heap. */
export interface HeapPath {
  readonly id: number;
  readonly parent: number | null; // id of a row before it
  readonly name: string;
  readonly held: Bytes; // at the path and at all that go on from it
  readonly types: readonly PathObjects[];
}
export interface PathObjects {
  readonly type: string;
  readonly package: string; // '' for what has no name of its own
  readonly kind: string;
  readonly objects: number;
  readonly values: number; // elements of arrays counted singly
  readonly bytes: Bytes;
}

/** What became more or less, per heap. */
export interface PathChange {
  readonly name: string; // of the place; a container's for what is in it
  readonly what: string; // type of what is counted, or one of CLOSURES and OBJECTS
  readonly counts: readonly number[];
  readonly bytes: readonly Bytes[]; // with all that is held by what is counted
}
export const CLOSURES = 'closures';
export const OBJECTS = 'objects';

/** A path in all heaps. */
interface MergedPath {
  readonly name: string;
  readonly parent: MergedPath | undefined;
  readonly below: MergedPath[];
  readonly held: Bytes[]; // per heap
  readonly types: Map<string, MergedType>;
  most: Bytes; // by which it or a path below it became another
}
interface MergedType {
  readonly isTelling: boolean;
  readonly counts: number[];
  readonly bytes: Bytes[];
}

/** Of what is counted so much of the difference must come: one connection more does not explain a buffer of a gigabyte in another. */
const EXPLAINED = 0.5;
const ELEMENTS = /\[…\](?= in |$)/;

/** Between the first and the last heap by at least `least` bytes, the largest first. */
export function findPathChanges(heaps: readonly (readonly HeapPath[])[], least: Bytes): PathChange[] {
  const paths = pathsOfAll(heaps);
  for (const path of [...paths].reverse()) {
    path.most = Math.max(path.most, Math.abs(difference(path.held)));
    if (path.parent) path.parent.most = Math.max(path.parent.most, path.most);
  }
  const roots = paths.filter(({parent, most}) => parent === undefined && most >= least);
  const changes = roots.flatMap((root) => changesAt(root, least));
  return changes.sort((a, b) => Math.abs(difference(b.bytes)) - Math.abs(difference(a.bytes)) || (a.name < b.name ? -1 : 1));
}

function difference(series: readonly number[]): number {
  return series.at(-1)! - series[0]!;
}

/** Parents before children. */
function pathsOfAll(heaps: readonly (readonly HeapPath[])[]): MergedPath[] {
  const zeros = () => heaps.map(() => 0);
  const paths = new Map<string, MergedPath>();
  for (const [heap, rows] of heaps.entries()) {
    const byId = new Map<number, MergedPath>();
    for (const {id, parent, name, held, types} of rows) {
      const path = remember(paths, name, () => {
        const above = parent === null ? undefined : byId.get(parent);
        const made = {name, parent: above, below: [], held: zeros(), types: new Map(), most: 0};
        above?.below.push(made);
        return made;
      });
      byId.set(id, path);
      path.held[heap]! += held;
      for (const objects of types) {
        const isTelling = isCounted(objects);
        const type = remember(path.types, objects.type, () => ({isTelling, counts: zeros(), bytes: zeros()}));
        type.counts[heap]! += isTelling ? objects.values : objects.objects;
        type.bytes[heap]! += objects.bytes;
      }
    }
  }
  return [...paths.values()];
}

/** Whether a person counts such objects: named structs that are no plumbing, and closures. */
function isCounted({type, package: path, kind}: PathObjects): boolean {
  return isClosure(type) || (kind === 'struct' && path !== '' && !isTransparentPackage(path));
}
function isClosure(type: string): boolean {
  return type.startsWith('closure ');
}

function changesAt(path: MergedPath, least: Bytes): PathChange[] {
  const counted = countedAt(path);
  if (counted && explains(counted.counts, path.held, least)) return [changeOf(path, counted.what, counted.counts, path.held)];
  const below = path.below.filter(({most}) => most >= least);
  const changes = below.flatMap((child) => changesAt(child, least));
  const own = path.held.map((held, heap) => below.reduce((left, child) => left - child.held[heap]!, held));
  const [only] = below;
  if (changes.length === 1 && only!.name.replace(ELEMENTS, '') === path.name && changes[0]!.bytes === only!.held)
    return [{...changes[0]!, bytes: path.held}]; // a map or slice grows with what is in it
  return Math.abs(difference(own)) < least ? changes : [ownChange(path, own), ...changes];
}

/** Of the types at a path that people count: how many in each heap. All closures are of one kind. */
function countedAt({types}: MergedPath): {what: string; counts: number[]} | undefined {
  const telling = [...types].filter(([, {isTelling}]) => isTelling);
  if (telling.length === 0) return undefined;
  const counts = telling[0]![1].counts.map((_, heap) => telling.reduce((sum, [, type]) => sum + type.counts[heap]!, 0));
  if (telling.every(([type]) => isClosure(type))) return {what: CLOSURES, counts};
  return {what: telling.length === 1 ? telling[0]![0] : OBJECTS, counts};
}

/** Whether what a path holds changed as much as the number of objects there says. */
function explains(counts: readonly number[], held: readonly Bytes[], least: Bytes): boolean {
  const [more, bytes] = [difference(counts), difference(held)];
  if (more === 0 || Math.abs(bytes) < least || Math.sign(more) !== Math.sign(bytes)) return false;
  const each = Math.max(held[0]! / (counts[0]! || 1), held.at(-1)! / (counts.at(-1)! || 1));
  return Math.abs(more) * each >= EXPLAINED * Math.abs(bytes);
}

/** What is at the path itself, and at what is too little to have a change of its own: counted as what most of its bytes are. */
function ownChange(path: MergedPath, bytes: readonly Bytes[]): PathChange {
  const [first] = [...path.types].sort(([, a], [, b]) => Math.abs(difference(b.bytes)) - Math.abs(difference(a.bytes)));
  const counts = first?.[1].counts ?? bytes.map(() => 0);
  return changeOf(path, first === undefined ? OBJECTS : first[0], counts, bytes);
}

function changeOf({name}: MergedPath, what: string, counts: readonly number[], bytes: readonly Bytes[]): PathChange {
  return {name: name.replace(ELEMENTS, ''), what, counts, bytes};
}
