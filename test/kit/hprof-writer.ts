/**
 * Classes, objects and roots → the bytes of an HPROF file, record by record as the format's manual has them: the other way round of the reader, and sharing no code
 * with it or with the exporter. Ids are what a test says; every number is big-endian.
 */

/** By the format's numbers. */
export const TYPE = {object: 2, boolean: 4, char: 5, float: 6, double: 7, byte: 8, short: 9, int: 10, long: 11} as const;
export type TypeName = keyof typeof TYPE;
const SIZES: Readonly<Record<TypeName, number>> = {object: 0, boolean: 1, char: 2, float: 4, double: 8, byte: 1, short: 2, int: 4, long: 8};

export interface FieldText {
  readonly name: string;
  readonly type: TypeName;
}
export type Values = readonly (number | bigint)[];

/** `next:object count:int` */
export function fieldsOf(text: string): FieldText[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => {
      const [name, type] = word.split(':') as [string, TypeName];
      return {name, type};
    });
}

export class HprofWriter {
  readonly #idSize: 4 | 8;
  readonly #head: number[] = [];
  readonly #records: number[] = [];
  #heap: number[] = [];
  readonly #texts = new Map<string, number>();
  readonly #classes = new Map<number, {readonly above: number; readonly fields: readonly FieldText[]}>();
  #serial = 0;

  constructor({idSize = 8, version = '1.0.2', time = 0}: {idSize?: 4 | 8; version?: string; time?: number} = {}) {
    this.#idSize = idSize;
    this.#head.push(
      ...Buffer.from(`JAVA PROFILE ${version}\0`, 'latin1'),
      ...u4(idSize),
      ...u4(Math.floor(time / 2 ** 32)),
      ...u4(time % 2 ** 32),
    );
  }

  /** A class with its own fields; `statics` with values. */
  class(id: number, name: string, {above = 0, fields = '', statics = [], loader = 0, size = 0}: ClassText = {}): this {
    const own = fieldsOf(fields);
    this.#classes.set(id, {above, fields: own});
    this.#record(0x02, [...u4(++this.#serial), ...this.#id(id), ...u4(0), ...this.#id(this.#text(name))]);
    const values = statics.flatMap(([field, value]) => {
      const [{name: text, type}] = fieldsOf(field) as [FieldText];
      return [...this.#id(this.#text(text)), TYPE[type], ...this.#value(type, value)];
    });
    const ids = [above, loader, 0, 0, 0, 0].flatMap((other) => this.#id(other));
    const list = own.flatMap(({name: text, type}) => [...this.#id(this.#text(text)), TYPE[type]]);
    this.#heap.push(0x20, ...this.#id(id), ...u4(0), ...ids, ...u4(size), ...u2(0));
    this.#heap.push(...u2(statics.length), ...values, ...u2(own.length), ...list);
    return this;
  }
  /** Values of the class's own fields, then those of the class above. */
  instance(id: number, classId: number, ...values: Values): this {
    const types: TypeName[] = [];
    for (let at = this.#classes.get(classId); at; at = this.#classes.get(at.above)) types.push(...at.fields.map(({type}) => type));
    return this.bytes(
      id,
      classId,
      types.flatMap((type, at) => this.#value(type, values[at] ?? 0)),
    );
  }
  /** The same as bytes. */
  bytes(id: number, classId: number, bytes: readonly number[]): this {
    this.#heap.push(0x21, ...this.#id(id), ...u4(0), ...this.#id(classId), ...u4(bytes.length), ...bytes);
    return this;
  }
  objects(id: number, classId: number, ...ids: readonly number[]): this {
    this.#heap.push(
      0x22,
      ...this.#id(id),
      ...u4(0),
      ...u4(ids.length),
      ...this.#id(classId),
      ...ids.flatMap((element) => this.#id(element)),
    );
    return this;
  }
  array(id: number, type: TypeName, values: Values): this {
    this.#heap.push(
      0x23,
      ...this.#id(id),
      ...u4(0),
      ...u4(values.length),
      TYPE[type],
      ...values.flatMap((value) => this.#value(type, value)),
    );
    return this;
  }
  /** Any tag of a root with what follows the id: numbers of 4 bytes. */
  root(tag: number, id: number, ...numbers: readonly number[]): this {
    this.#heap.push(tag, ...this.#id(id), ...numbers.flatMap(u4));
    return this;
  }
  jniGlobal(id: number): this {
    this.#heap.push(0x01, ...this.#id(id), ...this.#id(1));
    return this;
  }
  /** Android's: what comes next is of that heap. */
  heapInfo(number: number, name: string): this {
    this.#heap.push(0xfe, ...u4(number), ...this.#id(this.#text(name)));
    return this;
  }
  /** Frames from the innermost on: `com.acme.Main.run File.java 12`, of classes that are there. */
  trace(
    serial: number,
    frames: readonly {readonly method: string; readonly classSerial: number; readonly file: string; readonly line: number}[],
  ): this {
    const ids = frames.map((frame, at) => {
      const id = serial * 1000 + at;
      const texts = [frame.method, '()V', frame.file].flatMap((text) => this.#id(this.#text(text)));
      this.#record(0x04, [...this.#id(id), ...texts, ...u4(frame.classSerial), ...u4(frame.line >>> 0)]);
      return id;
    });
    this.#record(0x05, [...u4(serial), ...u4(0), ...u4(ids.length), ...ids.flatMap((id) => this.#id(id))]);
    return this;
  }
  /** Bytes as they are, into the heap. */
  raw(...bytes: readonly number[]): this {
    this.#heap.push(...bytes);
    return this;
  }
  /** Ends a segment of the heap; `length` where the header is to lie. */
  segment({tag = 0x1c, length}: {tag?: number; length?: number} = {}): this {
    this.#records.push(tag, ...u4(0), ...u4(length ?? this.#heap.length), ...this.#heap);
    this.#heap = [];
    return this;
  }
  finish({isEnded = true} = {}): Uint8Array {
    if (this.#heap.length > 0) this.segment();
    return Uint8Array.from([...this.#head, ...this.#records, ...(isEnded ? [0x2c, ...u4(0), ...u4(0)] : [])]);
  }

  #record(tag: number, body: readonly number[]): void {
    this.#records.push(tag, ...u4(0), ...u4(body.length), ...body);
  }
  #text(text: string): number {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const id = 0x7000 + this.#texts.size;
    this.#texts.set(text, id);
    this.#record(0x01, [...this.#id(id), ...Buffer.from(text, 'utf8')]);
    return id;
  }
  #id(id: number): number[] {
    return this.#idSize === 4 ? u4(id) : [...u4(Math.floor(id / 2 ** 32)), ...u4(id % 2 ** 32)];
  }
  #value(type: TypeName, value: number | bigint): number[] {
    if (type === 'object') return this.#id(Number(value));
    const buffer = Buffer.alloc(8);
    if (type === 'double') buffer.writeDoubleBE(Number(value));
    else if (type === 'float') buffer.writeFloatBE(Number(value), 4);
    else buffer.writeBigInt64BE(BigInt.asIntN(64, BigInt(value)));
    return [...buffer.subarray(8 - SIZES[type])];
  }
}

export interface ClassText {
  readonly above?: number;
  readonly fields?: string;
  /** `cache:object` and its value. */
  readonly statics?: readonly (readonly [field: string, value: number | bigint])[];
  readonly loader?: number;
  readonly size?: number;
}

function u2(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}
function u4(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
