/**
 * Second pass over a file: what objects hold → edges, object by object in the order of ids, so each edge is written where it stays. References to what the file does
 * not have are counted and left out.
 */
import type {ByteSource} from '../base/bytes.js';
import {Column} from '../base/columns.js';
import {checkpoint, type Work} from '../base/progress.js';
import {sharedColumn} from '../base/shared-columns.js';
import type {Bytes} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import type {EdgeTable} from '../graph/heap-graph.js';
import {FORM} from './class-table.js';
import {FileWindows, LONGEST_TAKE} from './file-windows.js';
import {OBJECT} from './hprof-format.js';
import type {IdIndex} from './id-index.js';
import {HEADER_WORDS, type JavaClasses} from './java-classes.js';
import type {ObjectRecords} from './object-records.js';
import type {ClassDump} from './walk-records.js';

/** References are words of so many bytes, or begin at a multiple of it. */
export const JAVA_WORD = 4;

export interface ReferenceInput {
  readonly idSize: 4 | 8;
  readonly objects: ObjectRecords;
  readonly classes: JavaClasses;
  readonly index: IdIndex;
  readonly rootTargets: readonly (readonly number[])[];
}

/** Objects between two looks at the outside. */
const SLICE = 1 << 16;

export async function readReferences(source: ByteSource, input: ReferenceInput, warnings: WarningLog, work: Work): Promise<EdgeTable> {
  const reader = new ReferenceReader(source, input);
  const {count} = input.objects;
  for (let row = 0; row < count; row += SLICE) {
    work.onProgress?.('read references', row, count);
    reader.readObjects(row, Math.min(count, row + SLICE));
    await checkpoint(work);
  }
  // HotSpot leaves out the classes that were not linked yet: some references to these are in every file.
  if (reader.dangling > MOST_UNLINKED * reader.edges) {
    warnings.add('hprof-dangling', `${reader.dangling} references lead to objects that the file does not have.`, reader.dangling);
  }
  return reader.finish();
}

/** Of all references. */
const MOST_UNLINKED = 0.05;

/** What instances of a class hold; none where the file does not describe the class. */
interface HeldByInstances {
  readonly inFile: Uint32Array; // where each reference is in the values
  readonly offset: Uint32Array;
  readonly isFollowed: Uint8Array;
  readonly classId: number; // 0: the class is never unloaded, so no instance keeps it
}
const NOTHING: HeldByInstances = {inFile: new Uint32Array(0), offset: new Uint32Array(0), isFollowed: new Uint8Array(0), classId: 0};

class ReferenceReader {
  dangling = 0;
  edges = 0;
  readonly #input: ReferenceInput;
  readonly #windows: FileWindows;
  readonly #view: DataView;
  readonly #held: (HeldByInstances | undefined)[] = []; // by class
  readonly #firstNode: number; // of objects
  readonly #firstEdge: Uint32Array;
  readonly #slot: Uint32Array;
  readonly #target: Uint32Array;
  readonly #notFollowed = new Column(Uint32Array);

  constructor(source: ByteSource, input: ReferenceInput) {
    this.#input = input;
    this.#windows = new FileWindows(source);
    this.#view = this.#windows.view;
    const {rootTargets, objects} = input;
    this.#firstNode = 1 + rootTargets.length;
    this.#firstEdge = sharedColumn(Uint32Array, this.#firstNode + objects.count + 1);
    const room = rootTargets.reduce((sum, targets) => sum + targets.length, this.#mostEdges());
    this.#slot = sharedColumn(Uint32Array, room);
    this.#target = sharedColumn(Uint32Array, room);
    rootTargets.forEach((targets, root) => {
      this.#firstEdge[1 + root] = this.edges;
      targets.forEach((row, at) => {
        this.#addEdge(at, row);
      });
    });
  }

  /** If no reference were null. Room that is not used costs address space only; columns that grow are there twice. */
  #mostEdges(): number {
    const {count, kind, length} = this.#input.objects;
    let most = 0;
    for (let row = 0; row < count; row++) {
      const form = kind[row]! & 3;
      if (form === FORM.instance) most += this.#heldBy(kind[row]! >>> 2).inFile.length + 1;
      else if (form === FORM.objectArray) most += length[row]!;
      else if (form === FORM.classObject) most += HEADER_AND_HIDDEN + this.#dumpOf(row).statics.length;
    }
    return most;
  }

  #heldBy(number: number): HeldByInstances {
    const known = this.#held[number];
    if (known) return known;
    const {classes} = this.#input;
    const isKnown = classes.table.dumpOf(number) !== undefined;
    const classId = isKnown && !classes.isLasting(number) ? classes.table.idOf(number) : 0;
    const held = isKnown ? {...classes.fieldsOf(number), classId} : NOTHING;
    this.#held[number] = held;
    return held;
  }
  #dumpOf(row: number): ClassDump {
    const {objects, classes} = this.#input;
    return classes.table.dumpOf(objects.kind[row]! >>> 2)!;
  }

  readObjects(from: number, end: number): void {
    const {kind} = this.#input.objects;
    for (let row = from; row < end; row++) {
      this.#firstEdge[this.#firstNode + row] = this.edges;
      const form = kind[row]! & 3;
      if (form === FORM.instance) this.#instance(row, this.#heldBy(kind[row]! >>> 2));
      else if (form === FORM.objectArray) this.#array(row);
      else if (form === FORM.classObject) this.#class(kind[row]! >>> 2, this.#dumpOf(row));
    }
  }

  #instance(row: number, {inFile, offset, isFollowed, classId}: HeldByInstances): void {
    if (classId !== 0) this.#add(HEADER_WORDS.class, classId);
    if (inFile.length === 0) return;
    const {idSize, objects} = this.#input;
    const length = objects.length[row]!;
    const place = objects.position.at(row);
    const start = length <= LONGEST_TAKE ? this.#windows.take(place) : -1;
    for (let at = 0; at < inFile.length; at++) {
      const within = inFile[at]!;
      if (within + idSize > length) continue; // shorter than its class says
      const id = this.#id(start < 0 ? this.#windows.take(place + within) : start + within);
      if (id !== 0 && this.#add(offset[at]!, id) && isFollowed[at] === 0) this.#notFollowed.push(this.edges - 1);
    }
  }
  #array(row: number): void {
    const {idSize, objects, classes} = this.#input;
    const length = objects.length[row]!;
    const place = objects.position.at(row);
    const base = classes.sizes.baseOf(OBJECT);
    const {reference} = classes.sizes.layout;
    const piece = LONGEST_TAKE / idSize;
    for (let at = 0; at < length; at += piece) {
      const start = this.#windows.take(place + at * idSize);
      const end = Math.min(length, at + piece);
      for (let element = at; element < end; element++)
        this.#addUnlessNull(base + element * reference, this.#id(start + (element - at) * idSize));
    }
  }
  #class(number: number, {superId, loaderId, others: [signers, domain], statics}: ClassDump): void {
    const {classes} = this.#input;
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

  #id(at: number): number {
    const view = this.#view;
    return this.#input.idSize === 4 ? view.getUint32(at) : view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
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
    this.#slot[this.edges] = slot;
    this.#target[this.edges++] = this.#firstNode + row;
  }

  finish(): EdgeTable {
    this.#firstEdge[this.#firstEdge.length - 1] = this.edges;
    return {
      count: this.edges,
      wordBytes: JAVA_WORD,
      firstEdge: this.#firstEdge,
      slot: this.#slot.subarray(0, this.edges),
      target: this.#target.subarray(0, this.edges),
      notFollowed: this.#notFollowed.finish(),
      interiorEdge: new Uint32Array(0),
      interiorOffset: new Float64Array(0),
    };
  }
}
/** Of a class's object: above it, its loader, signers and protection domain. */
const HEADER_AND_HIDDEN = 4;
