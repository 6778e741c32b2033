/**
 * A thread's object → its name and state, from its fields. Truth: java.lang.Thread (`holder` since JDK 19 has the state), and the bits of
 * `jdk.internal.misc.VM.toThreadState`.
 */
import {type ByteSource, decodeLatin1} from '../base/bytes.js';
import {FORM} from './class-table.js';
import {OBJECT, sizesInFile} from './hprof-format.js';
import type {IdIndex} from './id-index.js';
import type {JavaClasses} from './java-classes.js';
import type {ObjectRecords} from './object-records.js';

export interface ThreadFacts {
  readonly name: string | undefined;
  readonly state: string | undefined; // as Thread.getState calls it
}

const STATES: readonly (readonly [bit: number, state: string])[] = [
  [0x4, 'RUNNABLE'],
  [0x400, 'BLOCKED'],
  [0x10, 'WAITING'],
  [0x20, 'TIMED_WAITING'],
  [0x2, 'TERMINATED'],
];
const CHAR = 5;
const WIDE = 1;
const LONGEST_NAME = 1000;

export class ThreadFactReader {
  readonly #source: ByteSource;
  readonly #objects: ObjectRecords;
  readonly #index: IdIndex;
  readonly #classes: JavaClasses;
  readonly #sizes: Uint8Array;

  constructor(
    source: ByteSource,
    idSize: 4 | 8,
    {objects, index, classes}: {objects: ObjectRecords; index: IdIndex; classes: JavaClasses},
  ) {
    this.#source = source;
    this.#objects = objects;
    this.#index = index;
    this.#classes = classes;
    this.#sizes = sizesInFile(idSize);
  }

  read(row: number): ThreadFacts {
    const bits = this.#number(row, 'threadStatus') ?? this.#number(this.#target(row, 'holder'), 'threadStatus');
    const state = bits === undefined ? undefined : (STATES.find(([bit]) => (bits & bit) !== 0)?.[1] ?? 'NEW');
    return {name: this.#text(this.#target(row, 'name')), state};
  }

  #text(row: number): string | undefined {
    if (row < 0) return undefined;
    const array = (this.#objects.kind[row]! & 3) === FORM.instance ? this.#target(row, 'value') : row; // before JDK 9 a char[] itself
    if (array < 0 || (this.#objects.kind[array]! & 3) !== FORM.primitiveArray) return undefined;
    const type = this.#objects.kind[array]! >>> 2;
    const length = Math.min(this.#objects.length[array]!, LONGEST_NAME) * this.#sizes[type]!;
    const place = this.#objects.position.at(array);
    if (place + length > this.#source.size) return undefined;
    const bytes = this.#source.read(place, length);
    if (type === CHAR) return new TextDecoder('utf-16be').decode(bytes);
    return array !== row && this.#number(row, 'coder') === WIDE ? new TextDecoder('utf-16le').decode(bytes) : decodeLatin1(bytes);
  }
  #target(row: number, name: string): number {
    const id = this.#number(row, name, OBJECT);
    return id === undefined || id === 0 ? -1 : this.#index.find(id);
  }
  /** Of the first field of that name from the object's own class upwards. */
  #number(row: number, name: string, type?: number): number | undefined {
    if (row < 0 || (this.#objects.kind[row]! & 3) !== FORM.instance) return undefined;
    const number = this.#objects.kind[row]! >>> 2;
    if (!this.#classes.table.dumpOf(number)) return undefined;
    const [field] = this.#classes
      .fieldsOf(number)
      .fields.filter((other) => other.name === name && (type === undefined || other.type === type))
      .sort((a, b) => a.inFile - b.inFile);
    const size = field && this.#sizes[field.type]!;
    if (field === undefined || field.inFile + size! > this.#objects.length[row]!) return undefined;
    return this.#source.read(this.#objects.position.at(row) + field.inFile, size!).reduce((value, byte) => value * 256 + byte, 0);
  }
}
