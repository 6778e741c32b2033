/**
 * Objects in the file → their bytes as a JVM has them: values at the offsets of the layout, little-endian, references as numbers that `ReferenceCode` reads. So whoever
 * reads values need not know what a dump is. What an object's header holds is not in the file, nor what the fields of classes' objects hold: zeros.
 */
import type {ByteSource} from '../base/bytes.js';
import {indexOfSorted} from '../base/lower-bound.js';
import type {Address, Bytes, Contents} from '../graph/heap-graph.js';
import {FORM} from './class-table.js';
import type {FilePositions} from './file-positions.js';
import {OBJECT, sizesInFile} from './hprof-format.js';
import type {JavaClasses} from './java-classes.js';
import {sizeInMemory} from './jvm-layout.js';

/** References of 4 bytes: address = base + number × scale, and 0 is null. */
export interface ReferenceCode {
  readonly base: Address;
  readonly scale: number;
}

const NEAR = 64;
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
  #foundRow = 0;
  #lastRow = -1;
  #last = new Uint8Array(0);

  constructor(source: ByteSource, objects: StoredObjects, classes: JavaClasses, idSize: 4 | 8) {
    this.#source = source;
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
    if (form === FORM.instance) return this.#instance(row, kind >>> 2, offset, offset + length).subarray(offset, offset + length);
    return this.#elements(row, form === FORM.objectArray ? OBJECT : kind >>> 2, offset, length);
  }

  /** Whoever reads all objects asks for the next one, or what lies near it. */
  #rowAt(address: Address): number {
    const {start} = this.#objects;
    const near = this.#foundRow;
    let [low, high] = [0, start.length];
    if (start[near]! <= address) {
      low = near + 1;
      if (low === high || start[low]! > address) return near;
      if (start[low + NEAR]! > address) high = low + NEAR;
    } else high = near;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (start[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    this.#foundRow = Math.max(0, low - 1);
    return low - 1;
  }

  /** The whole object, but only what is in the range is there for sure. */
  #instance(row: number, number: number, from: Bytes, end: Bytes): Uint8Array {
    if (row === this.#lastRow) return this.#last;
    const bytes = new Uint8Array(this.#objects.size[row]!);
    const view = new DataView(bytes.buffer);
    const place = this.#objects.position.at(row);
    const {fields, bytesInFile} = this.#classes.table.dumpOf(number) ? this.#classes.fieldsOf(number) : NO_FIELDS;
    const length = Math.min(bytesInFile, this.#source.size - place);
    const values = this.#source.read(place, length);
    for (const {type, inFile, offset} of fields) {
      const isWanted = offset < end && offset + LARGEST_VALUE > from; // a reference costs a search
      if (isWanted && inFile + this.#sizeInFile[type]! <= length) this.#put(view, offset, type, values, inFile);
    }
    if (end - from < bytes.length) return bytes;
    this.#lastRow = row;
    this.#last = bytes;
    return bytes;
  }

  /** The elements that the range touches, and zeros for what is no element. */
  #elements(row: number, type: number, offset: Bytes, length: Bytes): Uint8Array {
    const {layout} = this.#classes.sizes;
    const base = this.#classes.sizes.baseOf(type);
    const size = sizeInMemory(layout, type);
    const inFile = this.#sizeInFile[type]!;
    const place = this.#objects.position.at(row);
    if (
      size === 1 &&
      offset >= base &&
      offset + length <= base + this.#objects.length[row]! &&
      place + offset - base + length <= this.#source.size
    )
      return this.#source.read(place + offset - base, length); // of texts that is all
    const first = Math.max(0, Math.floor((offset - base) / size));
    const end = Math.min(this.#objects.length[row]!, Math.ceil((offset + length - base) / size));
    const bytes = new Uint8Array(length);
    if (end <= first) return bytes;
    const position = place + first * inFile;
    const count = end - first;
    if (position + count * inFile > this.#source.size) return bytes;
    const values = this.#source.read(position, count * inFile);
    const from = base + first * size;
    const part = size === 1 ? values : new Uint8Array(count * size);
    if (size > 1) {
      const view = new DataView(part.buffer);
      for (let at = 0; at < count; at++) this.#put(view, at * size, type, values, at * inFile);
    }
    const start = Math.max(0, offset - from); // in the part
    bytes.set(part.subarray(start, Math.min(part.length, start + offset + length - Math.max(offset, from))), Math.max(0, from - offset));
    return bytes;
  }

  #put(view: DataView, offset: Bytes, type: number, values: Uint8Array, at: Bytes): void {
    if (type === OBJECT) {
      this.#putReference(view, offset, values, at);
      return;
    }
    const size = this.#sizeInFile[type]!;
    for (let byte = 0; byte < size; byte++) view.setUint8(offset + byte, values[at + size - 1 - byte]!);
  }
  #putReference(view: DataView, offset: Bytes, values: Uint8Array, at: Bytes): void {
    let id = 0;
    for (let byte = 0; byte < this.#idSize; byte++) id = id * 256 + values[at + byte]!;
    if (id === 0) return;
    const row = indexOfSorted(this.#objects.id, id);
    if (row < 0) return; // what the file does not have is nobody's
    const address = this.#objects.start[row]!;
    if (this.#classes.sizes.layout.reference === 4) {
      view.setUint32(offset, (address - this.#code.base) / this.#code.scale, true);
      return;
    }
    view.setUint32(offset, address % 2 ** 32, true);
    view.setUint32(offset + 4, Math.floor(address / 2 ** 32), true);
  }
}
