/**
 * Root nodes outside of stacks → what holds their objects in the file: package-level variables become static fields of a class for
 * their package, one for each pointer; everything else (finalizers, cleanups, weak handles, the runtime's own queues) an array of
 * references that is a root by itself, of a class that says what it is.
 */
import {NONE} from '../../src/base/units.js';
import {type HeapGraph, ROOT_KINDS} from '../../src/graph/heap-graph.js';
import {objectOfNode} from '../../src/graph/objects.js';
import {findPart, selectorOf} from '../../src/values/field-path.js';
import {type ClassList, type JavaClass, MOST_FIELDS, NO_TRACE} from './class-list.js';
import {className, splitName} from './class-name.js';
import {JAVA} from './leaves.js';
import type {ObjectIds} from './object-ids.js';
import {type RecordWriter, TAG} from './record-writer.js';

const VARIABLES = [ROOT_KINDS.indexOf('global'), ROOT_KINDS.indexOf('static')];
/** Variables and functions without a package: the linker's, and those that have no symbol. */
const NO_PACKAGE = '(program)';

export interface RootArray {
  readonly id: number;
  readonly classId: number;
  /** Ids of the objects that it holds. */
  targets(): readonly number[];
}
export interface Variables {
  readonly arrays: RootArray[]; // by ascending id
}

export function packageClass(classes: ClassList, name: string): JavaClass {
  return classes.named(className(name) || NO_PACKAGE);
}

export function planVariables(graph: HeapGraph, classes: ClassList, ids: ObjectIds): Variables {
  const {roots} = graph;
  const arrays: RootArray[] = [];
  for (let root = 0; root < roots.count; root++) {
    if (VARIABLES.includes(roots.kind[root]!)) addStatics(graph, root, classes, ids);
    else if (roots.goroutine[root] === NONE) {
      arrays.push({
        id: ids.add(),
        classId: classes.named(`${rootName(graph, root)}[]`).id,
        targets: () => Array.from(edgesOfRoot(graph, root), (edge) => ids.ofNode(graph.edges.target[edge]!)),
      });
    }
  }
  return {arrays};
}

/** A field for each pointer of the variable, named like its part that holds it. */
function addStatics(graph: HeapGraph, root: number, classes: ClassList, ids: ObjectIds): void {
  const {roots, edges, strings} = graph;
  const {package: path, rest} = splitName(strings[roots.name[root]!]!);
  for (const edge of edgesOfRoot(graph, root)) {
    let holder = packageClass(classes, path);
    for (let more = 2; holder.statics.length === MOST_FIELDS; more++) holder = packageClass(classes, `${path} (${more})`);
    const name = rest + selectorOf(findPart(graph, roots.type[root]!, edges.slot[edge]! * 8).path);
    holder.statics.push({name, java: JAVA.object, value: ids.ofNode(edges.target[edge]!)});
  }
}

/** `finalizer of main.File`: its kind, its own name if it has another one, and whom it belongs to. */
function rootName(graph: HeapGraph, root: number): string {
  const {roots, objects, types, strings} = graph;
  const kind = ROOT_KINDS[roots.kind[root]!]!;
  const name = strings[roots.name[root]!]!;
  const object = roots.object[root] === NONE ? undefined : objectOfNode(graph, roots.object[root]!);
  const owner = object === undefined ? '' : types.name[objects.type[object]!]! || 'unknown';
  return [kind, name === kind ? '' : className(name), owner && `of ${className(owner)}`].filter((part) => part !== '').join(' ');
}

/** A class with static fields is a root, whatever they are: else its only instance would keep it, or nothing would. */
export function writeVariableRoots(writer: RecordWriter, {arrays}: Variables, classes: ClassList): void {
  for (const {id, statics} of classes.list) {
    if (statics.length === 0) continue;
    writer.heapRecord(TAG.rootStickyClass, 1 + writer.idSize);
    writer.id(id);
  }
  for (const {id} of arrays) {
    writer.heapRecord(TAG.rootJniGlobal, 1 + 2 * writer.idSize);
    writer.id(id);
    writer.id(id); // of the reference, which has none of its own
  }
}

/** The pointers of a root node; those that are only listed belong to another one. */
export function* edgesOfRoot({edges}: HeapGraph, root: number): Generator<number> {
  for (let edge = edges.firstEdge[root + 1]!; edge < edges.firstEdge[root + 2]!; edge++) {
    if (!edges.notFollowed.includes(edge)) yield edge; // there are few
  }
}

/** Downwards, as all arrays of references. */
export function writeRootArrays(writer: RecordWriter, {arrays}: Variables): void {
  for (const {id, classId, targets} of arrays.toReversed()) {
    const list = targets();
    writer.heapRecord(TAG.objectArray, 1 + 2 * writer.idSize + 8 + list.length * writer.idSize);
    writer.id(id);
    writer.u4(NO_TRACE);
    writer.u4(list.length);
    writer.id(classId);
    for (const target of list) {
      writer.room(writer.idSize);
      writer.id(target);
    }
  }
}
