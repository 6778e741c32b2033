/**
 * Classes → rows of the type table. A class is a struct of all its fields, those of super classes included, at the offsets that the JVM gave them. An array is what
 * it is everywhere in a graph: so many values of one type, here called by the array's own name.
 */
import {remember} from '../base/remember.js';
import type {TypeIndex} from '../base/units.js';
import {TYPE_KINDS, type TypeKind, type TypeTable} from '../graph/heap-graph.js';
import {packageOfClass} from '../graph/language.js';
import {FORM} from './class-table.js';
import {BASIC_TYPES, OBJECT} from './hprof-format.js';
import {CLASS, HEADER_WORDS, type JavaClasses} from './java-classes.js';
import {sizeInMemory} from './jvm-layout.js';

/** By the format's numbers. A reference does not say to what. */
const KINDS: Readonly<Record<number, TypeKind>> = {
  2: 'ptr',
  4: 'bool',
  5: 'uint16',
  6: 'float32',
  7: 'float64',
  8: 'int8',
  9: 'int16',
  10: 'int32',
  11: 'int64',
};
const BYTE = 8;
interface FieldRow {
  readonly name: string;
  readonly offset: number;
  readonly type: TypeIndex;
}
interface TypeRow {
  readonly name: string;
  readonly package: string;
  readonly kind: TypeKind;
  readonly size: number;
  readonly pointerWords: number;
  readonly element: TypeIndex;
  readonly fields: readonly FieldRow[];
}

export class JavaTypes {
  readonly #classes: JavaClasses;
  readonly #rows: TypeRow[] = [{name: '', package: '', kind: 'unknown', size: 0, pointerWords: 0, element: 0, fields: []}];
  readonly #basic: TypeIndex[] = []; // by the format's numbers
  readonly #ofKind: (TypeIndex | undefined)[] = []; // by `ObjectRecords.kind`
  readonly #kindOfType: number[] = [];
  readonly #alike = new Map<string, TypeIndex>();
  #plainClassObject: TypeIndex | undefined;

  constructor(classes: JavaClasses) {
    this.#classes = classes;
    for (const type of [OBJECT, ...Object.keys(BASIC_TYPES).map(Number)]) this.#basic[type] = this.#add(this.#valueRow(type));
  }

  /** A reference of which nothing else is known. */
  get reference(): TypeIndex {
    return this.#basic[OBJECT]!;
  }

  /** The other way round: of those that are alike the first. */
  kindOf(type: TypeIndex): number {
    return this.#kindOfType[type] ?? FORM.instance;
  }
  /** Of an object, by `ObjectRecords.kind`; 0 for an instance of a class that the file does not describe. */
  of(kind: number): TypeIndex {
    const known = this.#ofKind[kind];
    if (known !== undefined) return known;
    const type = this.#make(kind & 3, kind >>> 2);
    this.#ofKind[kind] = type;
    if (type !== 0) this.#kindOfType[type] ??= kind;
    return type;
  }

  #make(form: number, number: number): TypeIndex {
    if (form === FORM.primitiveArray)
      return this.#add({
        ...this.#valueRow(number, number === BYTE ? 'uint8' : undefined),
        name: `${BASIC_TYPES[number]!.name}[]`,
        element: this.#basic[number]!,
      });
    if (form === FORM.classObject) return this.#classObjectType(number);
    const name = this.#classes.nameOf(number);
    if (form === FORM.objectArray) return this.#add({...this.#valueRow(OBJECT), name, element: this.reference});
    return this.#classes.table.dumpOf(number) ? this.#add(this.#instanceRow(number, name)) : 0;
  }

  #valueRow(type: number, kind: TypeKind = KINDS[type]!): TypeRow {
    const size = sizeInMemory(this.#classes.sizes.layout, type);
    const name = BASIC_TYPES[type]?.name ?? 'reference';
    return {name, package: '', kind, size, pointerWords: type === OBJECT ? 1 : 0, element: 0, fields: []};
  }

  #instanceRow(number: number, name: string): TypeRow {
    const {fields} = this.#classes.fieldsOf(number);
    const own = fields.map((field) => ({name: field.name, offset: field.offset, type: this.#basic[field.type]!}));
    const lasting = this.#classes.isLasting(number);
    const all = lasting ? own : [this.#headerField('class', '‹class›'), ...own];
    const size = Math.max(this.#classes.sizes.laidOut(number).end, ...all.map(({offset, type}) => offset + this.#rows[type]!.size));
    return {name, package: packageOfClass(name), kind: 'struct', size, pointerWords: this.#pointersOf(all), element: 0, fields: all};
  }

  /** Of a class that is never unloaded, its static fields are variables: one type does for all of them. */
  #classObjectType(number: number): TypeIndex {
    const isPlain = this.#classes.isLasting(number);
    if (isPlain && this.#plainClassObject !== undefined) return this.#plainClassObject;
    const {table, names, classOfClasses} = this.#classes;
    const {signers, domain, statics, end} = this.#classes.classObject(number);
    const own = classOfClasses === undefined ? [] : this.#classes.fieldsOf(classOfClasses).fields;
    const fields = [
      this.#headerField('super', '‹super›'),
      this.#headerField('loader', '‹loader›'),
      ...own.map((field) => ({name: field.name, offset: field.offset, type: this.#basic[field.type]!})),
      {name: '‹signers›', offset: signers, type: this.reference},
      {name: '‹domain›', offset: domain, type: this.reference},
    ];
    if (!isPlain)
      table.dumpOf(number)!.statics.forEach(({nameId, type}, at) => {
        fields.push({name: names.text(nameId), offset: statics[at]!, type: this.#basic[type]!});
      });
    fields.sort((a, b) => a.offset - b.offset);
    const size = isPlain ? domain + this.#classes.sizes.layout.reference : end;
    const name = isPlain ? CLASS : `${CLASS}<${this.#classes.nameOf(number)}>`;
    const row = this.#add({
      name,
      package: packageOfClass(CLASS),
      kind: 'struct',
      size,
      pointerWords: this.#pointersOf(fields),
      element: 0,
      fields,
    });
    if (isPlain) this.#plainClassObject = row;
    return row;
  }

  #headerField(word: keyof typeof HEADER_WORDS, name: string): FieldRow {
    return {name, offset: HEADER_WORDS[word], type: this.reference};
  }
  #pointersOf(fields: readonly FieldRow[]): number {
    return fields.filter(({type}) => type === this.reference).length;
  }
  /** One row for what is alike: the class that a thousand loaders have loaded is one type. */
  #add(row: TypeRow): TypeIndex {
    const {name, size, fields} = row;
    return remember(this.#alike, JSON.stringify([name, size, fields]), () => this.#rows.push(row) - 1);
  }

  finish(): TypeTable {
    const rows = this.#rows;
    const fields = rows.flatMap((row) => row.fields);
    const firstField = new Uint32Array(rows.length + 1);
    rows.forEach((row, at) => {
      firstField[at + 1] = firstField[at]! + row.fields.length;
    });
    const zeros = () => new Float64Array(rows.length);
    return {
      count: rows.length,
      name: rows.map(({name}) => name),
      package: rows.map((row) => row.package),
      kind: Uint8Array.from(rows, ({kind}) => TYPE_KINDS.indexOf(kind)),
      size: Float64Array.from(rows, ({size}) => size),
      pointerWords: Float64Array.from(rows, ({pointerWords}) => pointerWords),
      element: Uint32Array.from(rows, ({element}) => element),
      key: new Uint32Array(rows.length),
      length: zeros(),
      runtimeAddress: zeros().fill(Number.NaN),
      firstField,
      fieldName: fields.map(({name}) => name),
      fieldOffset: Float64Array.from(fields, ({offset}) => offset),
      fieldType: Uint32Array.from(fields, ({type}) => type),
    };
  }
}
