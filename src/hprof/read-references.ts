/**
 * Second pass over a file: what objects hold → edges, in the order of objects. References to what the file does not have are counted and left out. Where the file is
 * not in the order of ids, edges are put into it in memory.
 */
import {Column} from '../base/columns.js';
import type {Work} from '../base/progress.js';
import {sharedColumn} from '../base/shared-columns.js';
import {type Bytes, NONE} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import type {EdgeTable} from '../graph/heap-graph.js';
import {type HprofHeader, OBJECT} from './hprof-format.js';
import type {HprofStream} from './hprof-stream.js';
import type {IdIndex} from './id-index.js';
import {HEADER_WORDS, type JavaClasses} from './java-classes.js';
import type {ObjectRecords} from './object-records.js';
import {type ClassDump, type RecordVisitor, walkRecords} from './walk-records.js';

/** References are words of so many bytes, or begin at a multiple of it. */
export const JAVA_WORD = 4;

export interface ReferenceInput {
  readonly header: HprofHeader;
  readonly end: Bytes; // of what the first pass could read
  readonly objects: ObjectRecords;
  readonly classes: JavaClasses;
  readonly index: IdIndex;
  readonly rootTargets: readonly (readonly number[])[];
}

export async function readReferences(stream: HprofStream, input: ReferenceInput, warnings: WarningLog, work: Work): Promise<EdgeTable> {
  const reader = new ReferenceReader(stream, input);
  await walkRecords(stream, reader, {header: input.header, stage: 'read references', until: input.end}, work);
  // HotSpot leaves out the classes that were not linked yet: some references to these are in every file.
  if (reader.dangling > MOST_UNLINKED * reader.edges) {
    warnings.add('hprof-dangling', `${reader.dangling} references lead to objects that the file does not have.`, reader.dangling);
  }
  return reader.finish();
}

/** Of all references. */
const MOST_UNLINKED = 0.05;

const MOST_ROOM = 2 ** 27;

class ReferenceReader implements RecordVisitor {
  dangling = 0;
  readonly #stream: HprofStream;
  readonly #input: ReferenceInput;
  readonly #firstNode: number;
  readonly #first: Column<Uint32Array>; // per root node and then per object of the file: its first edge
  readonly #slot: Column<Uint32Array>;
  readonly #target: Column<Uint32Array>;
  readonly #notFollowed = new Column(Uint32Array);

  get edges(): number {
    return this.#target.length;
  }

  constructor(stream: HprofStream, input: ReferenceInput) {
    this.#stream = stream;
    this.#input = input;
    const {rootTargets, objects} = input;
    this.#firstNode = 1 + rootTargets.length;
    const room = Math.max(1024, Math.min(MOST_ROOM, Math.floor(stream.source.size / (2 * stream.idSize)))); // as for objects
    this.#slot = new Column(Uint32Array, room, {shared: true});
    this.#target = new Column(Uint32Array, room, {shared: true});
    this.#first = new Column(Uint32Array, this.#firstNode + objects.count + 1, {shared: true});
    this.#first.push(0);
    for (const targets of rootTargets) {
      this.#first.push(this.#target.length);
      targets.forEach((row, at) => {
        this.#addEdge(at, row);
      });
    }
  }

  instance(_id: number, classId: number, length: Bytes): void {
    this.#first.push(this.#target.length);
    const {classes} = this.#input;
    const number = classes.table.numberOf(classId);
    if (!classes.table.dumpOf(number)) return;
    const {inFile, offset, isFollowed} = classes.fieldsOf(number);
    if (!classes.isLasting(number)) this.#add(HEADER_WORDS.class, classId);
    if (inFile.length === 0) return;
    const stream = this.#stream;
    const {idSize} = stream;
    const start = stream.take(length);
    const {view} = stream;
    for (let at = 0; at < inFile.length; at++) {
      const place = start + inFile[at]!;
      if (inFile[at]! + idSize > length) continue; // shorter than its class says
      const id = idSize === 4 ? view.getUint32(place) : view.getUint32(place) * 2 ** 32 + view.getUint32(place + 4);
      if (id === 0) continue;
      if (isFollowed[at] === 0) this.#notFollowed.push(this.#target.length);
      if (!this.#add(offset[at]!, id) && isFollowed[at] === 0) this.#notFollowed.length--;
    }
  }
  objectArray(_id: number, _classId: number, length: number): void {
    this.#first.push(this.#target.length);
    const {sizes} = this.#input.classes;
    const stream = this.#stream;
    const base = sizes.baseOf(OBJECT);
    for (let at = 0; at < length; at++) {
      const id = stream.id();
      if (id !== 0) this.#add(base + at * sizes.layout.reference, id);
    }
  }
  primitiveArray(): void {
    this.#first.push(this.#target.length);
  }
  classDump({id, superId, loaderId, others: [signers, domain], statics}: ClassDump): void {
    this.#first.push(this.#target.length);
    const {classes} = this.#input;
    const number = classes.table.numberOf(id);
    const layout = classes.classObject(number);
    this.#addUnlessNull(HEADER_WORDS.super, superId);
    this.#addUnlessNull(HEADER_WORDS.loader, loaderId);
    this.#addUnlessNull(layout.signers, signers!);
    this.#addUnlessNull(layout.domain, domain!);
    if (classes.isLasting(number)) return;
    statics.forEach(({type, value}, at) => {
      if (type === OBJECT) this.#addUnlessNull(layout.statics[at]!, value);
    });
  }

  #addUnlessNull(offset: Bytes, id: number): void {
    if (id !== 0) this.#add(offset, id);
  }
  /** Whether the file has the object. */
  #add(offset: Bytes, id: number): boolean {
    const row = this.#input.index.find(id);
    if (row < 0) {
      this.dangling++;
      return false;
    }
    this.#addEdge(offset / JAVA_WORD, row);
    return true;
  }
  #addEdge(slot: number, row: number): void {
    this.#slot.push(slot);
    this.#target.push(this.#firstNode + row);
  }

  finish(): EdgeTable {
    const {objects} = this.#input;
    const count = this.#target.length;
    this.#first.push(count);
    const rare: Pick<EdgeTable, 'interiorEdge' | 'interiorOffset' | 'wordBytes'> = {
      interiorEdge: new Uint32Array(0),
      interiorOffset: new Float64Array(0),
      wordBytes: JAVA_WORD,
    };
    const columns = {
      firstEdge: this.#first.data.subarray(0, this.#first.length),
      slot: this.#slot.data.subarray(0, count),
      target: this.#target.data.subarray(0, count),
      notFollowed: this.#notFollowed.finish(),
    };
    return {...rare, ...(objects.rowOf ? this.#inOrder(objects.rowOf, columns) : {count, ...columns})};
  }

  /** Objects that have another one's id lose their edges. */
  #inOrder(
    rowOf: Uint32Array,
    from: Pick<EdgeTable, 'firstEdge' | 'slot' | 'target' | 'notFollowed'>,
  ): Omit<EdgeTable, 'interiorEdge' | 'interiorOffset' | 'wordBytes'> {
    const {count} = this.#input.objects;
    const roots = this.#firstNode;
    const firstEdge = sharedColumn(Uint32Array, roots + count + 1);
    firstEdge.set(from.firstEdge.subarray(0, roots));
    const countOf = (at: number) => from.firstEdge[roots + at + 1]! - from.firstEdge[roots + at]!;
    for (let at = 0; at < rowOf.length; at++) if (rowOf[at] !== NONE) firstEdge[roots + rowOf[at]!] = countOf(at);
    let end = from.firstEdge[roots]!;
    for (let node = roots; node <= roots + count; node++) {
      const own = firstEdge[node]!;
      firstEdge[node] = end;
      end += own;
    }
    const [slot, target] = [sharedColumn(Uint32Array, end), sharedColumn(Uint32Array, end)];
    const rootEdges = firstEdge[roots]!;
    slot.set(from.slot.subarray(0, rootEdges));
    target.set(from.target.subarray(0, rootEdges));
    const notFollowed = new Column(Uint32Array);
    let next = 0; // of those that are not followed
    for (let at = 0; at < rowOf.length; at++) {
      const [start, stop] = [from.firstEdge[roots + at]!, from.firstEdge[roots + at + 1]!];
      const to = rowOf[at] === NONE ? -1 : firstEdge[roots + rowOf[at]!]!;
      if (to >= 0) {
        slot.set(from.slot.subarray(start, stop), to);
        target.set(from.target.subarray(start, stop), to);
      }
      for (; next < from.notFollowed.length && from.notFollowed[next]! < stop; next++)
        if (to >= 0) notFollowed.push(to + from.notFollowed[next]! - start);
    }
    return {count: end, firstEdge, slot, target, notFollowed: notFollowed.finish().sort()};
  }
}
