/**
 * Goroutines → threads: an object of class `goroutine` with a name, a stack trace whose frames know function, file and line, and a root for
 * every object that a frame holds. The format has no place for the names of local variables: a frame's signature lists them.
 */
import {NONE} from '../../src/base/units.js';
import {type HeapGraph, ROOT_KINDS} from '../../src/graph/heap-graph.js';
import {type ClassList, NO_TRACE} from './class-list.js';
import {splitName} from './class-name.js';
import type {ObjectIds} from './object-ids.js';
import {type RecordWriter, TAG} from './record-writer.js';
import type {ScalarWriter} from './scalar-writer.js';
import {edgesOfRoot, packageClass} from './variables.js';

const LOCAL = ROOT_KINDS.indexOf('local');
/** Of a root that belongs to no frame of its thread. */
const NO_FRAME = 0xffffffff;
const UNKNOWN_LINE = 0xffffffff;

/** Ids of goroutine `row`: its object, its name, and the name's characters. */
export interface Threads {
  readonly firstId: number;
  readonly step: number;
}

/** The classes that frames lie in must be there before classes are written. */
export function planThreads({goroutines, frames, strings}: HeapGraph, classes: ClassList, ids: ObjectIds): Threads {
  for (let frame = 0; frame < frames.count; frame++) packageClass(classes, splitName(strings[frames.functionName[frame]!]!).package);
  return {firstId: ids.add(3 * goroutines.count), step: ids.step};
}

function threadId({firstId, step}: Threads, row: number, part: 0 | 1 | 2): number {
  return firstId + (3 * row + part) * step;
}
function traceOf(row: number): number {
  return row + 1 + NO_TRACE;
}

/** Frames and traces, before the heap. */
export function writeStacks(writer: RecordWriter, graph: HeapGraph, classes: ClassList): void {
  const {goroutines, frames, strings} = graph;
  writeTrace(writer, NO_TRACE, 0, []);
  const locals = localNames(graph);
  for (let frame = 0; frame < frames.count; frame++) {
    const {package: path, rest} = splitName(strings[frames.functionName[frame]!]!);
    const names = locals.get(frame);
    const [method, signature] = [writer.name(rest), writer.name(names ? `(${names.join(', ')})` : '')];
    const file = writer.name(strings[frames.file[frame]!]!);
    writer.record(TAG.frame, 4 * writer.idSize + 8);
    writer.id(frame + 1);
    writer.id(method);
    writer.id(signature);
    writer.id(file);
    writer.u4(packageClass(classes, path).serial);
    writer.u4(frames.line[frame]! || UNKNOWN_LINE);
  }
  for (let row = 0; row < goroutines.count; row++) {
    writeTrace(writer, traceOf(row), row + 1, shownFrames(graph, row));
  }
}

/** Rows of the frames that a stack trace shows, innermost first. */
function shownFrames({goroutines, frames}: HeapGraph, row: number): number[] {
  const shown: number[] = [];
  for (let frame = goroutines.firstFrame[row]!; frame < goroutines.firstFrame[row + 1]!; frame++)
    if (frames.wrapper[frame] === 0) shown.push(frame);
  return shown;
}

function writeTrace(writer: RecordWriter, trace: number, thread: number, shown: readonly number[]): void {
  writer.record(TAG.trace, 12 + shown.length * writer.idSize);
  writer.u4(trace);
  writer.u4(thread);
  writer.u4(shown.length);
  for (const frame of shown) {
    writer.room(writer.idSize);
    writer.id(frame + 1);
  }
}

/** Per frame: its place in its trace; NO_FRAME for those that are not shown. */
function numberFrames(graph: HeapGraph): Int32Array {
  const numbers = new Int32Array(graph.frames.count).fill(NO_FRAME);
  for (let row = 0; row < graph.goroutines.count; row++)
    for (const [place, frame] of shownFrames(graph, row).entries()) numbers[frame] = place;
  return numbers;
}

function localNames({roots, strings}: HeapGraph): Map<number, string[]> {
  const names = new Map<number, string[]>();
  for (let root = 0; root < roots.count; root++) {
    const frame = roots.frame[root]!;
    if (roots.kind[root] !== LOCAL || frame === NONE) continue;
    const own = names.get(frame) ?? [];
    own.push(strings[roots.name[root]!]!);
    names.set(frame, own);
  }
  return names;
}

/** Threads first: a reader attaches the frames' objects to those it has seen. */
export function writeThreadRoots(writer: RecordWriter, graph: HeapGraph, threads: Threads, ids: ObjectIds): void {
  const {goroutines, roots, edges} = graph;
  for (let row = 0; row < goroutines.count; row++) {
    writer.heapRecord(TAG.rootThread, 9 + writer.idSize);
    writer.id(threadId(threads, row, 0));
    writer.u4(row + 1);
    writer.u4(traceOf(row));
  }
  const numbers = numberFrames(graph);
  for (let root = 0; root < roots.count; root++) {
    const row = roots.goroutine[root]!;
    if (row === NONE) continue;
    const frame = roots.frame[root] === NONE ? NO_FRAME : numbers[roots.frame[root]!]!;
    for (const edge of edgesOfRoot(graph, root)) {
      writer.heapRecord(TAG.rootJavaFrame, 9 + writer.idSize);
      writer.id(ids.ofNode(edges.target[edge]!));
      writer.u4(row + 1);
      writer.u4(frame);
    }
  }
}

export function writeThreads(writer: RecordWriter, graph: HeapGraph, threads: Threads, classes: ClassList, scalars: ScalarWriter): void {
  const {goroutine} = classes;
  for (let row = 0; row < graph.goroutines.count; row++) {
    writer.heapRecord(TAG.instance, 1 + 2 * writer.idSize + 8 + goroutine.instanceSize);
    writer.id(threadId(threads, row, 0));
    writer.u4(NO_TRACE);
    writer.id(goroutine.id);
    writer.u4(goroutine.instanceSize);
    writer.u8(graph.goroutines.id[row]!);
    writer.id(threadId(threads, row, 1));
    scalars.writeOwnString(threadId(threads, row, 1), threadId(threads, row, 2), threadName(graph, row));
  }
}

/** `goroutine 17 [chan receive] net/http.(*Server).Serve {"tenant":"acme"}` */
function threadName({goroutines, strings}: HeapGraph, row: number): string {
  const state = strings[goroutines.waitReason[row]!] || strings[goroutines.status[row]!] || 'unknown';
  const rest = [strings[goroutines.entryFunction[row]!]!, strings[goroutines.labels[row]!]!].filter((part) => part !== '');
  return [`goroutine ${goroutines.id[row]!} [${state}]`, ...rest].join(' ');
}
