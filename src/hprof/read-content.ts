/**
 * First pass over a file: what there is. Texts stay in the file and are read when somebody asks; classes and stacks are few; an object is a number with
 * its id, its class, its length and its place, in columns. Afterwards objects are in the order of their ids, which in HotSpot are addresses.
 */
import {decodeText} from '../base/bytes.js';
import {Column} from '../base/columns.js';
import type {Work} from '../base/progress.js';
import type {Bytes} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {ClassTable, FORM, javaName} from './class-table.js';
import {FilePositions} from './file-positions.js';
import {HEAP_RECORD, type HprofHeader} from './hprof-format.js';
import type {HprofStream} from './hprof-stream.js';
import type {ObjectRecords} from './object-records.js';
import {sortById} from './sort-ids.js';
import {type ClassDump, type RecordVisitor, walkRecords} from './walk-records.js';

export interface JavaFrame {
  readonly method: string;
  readonly file: string;
  readonly className: string;
  readonly line: number; // 0: not known, native
}

/** What the collector starts from, as the file has it. */
export interface HprofRoot {
  readonly tag: number;
  readonly id: number;
  readonly thread: number; // serial; 0 = none
  readonly frame: number; // of a local; −1 = none. Of a thread the serial of its trace
}

export interface HprofContent {
  readonly objects: ObjectRecords;
  readonly classes: ClassTable;
  readonly names: HprofNames;
  readonly roots: readonly HprofRoot[];
  readonly end: Bytes; // behind the last whole record
}

export async function readContent(stream: HprofStream, header: HprofHeader, warnings: WarningLog, work: Work): Promise<HprofContent> {
  const names = new HprofNames(stream);
  const census = new Census(stream, names);
  const end = await walkRecords(stream, census, {header, stage: 'read objects', warnings}, work);
  return {objects: census.finish(warnings), classes: census.classes, names, roots: census.roots, end};
}

/** Texts, classes and stacks by the file's numbers. */
export class HprofNames {
  readonly #stream: HprofStream;
  readonly #texts = new Map<number, number>(); // position × 2**12 would overflow: index into the two columns below
  readonly #position = new Column(Float64Array);
  readonly #length = new Column(Uint32Array);
  readonly #nameOfClass = new Map<number, number>();
  readonly #classOfSerial = new Map<number, number>();
  readonly #frames = new Map<number, readonly [nameId: number, fileId: number, serial: number, line: number]>();
  readonly #traces = new Map<number, readonly number[]>();
  #isOwn = false;

  constructor(stream: HprofStream) {
    this.#stream = stream;
  }

  addText(id: number, position: Bytes, length: Bytes): void {
    this.#texts.set(id, this.#position.length);
    this.#position.push(position);
    this.#length.push(length);
  }
  addClass(serial: number, classId: number, nameId: number): void {
    this.#nameOfClass.set(classId, nameId);
    this.#classOfSerial.set(serial, classId);
  }
  addFrame(id: number, nameId: number, fileId: number, serial: number, line: number): void {
    this.#frames.set(id, [nameId, fileId, serial, line]);
  }
  addTrace(serial: number, frames: readonly number[]): void {
    this.#traces.set(serial, frames);
  }
  /** goheap itself wrote the file: `∕` stands for the slash of import paths. */
  noteOwn(): void {
    this.#isOwn = true;
  }

  text(id: number): string {
    const row = this.#texts.get(id);
    if (row === undefined) return '';
    const length = Math.min(this.#length.data[row]!, LONGEST_TEXT);
    const text = decodeText(this.#stream.source.read(this.#position.data[row]!, length));
    return this.#isOwn ? text.replaceAll('∕', '/') : text;
  }
  nameOfClass(id: number): string | undefined {
    const nameId = this.#nameOfClass.get(id);
    const name = nameId === undefined ? '' : this.text(nameId);
    if (name === '') return undefined;
    return this.#isOwn && !/^(?:\[*L?java\/|\[)/.test(name) ? name : javaName(name);
  }
  /** Innermost first; empty where the file has no such trace. */
  stack(serial: number): JavaFrame[] {
    return (this.#traces.get(serial) ?? []).map((id) => {
      const [nameId, fileId, classSerial, line] = this.#frames.get(id) ?? [0, 0, 0, 0];
      const classId = this.#classOfSerial.get(classSerial);
      const className = (classId === undefined ? undefined : this.nameOfClass(classId)) ?? '';
      return {method: this.text(nameId), file: this.text(fileId), className, line: Math.max(0, line)};
    });
  }
}
/** Names of classes, methods and files are shorter; constants of programs are texts, too. */
const LONGEST_TEXT: Bytes = 1 << 16;

/** Of the file for an object: few have less. */
const FEW_BYTES: Bytes = 32;
const MOST_ROOM = 2 ** 27;

class Census implements RecordVisitor {
  readonly classes = new ClassTable();
  readonly roots: HprofRoot[] = [];
  readonly #stream: HprofStream;
  readonly #names: HprofNames;
  readonly #id: Column<Float64Array>; // the spans' starts, where they are addresses
  readonly #kind: Column<Uint32Array>;
  readonly #length: Column<Uint32Array>;
  readonly #low: Column<Uint32Array>;
  readonly #high: Column<Uint8Array>;

  constructor(stream: HprofStream, names: HprofNames) {
    this.#stream = stream;
    this.#names = names;
    // More than there are objects, as a rule: room that is not used costs address space only, columns that grow are there twice.
    const room = Math.max(1024, Math.min(MOST_ROOM, Math.floor(stream.source.size / FEW_BYTES)));
    this.#id = new Column(Float64Array, room, {shared: true});
    this.#kind = new Column(Uint32Array, room);
    this.#length = new Column(Uint32Array, room);
    this.#low = new Column(Uint32Array, room);
    this.#high = new Column(Uint8Array, room);
  }

  text(id: number, position: Bytes, length: Bytes): void {
    this.#names.addText(id, position, length);
  }
  loadClass(serial: number, classId: number, nameId: number): void {
    this.#names.addClass(serial, classId, nameId);
  }
  frame(id: number, nameId: number, fileId: number, classSerial: number, line: number): void {
    this.#names.addFrame(id, nameId, fileId, classSerial, line);
  }
  trace(serial: number, _thread: number, frames: readonly number[]): void {
    this.#names.addTrace(serial, frames);
  }
  root(tag: number, id: number, thread: number, frame: number): void {
    if (id !== 0 && tag !== HEAP_RECORD.unreachable) this.roots.push({tag, id, thread, frame});
  }
  classDump(dump: ClassDump): void {
    this.classes.add(dump);
    this.#add(dump.id, this.classes.numberOf(dump.id) * 4 + FORM.classObject, 0);
  }
  instance(id: number, classId: number, length: Bytes): void {
    this.#add(id, this.classes.numberOf(classId) * 4 + FORM.instance, length);
  }
  objectArray(id: number, classId: number, length: number): void {
    this.#add(id, this.classes.numberOf(classId) * 4 + FORM.objectArray, length);
  }
  primitiveArray(id: number, type: number, length: number): void {
    this.#add(id, type * 4 + FORM.primitiveArray, length);
  }

  /** Written here, and not by calls that all columns of the program share: those would look up the column's type each time. */
  #add(id: number, kind: number, length: number): void {
    const row = this.#id.length;
    if (row === this.#id.data.length) this.#makeRoom(row);
    const {position} = this.#stream;
    const high = Math.floor(position / 2 ** 32);
    this.#id.data[row] = id;
    this.#kind.data[row] = kind;
    this.#length.data[row] = length;
    this.#low.data[row] = position - high * 2 ** 32;
    this.#high.data[row] = high;
    this.#id.length = row + 1;
  }
  #makeRoom(rows: number): void {
    for (const column of [this.#id, this.#kind, this.#length, this.#low, this.#high]) {
      column.length = rows;
      column.reserve(1);
    }
  }

  finish(warnings: WarningLog): ObjectRecords {
    // Not copied: what is behind the end was never written to, and costs address space only.
    const inFile = {
      id: this.#id.data.subarray(0, this.#id.length),
      kind: this.#kind.data.subarray(0, this.#id.length),
      length: this.#length.data.subarray(0, this.#id.length),
      low: this.#low.data.subarray(0, this.#id.length),
      high: this.#high.data.subarray(0, this.#id.length),
    };
    const {low, high, ...columns} = sortById(inFile, warnings);
    return {...columns, count: columns.id.length, position: new FilePositions({low, high})};
  }
}
