/**
 * Classes and a layout → sizes of objects. Some classes have more than their fields: padding against false sharing (@Contended), and fields that the JVM alone
 * knows; where objects lie without gaps, neighbours tell, and `widen` remembers.
 */
import {type Bytes, NONE} from '../base/units.js';
import {type ClassTable, FIRST_CLASS, FORM} from './class-table.js';
import {OBJECT} from './hprof-format.js';
import {alignUp, arrayBase, emptyLayout, type JvmLayout, type LaidOut, layOut, sizeInMemory} from './jvm-layout.js';

export class ObjectSizes {
  readonly layout: JvmLayout;
  readonly alignment: Bytes;
  readonly #classes: ClassTable;
  readonly #laidOut: (LaidOut | undefined)[] = [];
  readonly #instance: Bytes[] = []; // per class: aligned size of its instances
  readonly #base: Bytes[] = []; // per type of elements
  readonly #element: Bytes[] = [];
  readonly #isDeclared: boolean;

  /** `isDeclared`: sizes of instances are those that the file declares, and ids say nothing. */
  constructor(layout: JvmLayout, alignment: Bytes, classes: ClassTable, isDeclared = false) {
    this.layout = layout;
    this.alignment = alignment;
    this.#classes = classes;
    this.#isDeclared = isDeclared;
    for (let type = 0; type < FIRST_CLASS; type++) {
      this.#base.push(arrayBase(layout, type));
      this.#element.push(sizeInMemory(layout, type));
    }
  }

  /** Where the fields of a class lie, by its own dump; those above it count. */
  laidOut(number: number): LaidOut {
    const known = this.#laidOut[number];
    if (known) return known;
    const chain = [...this.#classes.chain(number)].reverse();
    let above = emptyLayout(this.layout);
    for (const dump of chain) {
      const own = this.#classes.find(dump.id)!;
      above = this.#laidOut[own] ??= layOut(
        this.layout,
        above,
        dump.fields.map(({type}) => type),
      );
    }
    return above;
  }

  /** The element's place in an array of the type (2: references). */
  baseOf(type: number): Bytes {
    return this.#base[type]!;
  }

  /** Of an instance; what it is where the class is not known is the header and as many bytes as the file has. */
  instanceSize(number: number, bytesInFile: Bytes): Bytes {
    let size = this.#instance[number];
    if (size === undefined) {
      const dump = this.#classes.dumpOf(number);
      if (!dump) return alignUp(this.layout.header + bytesInFile, this.alignment);
      const end = this.laidOut(number).end;
      size = alignUp(Math.max(end, this.#isDeclared ? dump.instanceSize : 0, 1), this.alignment);
      this.#instance[number] = size;
    }
    return size;
  }

  /** Instances of the class are larger than their fields. */
  widen(number: number, size: Bytes): void {
    this.#instance[number] = size;
  }

  /** `kind` and `length` as in `ObjectRecords`. Of a class's object NONE: its size goes by its static fields. */
  sizeOf(kind: number, length: number): Bytes {
    const form = kind & 3;
    if (form === FORM.instance) return this.instanceSize(kind >>> 2, length);
    if (form === FORM.classObject) return NONE;
    const type = form === FORM.objectArray ? OBJECT : kind >>> 2;
    return alignUp(this.#base[type]! + length * this.#element[type]!, this.alignment);
  }
}
