/**
 * Objects in the file → their bytes as a JVM has them: values at the offsets of the layout, little-endian, references as numbers that `ReferenceCode` reads. So whoever
 * reads values need not know what a dump is. What an object's header holds is not in the file, nor what the fields of classes' objects hold: zeros.
 */
import type {ByteSource} from '../base/bytes.js';
import {indexOfSorted} from '../base/lower-bound.js';
import type {Address, Bytes, Contents} from '../graph/heap-graph.js';
import {FORM} from './class-table.js';
import type {FilePositions} from './file-positions.js';
import {FileWindows, LONGEST_TAKE} from './file-windows.js';
import {OBJECT, sizesInFile} from './hprof-format.js';
import type {JavaClasses} from './java-classes.js';
import {sizeInMemory} from './jvm-layout.js';

/** References of 4 bytes: address = base + number × scale, and 0 is null. */
export interface ReferenceCode {
  readonly base: Address;
  readonly scale: number;
}

const LARGEST_VALUE: Bytes = 8;
const NO_FIELDS = {fields: [], bytesInFile: 0};

/** As compressed references are: from 0 on where that suffices. */
export function referenceCode(start: Float64Array): ReferenceCode {
  const last = start.at(-1) ?? 0;
  if (last < 2 ** 32) return {base: 0, scale: 1};
  return last < 2 ** 35 ? {base: 0, scale: 8} : {base: (start[0] ?? 8) - 8, scale: 8};
}

/** Where objects are, in memory and in the file, and what they are. Rows are in the order of both ids and addresses. */
export interface StoredObjects {
  readonly id: Float64Array;
  readonly start: Float64Array;
  readonly size: Uint32Array | Float64Array;
  readonly length: Uint32Array; // of arrays
  readonly position: FilePositions;
  kindOf(row: number): number; // as `ObjectRecords.kind`
}

export class ObjectMemory implements Contents {
  readonly #source: ByteSource;
  readonly #objects: StoredObjects;
  readonly #classes: JavaClasses;
  readonly #code: ReferenceCode;
  readonly #sizeInFile: Uint8Array;
  readonly #idSize: 4 | 8;
  readonly #windows: FileWindows;
  #values: Uint8Array = new Uint8Array(0); // where `#find` found them
  #foundRow = 0;
  #lastRow = -1;
  #last: Uint8Array = new Uint8Array(0);
  readonly #value = new Uint8Array(LARGEST_VALUE);

  constructor(source: ByteSource, objects: StoredObjects, classes: JavaClasses, idSize: 4 | 8) {
    this.#source = source;
    this.#windows = new FileWindows(source);
    this.#objects = objects;
    this.#classes = classes;
    this.#code = referenceCode(objects.start);
    this.#sizeInFile = sizesInFile(idSize);
    this.#idSize = idSize;
  }

  bytes(address: Address, length: Bytes): Uint8Array | undefined {
    const row = this.#rowAt(address);
    if (row < 0) return undefined;
    const offset = address - this.#objects.start[row]!;
    if (offset + length > this.#objects.size[row]!) return undefined;
    const kind = this.#objects.kindOf(row);
    const form = kind & 3;
    if (form === FORM.classObject) return undefined;
    if (form === FORM.instance) return this.#instance(row, kind >>> 2, offset, length);
    return this.#elements(row, form === FORM.objectArray ? OBJECT : kind >>> 2, offset, length);
  }

  /** Whoever reads all objects asks for the next one, or what lies near it. */
  #rowAt(address: Address): number {
    const {start} = this.#objects;
    let [low, high] = [0, start.length];
    const near = this.#foundRow;
    if (start[near]! <= address) {
      low = near + 1;
      let step = 1;
      for (; low + step < high && start[low + step - 1]! <= address; step *= 2) low += step;
      high = Math.min(high, low + step);
    } else high = near;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (start[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    this.#foundRow = Math.max(0, low - 1);
    return low - 1;
  }

  /** The fields that the range touches, and zeros for what is no field. A whole object is kept: who wants all of it may read it field by field. */
  #instance(row: number, number: number, offset: Bytes, length: Bytes): Uint8Array {
    if (row === this.#lastRow) return this.#last.subarray(offset, offset + length);
    const bytes = new Uint8Array(length);
    const place = this.#objects.position.at(row);
    const {fields, bytesInFile} = this.#classes.table.dumpOf(number) ? this.#classes.fieldsOf(number) : NO_FIELDS;
    const known = Math.min(bytesInFile, this.#source.size - place);
    const from = this.#find(place, known);
    for (const field of fields) {
      const at = field.offset - offset;
      const size = sizeInMemory(this.#classes.sizes.layout, field.type);
      if (at >= length || at + size <= 0 || field.inFile + this.#sizeInFile[field.type]! > known) continue; // a reference costs a search
      if (at >= 0 && at + size <= length) this.#put(bytes, at, field.type, from + field.inFile);
      else this.#putPart(bytes, at, size, field.type, from + field.inFile);
    }
    if (length < this.#objects.size[row]!) return bytes;
    this.#lastRow = row;
    this.#last = bytes;
    return bytes;
  }
  /** Of a value that begins before the bytes or ends behind them. */
  #putPart(into: Uint8Array, offset: Bytes, size: Bytes, type: number, at: number): void {
    this.#value.fill(0);
    this.#put(this.#value, 0, type, at);
    for (let byte = Math.max(0, -offset); byte < size && offset + byte < into.length; byte++) into[offset + byte] = this.#value[byte]!;
  }

  /** The elements that the range touches, and zeros for what is no element. */
  #elements(row: number, type: number, offset: Bytes, length: Bytes): Uint8Array {
    const {layout} = this.#classes.sizes;
    const base = this.#classes.sizes.baseOf(type);
    const size = sizeInMemory(layout, type);
    const inFile = this.#sizeInFile[type]!;
    const place = this.#objects.position.at(row);
    const isInside = offset >= base && offset + length <= base + this.#objects.length[row]!;
    if (size === 1 && isInside && place + offset - base + length <= this.#source.size) return this.#copy(place + offset - base, length);
    const first = Math.max(0, Math.floor((offset - base) / size));
    const end = Math.min(this.#objects.length[row]!, Math.ceil((offset + length - base) / size));
    const bytes = new Uint8Array(length);
    const position = place + first * inFile;
    if (end <= first || position + (end - first) * inFile > this.#source.size) return bytes;
    const from = this.#find(position, (end - first) * inFile);
    if (size === 1) bytes.set(this.#values.subarray(from, from + end - first), base + first - offset);
    else
      for (let element = first; element < end; element++) {
        const at = base + element * size - offset;
        if (at >= 0 && at + size <= length) this.#put(bytes, at, type, from + (element - first) * inFile);
        else this.#putPart(bytes, at, size, type, from + (element - first) * inFile);
      }
    return bytes;
  }

  /** Where in `#values` bytes of the file are, until the next call. */
  #find(position: Bytes, length: Bytes): number {
    const isLong = length > LONGEST_TAKE;
    this.#values = isLong ? this.#source.read(position, length) : this.#windows.bytes;
    return isLong ? 0 : this.#windows.take(position);
  }
  #copy(position: Bytes, length: Bytes): Uint8Array {
    const from = this.#find(position, length);
    return length > LONGEST_TAKE ? this.#values : this.#values.slice(from, from + length);
  }

  #put(into: Uint8Array, offset: Bytes, type: number, at: number): void {
    if (type === OBJECT) {
      this.#putReference(into, offset, at);
      return;
    }
    const size = this.#sizeInFile[type]!;
    for (let byte = 0; byte < size; byte++) into[offset + byte] = this.#values[at + size - 1 - byte]!;
  }
  #putReference(into: Uint8Array, offset: Bytes, at: number): void {
    let id = 0;
    for (let byte = 0; byte < this.#idSize; byte++) id = id * 256 + this.#values[at + byte]!;
    if (id === 0) return;
    const row = indexOfSorted(this.#objects.id, id);
    if (row < 0) return; // what the file does not have is nobody's
    const address = this.#objects.start[row]!;
    const isNumber = this.#classes.sizes.layout.reference === 4;
    let rest = isNumber ? (address - this.#code.base) / this.#code.scale : address;
    for (let byte = 0; byte < (isNumber ? 4 : 8); byte++, rest = Math.floor(rest / 256)) into[offset + byte] = rest % 256;
  }
}
