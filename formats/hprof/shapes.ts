/**
 * What an object is in the file, by its type, number of elements and slot: an instance with fields, an array of references, an array of
 * scalars, or (in full size) an array of references to parts of it. One shape for all objects that agree in these.
 *
 * `exact`: consumers compute sizes from the fields, plus a header of 8 bytes (arrays: 16). Pointers take 4 bytes here instead of 8, which
 * usually leaves room for that; where it does not, scalars are left out from the end. Slots of 8 bytes have classes without
 * superclass: their fields then count for nothing. `full`: all fields, and ids and headers as they come.
 */
import type {Bytes, TypeIndex} from '../../src/base/units.js';
import type {TypeTable} from '../../src/graph/heap-graph.js';
import type {ClassList} from './class-list.js';
import {className} from './class-name.js';
import {cutField, FieldPlan} from './field-plan.js';
import {elements, isPointer, JAVA, JAVA_SIZE, type Leaf, LeafCounts, leafKindOf, leavesOf, scalarOf} from './leaves.js';

export type Sizes = 'exact' | 'full';

/** Objects with that many fields and more become arrays, unless they are one struct. */
const MOST_ELEMENT_FIELDS = 256;
/** Structs with more fields become arrays. A part of an object in full size has so many at most. */
const MOST_STRUCT_FIELDS = 8192;
/** Listing more leaves than this would cost more than it tells. */
const MOST_LEAVES = 2 ** 20;

/** Shapes of one form are made in one place, without spreads: then V8 knows them as one class, and looking into one costs nothing. */
interface Common {
  readonly slot: Bytes;
  readonly header: Bytes;
  /** Bytes of scalars in each object that the file does not have. */
  readonly cut: Bytes;
  objects: number;
}
export interface InstanceShape extends Common {
  readonly form: 'instance';
  readonly isWidened: boolean;
  readonly classId: number;
  readonly dataBytes: Bytes;
  readonly refPosition: Int32Array; // per word of the slot: where its reference is in the data; -1: it has none
  readonly scalars: Int32Array; // offset in the slot, position in the data, bytes; and so on
  readonly strings: Int32Array; // of each string: offset of its header in the slot, position of its reference in the data
  readonly rows: RowsShape | undefined; // of a map whose entries are listed
}
/** The entries of maps of one type: an instance for each, and an array of these that the map's first field leads to. */
export interface RowsShape {
  readonly map: TypeIndex;
  readonly classId: number; // of the array
  readonly row: InstanceShape; // its "slot" is the key and, at the next word, the element
  readonly element: Bytes; // where that is
  readonly inline: Bytes; // larger keys and elements are objects that a pointer leads to
}
/** Which types are the memory of which map types, and up to which size keys and elements lie in it. */
export interface MapStructures {
  readonly mapOf: ReadonlyMap<TypeIndex, TypeIndex>;
  readonly inline: Bytes;
}
export interface ReferencesShape extends Common {
  readonly form: 'references';
  readonly classId: number;
  readonly length: number;
  readonly wordIndex: Int32Array; // per word of an element: which of its references it is; -1: none
  readonly perElement: number; // references
}
export interface PrimitivesShape extends Common {
  readonly form: 'primitives';
  readonly java: number;
  readonly length: number;
  readonly used: Bytes; // of the slot, behind the header
  readonly isText: boolean; // it may be a text, which previews and strings show
}
export interface PartsShape extends Common {
  readonly form: 'parts';
  readonly classId: number;
  readonly length: number; // parts of the object
  readonly parts: readonly InstanceShape[]; // of one element
  readonly partOffset: readonly Bytes[]; // of these
  readonly stride: Bytes; // of elements
}
export type Shape = InstanceShape | ReferencesShape | PrimitivesShape | PartsShape;

/** `words`: whatever the type says, the object is an array of words that may be pointers. */
export interface ShapeKey {
  readonly type: TypeIndex;
  readonly count: number;
  readonly slot: Bytes;
  readonly header: Bytes;
  readonly scan: boolean;
  readonly words: boolean;
  /** A reader that passes over instances whose class claims no bytes has to look into this one: it then has a byte more. */
  readonly widened: boolean;
}

export class ShapeBuilder {
  readonly #types: TypeTable;
  readonly #classes: ClassList;
  readonly #exact: boolean;
  readonly #keepScalars: boolean;
  readonly #keepTexts: boolean;
  readonly #counts: LeafCounts;
  readonly #maps: MapStructures | undefined;
  readonly #rows = new Map<TypeIndex, RowsShape>();
  readonly #small = new Map<string, Shape>();
  readonly #pieces = new Map<TypeIndex, {readonly parts: InstanceShape[]; readonly partOffset: Bytes[]}>();

  /** `maps` only where their entries are wanted. */
  constructor(
    types: TypeTable,
    classes: ClassList,
    options: {sizes: Sizes; keepScalars: boolean; keepTexts: boolean},
    maps?: MapStructures,
  ) {
    this.#types = types;
    this.#classes = classes;
    this.#exact = options.sizes === 'exact';
    this.#keepScalars = options.keepScalars;
    this.#keepTexts = options.keepTexts;
    this.#counts = new LeafCounts(types);
    this.#maps = maps;
  }

  /** Whether objects of that size would claim no bytes. */
  canWiden(slot: Bytes): boolean {
    return this.#exact && slot === 8;
  }

  build(key: ShapeKey): Shape {
    const types = this.#types;
    const isKnown = this.#counts.of(key.type) > 0;
    if (key.words || (!isKnown && key.scan)) return this.#words(key);
    if (!isKnown) return this.#untyped(key);
    let element = key.type;
    let count = key.count;
    for (; leafKindOf(types, element) === 'array'; element = types.element[element]!) count *= types.length[element]!;
    // A byte by itself is most likely a text of one letter.
    const isArray = element !== key.type || key.count !== 1 || leafKindOf(types, element) === 'uint8';
    const scalar = scalarOf(types, element);
    if (isArray && scalar !== undefined && (!this.#exact || key.slot >= 24)) {
      return this.#primitives(key, scalar, leafKindOf(types, element) === 'uint8');
    }
    if (isArray && isPointer(types, element) && (!this.#exact || key.slot >= 32)) {
      return this.#references(key, `${className(types.name[element]!)}[]`, element);
    }
    if (isArray && scalar !== undefined) return this.#smallArray(key, element);
    const map = key.count === 1 ? this.#maps?.mapOf.get(key.type) : undefined;
    if (map !== undefined) return this.#map(key, this.#rowsOf(map));
    const leaves = count * this.#counts.of(element);
    if (leaves <= (isArray ? MOST_ELEMENT_FIELDS : MOST_STRUCT_FIELDS)) {
      return this.#instance(key, this.#label(key), [...elementsOrValue(types, key)]);
    }
    if (!this.#exact && this.#counts.of(element) <= MOST_LEAVES) return this.#parts(key, element, count);
    const pointers = types.pointerWords[element]! > 0;
    return pointers ? this.#references(key, `${this.#label(key)} pointers[]`, element) : this.#primitives(key, JAVA.byte, false);
  }

  /** `main.Node`, or `main.Node x3` where the allocation holds several. */
  #label({type, count}: ShapeKey): string {
    const name = className(this.#types.name[type]!);
    return count === 1 ? name : `${name} x${count}`;
  }

  /** Too small for an array: as many elements as the slot has room for, so that short texts of all lengths are one class. */
  #smallArray(key: ShapeKey, element: TypeIndex): Shape {
    const name = `${element}:${key.slot}:${key.header}`;
    const count = Math.floor((key.slot - key.header) / this.#types.size[element]!);
    const label = `${className(this.#types.name[element]!)} x${count}`;
    const shape = this.#small.get(name) ?? this.#instance(key, label, [...elements(this.#types, element, count)]);
    this.#small.set(name, shape);
    return shape;
  }

  /** The word `index` is at element `index`, whether it is a pointer or not. */
  #words(key: ShapeKey): Shape {
    const label = key.type === 0 ? 'unknown' : `${className(this.#types.name[key.type]!)} words`;
    const words = (key.slot - key.header) / 8;
    const length = this.#arrayBytes(key.slot) / this.#classes.idSize;
    if (length >= words && key.slot >= 32) {
      return this.#array(key, 0, `${label}[]`, length, Int32Array.of(0), 1);
    }
    const leaves = Array.from({length: words}, (_, word) => reference(`[${word}]`, word * 8));
    return this.#instance(key, `${label} x${words}`, leaves);
  }

  #untyped(key: ShapeKey): Shape {
    if (key.slot >= 24 || !this.#exact) return this.#primitives(key, JAVA.byte, true);
    const leaves = Array.from({length: key.slot / 8}, (_, word) => ({
      name: `[${word}]`,
      offset: word * 8,
      java: JAVA.long,
      isText: true,
      isString: false,
    }));
    return this.#instance(key, `untyped ${key.slot} bytes`, leaves);
  }

  /** The structure of a map with a field more, which comes first. */
  #map(key: ShapeKey, rows: RowsShape): InstanceShape {
    const size = this.#exact ? key.slot - 8 : key.slot + 8;
    const leaves = [reference('entries', key.slot), ...leavesOf(this.#types, key.type)];
    return this.#instance(key, this.#label(key), leaves, size, rows);
  }

  #rowsOf(map: TypeIndex): RowsShape {
    const known = this.#rows.get(map);
    if (known) return known;
    const {name, key, element, size} = this.#types;
    const inline = this.#maps!.inline; // rows are asked for where it is there
    const part = (type: TypeIndex, at: Bytes, label: string) =>
      size[type]! > inline ? [reference(label, at)] : [...leavesOf(this.#types, type, at, label)];
    const inBlock = (type: TypeIndex) => (size[type]! > inline ? 8 : Math.ceil(size[type]! / 8) * 8);
    const at = inBlock(key[map]!);
    const leaves = [...part(key[map]!, 0, 'key'), ...part(element[map]!, at, 'value')];
    const bytes = leaves.reduce((sum, {java}) => sum + this.#classes.javaSize(java), 0);
    const place = {type: map, count: 1, slot: at + inBlock(element[map]!), header: 0, scan: true, words: false, widened: false};
    const label = className(name[map]!);
    const row = this.#instance(place, `${label} entry`, leaves, this.#exact ? Math.ceil(bytes / 8) * 8 : bytes);
    const rows = {map, classId: this.#classes.named(`${label} entries[]`).id, row, element: at, inline};
    this.#rows.set(map, rows);
    return rows;
  }

  /** `size`: of the fields of an instance. */
  #instance(
    key: ShapeKey,
    label: string,
    leaves: readonly Leaf[],
    size = this.#exact ? key.slot - 8 : key.slot,
    rows?: RowsShape,
  ): InstanceShape {
    const {slot, header} = key;
    const isSmallest = this.#exact && size === 0;
    const room = isSmallest ? 16 : size;
    const fields = new FieldPlan(this.#classes, room, this.#keepScalars);
    for (const leaf of leaves) if (leaf.java === JAVA.object) fields.reserve();
    const refPosition = new Int32Array(Math.ceil(slot / 8)).fill(-1);
    const scalars: number[] = [];
    const strings: number[] = [];
    for (const leaf of leaves) {
      const position = fields.add(leaf);
      const offset = header + leaf.offset;
      if (position < 0 || offset >= slot) continue;
      if (leaf.java === JAVA.object) refPosition[offset / 8] = position;
      if (leaf.isString) strings.push(offset, position);
      if (leaf.java === JAVA.object) continue;
      if (this.#keepTexts || !leaf.isText) scalars.push(offset, position, JAVA_SIZE[leaf.java]!);
    }
    if (!isSmallest) fields.fill();
    const superId = isSmallest ? 0 : this.#classes.object.id;
    const name = this.#classes.has(label) ? `${label} (${slot} bytes)` : label;
    const added = this.#classes.add(name, fields.list, superId, key.widened ? size + 1 : size);
    added.statics.push(...cutField(fields.cutNames, fields.cut));
    return {
      form: 'instance',
      slot,
      header,
      cut: this.#keepScalars ? fields.cut : 0,
      objects: 0,
      isWidened: key.widened,
      classId: added.id,
      dataBytes: fields.position,
      refPosition,
      scalars: Int32Array.from(scalars),
      strings: Int32Array.from(this.#exact || !this.#keepScalars ? [] : strings),
      rows,
    };
  }

  #references(key: ShapeKey, label: string, element: TypeIndex): ReferencesShape {
    const wordIndex = new Int32Array(Math.max(1, Math.ceil(this.#types.size[element]! / 8))).fill(-1);
    let perElement = 0;
    let scalarBytes = 0;
    for (const leaf of leavesOf(this.#types, element)) {
      if (leaf.java === JAVA.object) wordIndex[leaf.offset / 8] = perElement++;
      else scalarBytes += JAVA_SIZE[leaf.java]!;
    }
    const values = Math.floor((key.slot - key.header) / Math.max(1, this.#types.size[element]!));
    return this.#array(key, scalarBytes * values, label, this.#arrayBytes(key.slot) / this.#classes.idSize, wordIndex, perElement);
  }

  #array({slot, header}: ShapeKey, cut: Bytes, label: string, length: number, wordIndex: Int32Array, perElement: number): ReferencesShape {
    return {
      form: 'references',
      slot,
      header,
      cut: this.#keepScalars ? cut : 0,
      objects: 0,
      classId: this.#classes.named(label).id,
      length,
      wordIndex,
      perElement,
    };
  }

  #primitives(key: ShapeKey, java: number, isText: boolean): PrimitivesShape {
    const length = Math.floor(this.#arrayBytes(key.slot) / JAVA_SIZE[java]!);
    const used = key.type === 0 ? key.slot : Math.min(this.#types.size[key.type]! * key.count, key.slot - key.header);
    const cut = Math.max(0, used - length * JAVA_SIZE[java]!);
    const {slot, header} = key;
    return {form: 'primitives', slot, header, cut: this.#keepScalars ? cut : 0, objects: 0, java, length, used, isText};
  }

  #parts(key: ShapeKey, element: TypeIndex, count: number): PartsShape {
    const name = className(this.#types.name[element]!);
    const {parts, partOffset} = this.#pieces.get(element) ?? this.#split(key, element, name);
    this.#pieces.set(element, {parts, partOffset});
    return {
      form: 'parts',
      slot: key.slot,
      header: key.header,
      cut: 0,
      objects: 0,
      classId: this.#classes.named(`${name}[]`).id,
      length: count * parts.length,
      parts,
      partOffset,
      stride: this.#types.size[element]!,
    };
  }

  #split(key: ShapeKey, element: TypeIndex, name: string): {parts: InstanceShape[]; partOffset: Bytes[]} {
    const pieces = splitLeaves([...leavesOf(this.#types, element)], this.#types.size[element]!);
    const parts = pieces.map(({start, end, leaves}, index) => {
      const label = pieces.length === 1 ? `${name} (element)` : `${name} (part ${index + 1})`;
      const moved = leaves.map((leaf) => ({...leaf, offset: leaf.offset - start}));
      return this.#instance({...key, count: 1, slot: end - start, header: 0}, label, moved);
    });
    return {parts, partOffset: pieces.map(({start}) => start)};
  }

  #arrayBytes(slot: Bytes): Bytes {
    return this.#exact ? Math.max(0, slot - 16) : slot;
  }
}

function reference(name: string, offset: Bytes): Leaf {
  return {name, offset, java: JAVA.object, isText: false, isString: false};
}

function elementsOrValue(types: TypeTable, {type, count}: ShapeKey): Generator<Leaf> {
  return count === 1 ? leavesOf(types, type) : elements(types, type, count);
}

/** Leaves in pieces of at most MOST_STRUCT_FIELDS that begin at words. */
function splitLeaves(leaves: readonly Leaf[], size: Bytes): {start: Bytes; end: Bytes; leaves: Leaf[]}[] {
  const pieces: {start: Bytes; end: Bytes; leaves: Leaf[]}[] = [];
  let piece = {start: 0, end: size, leaves: [] as Leaf[]};
  for (const leaf of leaves) {
    if (piece.leaves.length >= MOST_STRUCT_FIELDS && leaf.offset % 8 === 0) {
      piece.end = leaf.offset;
      pieces.push(piece);
      piece = {start: leaf.offset, end: size, leaves: []};
    }
    piece.leaves.push(leaf);
  }
  return [...pieces, piece];
}
