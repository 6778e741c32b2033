/**
 * The Java classes of one file: those that consumers look for by name, and one for every shape that Go objects have. Each has its
 * id, a name of its own and its fields; `writeClasses` puts them down twice, as the format wants it. Which Java classes must be there
 * was measured: without one of them some consumer fails (docs/hprof.md).
 */
import type {Bytes} from '../../src/base/units.js';
import {JAVA, JAVA_SIZE} from './leaves.js';
import {type RecordWriter, TAG} from './record-writer.js';

export interface JavaField {
  readonly name: string;
  readonly java: number;
}
/** A static field: a number, or the id of an object. */
export interface StaticField extends JavaField {
  readonly value: number;
}
export interface JavaClass {
  readonly id: number;
  readonly serial: number;
  readonly name: string;
  readonly superId: number;
  readonly instanceSize: Bytes;
  readonly fields: readonly JavaField[];
  readonly statics: StaticField[];
}

const PRIMITIVE_ARRAYS = ['[Z', '[C', '[F', '[D', '[B', '[S', '[I', '[J'];
const REFERENCES = ['Weak', 'Soft', 'Final', 'Phantom'].map((kind) => `java/lang/ref/${kind}Reference`);
/** The number of fields is a u2. */
export const MOST_FIELDS = 65535;

export class ClassList {
  readonly idSize: 4 | 8;
  readonly list: JavaClass[] = [];
  readonly #nextId: () => number;
  readonly #byName = new Map<string, JavaClass>();
  readonly object: JavaClass;
  readonly string: JavaClass;
  readonly goroutine: JavaClass;

  /** `nextId` gives an id that no object has. */
  constructor(idSize: 4 | 8, nextId: () => number) {
    this.idSize = idSize;
    this.#nextId = nextId;
    this.object = this.add('java/lang/Object', [], 0);
    const reference = (name: string): JavaField => ({name, java: JAVA.object});
    this.add('java/lang/Class', []);
    this.add('java/lang/ClassLoader', []);
    this.string = this.add('java/lang/String', [reference('value'), reference('data'), {name: 'coder', java: JAVA.byte}]);
    const thread = this.add('java/lang/Thread', [reference('name')]);
    const weak = this.add('java/lang/ref/Reference', [reference('referent')]);
    for (const name of REFERENCES) this.add(name, [], weak.id, weak.instanceSize);
    for (const name of PRIMITIVE_ARRAYS) this.add(name, []);
    this.goroutine = this.add('goroutine', [{name: 'id', java: JAVA.long}], thread.id, thread.instanceSize + 8);
  }

  /** A new class; a name that is taken gets ` #2`. */
  add(wanted: string, fields: readonly JavaField[], superId = this.object.id, size = this.sizeOf(fields)): JavaClass {
    let name = wanted;
    for (let number = 2; this.#byName.has(name); number++) name = `${wanted} #${number}`;
    const statics: StaticField[] = [];
    const added: JavaClass = {id: this.#nextId(), serial: this.list.length + 1, name, superId, instanceSize: size, fields, statics};
    this.#byName.set(name, added);
    this.list.push(added);
    return added;
  }
  /** The class of that name, which has no fields of its own: of arrays of references, of packages. */
  named(name: string): JavaClass {
    return this.#byName.get(name) ?? this.add(name, []);
  }
  has(name: string): boolean {
    return this.#byName.has(name);
  }
  sizeOf(fields: readonly JavaField[]): Bytes {
    return fields.reduce((sum, {java}) => sum + this.javaSize(java), 0);
  }
  javaSize(java: number): Bytes {
    return java === JAVA.object ? this.idSize : JAVA_SIZE[java]!;
  }
}

/** LOAD_CLASS of every class, and the names that their dumps will need: all of it lies before the heap. */
export function writeLoadedClasses(writer: RecordWriter, classes: ClassList): void {
  for (const {id, serial, name, fields, statics} of classes.list) {
    for (const field of [...fields, ...statics]) writer.name(field.name);
    const text = writer.name(name);
    writer.record(TAG.loadClass, 8 + 2 * writer.idSize);
    writer.u4(serial);
    writer.id(id);
    writer.u4(NO_TRACE);
    writer.id(text);
  }
}

/** The trace without frames: whatever was allocated, nobody says where. */
export const NO_TRACE = 1;

/** Gives where in the file the values of the long static fields are, by class and field: counts may be put there later. */
export function writeClassDumps(writer: RecordWriter, classes: ClassList): ReadonlyMap<string, Bytes> {
  const places = new Map<string, Bytes>();
  for (const {id, superId, instanceSize, fields, statics, name: holder} of classes.list) {
    const staticBytes = statics.reduce((sum, {java}) => sum + writer.idSize + 1 + classes.javaSize(java), 0);
    writer.heapRecord(TAG.classDump, 1 + 7 * writer.idSize + 4 + 4 + 6 + staticBytes + fields.length * (writer.idSize + 1));
    writer.id(id);
    writer.u4(NO_TRACE);
    writer.id(superId);
    for (let unused = 0; unused < 5; unused++) writer.id(0); // loader, signers, protection domain, two reserved
    writer.u4(instanceSize);
    writer.u2(0); // no constants
    writer.u2(statics.length);
    for (const {name, java, value} of statics) {
      writer.id(writer.name(name));
      writer.u1(java);
      if (java === JAVA.object) writer.id(value);
      else if (java === JAVA.long) {
        places.set(`${holder}.${name}`, writer.offset);
        writer.u8(value);
      } else writer.u4(value);
    }
    writer.u2(fields.length);
    for (const {name, java} of fields) {
      writer.id(writer.name(name));
      writer.u1(java);
    }
  }
  return places;
}
