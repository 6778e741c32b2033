/**
 * What the file's classes mean to the passes behind the first: which are never unloaded, which object stands for which class, and what instances of a class
 * consist of. A class that the JVM's own loaders loaded lives as long as the program, and so do its static fields: they are variables. All other classes live as
 * long as an instance of them, or their loader: their static fields are fields of the object that stands for the class.
 */
import {type ClassFields, readClassFields} from './class-fields.js';
import {type ClassTable, FORM} from './class-table.js';
import {OBJECT} from './hprof-format.js';
import type {IdIndex} from './id-index.js';
import {alignUp, sizeInMemory} from './jvm-layout.js';
import type {ObjectRecords} from './object-records.js';
import type {ObjectSizes} from './object-sizes.js';
import type {HprofNames} from './read-content.js';

/** Loaders that are never garbage: of the JVM, and of Android's applications. */
const BUILT_IN = new Set([
  'jdk.internal.loader.ClassLoaders$BootClassLoader',
  'jdk.internal.loader.ClassLoaders$PlatformClassLoader',
  'jdk.internal.loader.ClassLoaders$AppClassLoader',
  'sun.misc.Launcher$ExtClassLoader',
  'sun.misc.Launcher$AppClassLoader',
  'java.lang.BootClassLoader',
  'dalvik.system.PathClassLoader',
]);
export const CLASS = 'java.lang.Class';
export const STRING = 'java.lang.String';

/** Words in an object's header, for what the file says of an object and no field holds. */
export const HEADER_WORDS = {super: 0, class: 4, loader: 4} as const;

/** Of the object that stands for a class: where it has what no field of java.lang.Class has. */
export interface ClassObjectLayout {
  readonly signers: number;
  readonly domain: number;
  readonly statics: readonly number[]; // offset of each static field, in the order of the file
  readonly end: number;
}

export class JavaClasses {
  readonly table: ClassTable;
  readonly names: HprofNames;
  readonly sizes: ObjectSizes;
  /** Number of java.lang.Class. */
  readonly classOfClasses: number | undefined;
  readonly #idSize: 4 | 8;
  readonly #fields: (ClassFields | undefined)[] = [];
  readonly #names: (string | undefined)[] = [];
  readonly #isLasting: boolean[] = [];

  constructor(table: ClassTable, names: HprofNames, objects: ObjectRecords, index: IdIndex, sizes: ObjectSizes, idSize: 4 | 8) {
    this.table = table;
    this.names = names;
    this.sizes = sizes;
    this.#idSize = idSize;
    for (const number of table.numbers()) {
      if (this.classOfClasses === undefined && this.nameOf(number) === CLASS) this.classOfClasses = number;
      this.#isLasting[number] = this.#loadedForEver(table.dumpOf(number)!.loaderId, objects, index); // now: the columns do not stay
    }
  }

  nameOf(number: number): string {
    const id = this.table.idOf(number);
    this.#names[number] ??= this.names.nameOfClass(id) ?? `class-0x${id.toString(16)}`;
    return this.#names[number]!;
  }
  fieldsOf(number: number): ClassFields {
    this.#fields[number] ??= readClassFields(number, this.table, this.names, this.sizes, this.#idSize);
    return this.#fields[number]!;
  }

  /** Whether it is never unloaded. */
  isLasting(number: number): boolean {
    return this.#isLasting[number] ?? true;
  }
  #loadedForEver(loaderId: number, objects: ObjectRecords, index: IdIndex): boolean {
    const row = loaderId === 0 ? -1 : index.find(loaderId);
    if (row < 0) return true;
    const kind = objects.kind[row]!;
    return (kind & 3) === FORM.instance && BUILT_IN.has(this.nameOf(kind >>> 2));
  }

  classObject(number: number): ClassObjectLayout {
    const {layout} = this.sizes;
    const own = this.classOfClasses === undefined ? layout.header : this.sizes.laidOut(this.classOfClasses).end;
    const signers = alignUp(own, layout.reference);
    const domain = signers + layout.reference;
    let end = domain + layout.reference;
    const statics = this.table.dumpOf(number)?.statics ?? [];
    const offsets: number[] = new Array(statics.length).fill(0);
    const order = statics
      .map((_, at) => at)
      .sort((a, b) => Number(statics[b]!.type === OBJECT) - Number(statics[a]!.type === OBJECT) || a - b);
    for (const at of order) {
      const size = sizeInMemory(layout, statics[at]!.type);
      offsets[at] = alignUp(end, size);
      end = offsets[at]! + size;
    }
    return {signers, domain, statics: offsets, end};
  }
}
