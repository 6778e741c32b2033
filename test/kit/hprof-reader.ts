/**
 * An HPROF file → what it says, for tests: written from the format's manual alone and sharing no code with the exporter. Strict: unknown
 * records, ids that stand for two things and lengths that do not add up are errors. Sizes are computed as consumers do
 * (docs/hprof.md: NetBeans takes the class's own number, Eclipse MAT adds up the declared fields).
 */
import {readFileSync} from 'node:fs';

export interface HprofField {
  readonly name: string;
  readonly type: number;
}
export interface HprofClass {
  readonly id: number;
  readonly name: string;
  readonly superId: number;
  readonly instanceSize: number;
  readonly fields: readonly HprofField[];
  readonly statics: readonly (HprofField & {readonly value: number | bigint})[];
}
export interface HprofObject {
  readonly id: number;
  readonly form: 'instance' | 'objects' | 'primitives';
  readonly type: number; // id of the class; of primitives: type of the elements
  readonly length: number; // bytes of fields, or elements
  readonly position: number; // of these in the file
}
export interface HprofRoot {
  readonly kind: 'thread' | 'frame' | 'global' | 'class';
  readonly id: number;
  readonly thread?: number;
  readonly frame?: number;
}
export interface HprofFrame {
  readonly method: string;
  readonly signature: string;
  readonly file: string;
  readonly className: string;
  readonly line: number;
}

/** By the format's numbers; a reference has the file's id size. */
const SIZES: Readonly<Record<number, number>> = {4: 1, 5: 2, 6: 4, 7: 8, 8: 1, 9: 2, 10: 4, 11: 8};
const OBJECT = 2;
const align = (bytes: number) => Math.ceil(bytes / 8) * 8;

export class HprofFile {
  readonly idSize: number;
  readonly classes = new Map<number, HprofClass>();
  readonly objects = new Map<number, HprofObject>();
  readonly roots: HprofRoot[] = [];
  /** Per thread, by serial: its frames, innermost first. */
  readonly stacks = new Map<number, readonly HprofFrame[]>();
  readonly segments: number[] = []; // their lengths
  readonly #data: Buffer;
  readonly #names = new Map<number, string>();
  readonly #loaded = new Map<number, string>();
  readonly #serials = new Map<number, string>();
  readonly #frames = new Map<number, HprofFrame>();
  #at = 0;

  constructor(path: string) {
    this.#data = readFileSync(path);
    this.#at = this.#data.indexOf(0) + 1;
    if (this.#data.toString('latin1', 0, this.#at) !== 'JAVA PROFILE 1.0.2\0') throw new Error('no HPROF file');
    this.idSize = this.#u4();
    this.#at += 8;
    for (let ended = false; !ended; ) ended = this.#readRecord();
    if (this.#at !== this.#data.length) throw new Error('bytes behind the end');
  }

  /** The fields of an instance by name, superclasses included; references are ids. */
  fieldsOf(object: HprofObject): Map<string, number | bigint> {
    const values = new Map<string, number | bigint>();
    this.#at = object.position;
    for (const own of this.#chain(object.type)) for (const {name, type} of own.fields) values.set(name, this.#value(type));
    if (this.#at !== object.position + object.length) throw new Error(`fields of ${object.id}: ${this.#at - object.position} bytes`);
    return values;
  }
  /** The references that are not nil, in their order. */
  referencesOf(object: HprofObject): number[] {
    const ids: number[] = [];
    this.#at = object.position;
    if (object.form === 'objects') for (let index = 0; index < object.length; index++) ids.push(this.#id());
    else if (object.form === 'instance') {
      for (const own of this.#chain(object.type)) {
        for (const {type} of own.fields) {
          if (type === OBJECT) ids.push(this.#id());
          else this.#at += SIZES[type]!;
        }
      }
    }
    return ids.filter((id) => id !== 0);
  }
  /** The elements of an array of primitives as they lie in the file. */
  bytesOf(object: HprofObject): Buffer {
    return this.#data.subarray(object.position, object.position + object.length * SIZES[object.type]!);
  }
  /** The text of a java.lang.String. */
  textOf(object: HprofObject): string {
    const array = this.objects.get(Number(this.fieldsOf(object).get('value')))!;
    const bytes = Buffer.from(this.bytesOf(array));
    return array.type === 5 ? bytes.swap16().toString('utf16le') : bytes.toString('latin1');
  }
  className(object: HprofObject): string {
    return object.form === 'primitives' ? `(${object.type})[]` : this.classes.get(object.type)!.name;
  }
  netBeansSize({form, type, length}: HprofObject): number {
    if (form === 'instance') return this.classes.get(type)!.instanceSize + 2 * this.idSize;
    return 8 + 2 * this.idSize + length * (form === 'objects' ? this.idSize : SIZES[type]!);
  }
  /** Whether NetBeans adds a byte, so that Shark looks into an object of 8 (docs/hprof.md). */
  isWidened({form, type}: HprofObject): boolean {
    return form === 'instance' && this.classes.get(type)!.superId === 0 && this.classes.get(type)!.instanceSize === 1;
  }
  matSize({form, type, length}: HprofObject): number {
    const header = 2 * this.idSize;
    if (form === 'instance') return this.classes.get(type)!.superId === 0 ? header : align(header + length);
    if (form === 'objects') return align(header + 4 + length * this.idSize);
    return align(header + (this.idSize === 8 ? 8 : 4) + length * SIZES[type]!);
  }
  /** The number in the class `goheap`. */
  summary(name: string): number {
    const summary = [...this.classes.values()].find((one) => one.name === 'goheap');
    return Number(summary!.statics.find((field) => field.name === name)!.value);
  }

  #chain(id: number): HprofClass[] {
    const chain: HprofClass[] = [];
    for (let at = id; at !== 0; at = this.classes.get(at)!.superId) chain.push(this.classes.get(at)!);
    return chain;
  }

  #readRecord(): boolean {
    const tag = this.#u1();
    this.#at += 4;
    const length = this.#u4();
    const end = this.#at + length;
    switch (tag) {
      case 0x01:
        this.#names.set(this.#id(), this.#data.toString('utf8', this.#at, end));
        this.#at = end;
        break;
      case 0x02:
        this.#readLoadClass();
        break;
      case 0x04:
        this.#readFrame();
        break;
      case 0x05:
        this.#readTrace();
        break;
      case 0x1c:
        this.segments.push(length);
        while (this.#at < end) this.#readHeapRecord();
        break;
      case 0x2c:
        break;
      default:
        throw new Error(`record ${tag}`);
    }
    if (this.#at !== end) throw new Error(`record ${tag} ends at ${this.#at}, not ${end}`);
    return tag === 0x2c;
  }
  #readLoadClass(): void {
    const serial = this.#u4();
    const id = this.#id();
    this.#u4();
    const name = this.#name();
    this.#loaded.set(id, name);
    this.#serials.set(serial, name);
  }
  #readFrame(): void {
    const id = this.#id();
    const [method, signature, file] = [this.#name(), this.#name(), this.#name()];
    const className = this.#serials.get(this.#u4())!;
    this.#frames.set(id, {method, signature, file, className, line: this.#i4()});
  }
  #readTrace(): void {
    this.#u4();
    const thread = this.#u4();
    this.stacks.set(
      thread,
      Array.from({length: this.#u4()}, () => this.#frames.get(this.#id())!),
    );
  }
  #readHeapRecord(): void {
    const tag = this.#u1();
    switch (tag) {
      case 0x01:
        this.roots.push({kind: 'global', id: this.#id()});
        this.#id();
        break;
      case 0x03:
        this.roots.push({kind: 'frame', id: this.#id(), thread: this.#u4(), frame: this.#i4()});
        break;
      case 0x05:
        this.roots.push({kind: 'class', id: this.#id()});
        break;
      case 0x08:
        this.roots.push({kind: 'thread', id: this.#id(), thread: this.#u4()});
        this.#u4();
        break;
      case 0x20:
        this.#readClass();
        break;
      case 0x21:
        this.#readObject('instance');
        break;
      case 0x22:
        this.#readObject('objects');
        break;
      case 0x23:
        this.#readObject('primitives');
        break;
      default:
        throw new Error(`record ${tag} in the heap`);
    }
  }
  #readClass(): void {
    const id = this.#newId();
    this.#u4();
    const superId = this.#id();
    this.#at += 5 * this.idSize;
    const instanceSize = this.#u4();
    if (this.#u2() !== 0) throw new Error('constants');
    const statics = Array.from({length: this.#u2()}, () => {
      const [name, type] = [this.#name(), this.#u1()];
      return {name, type, value: this.#value(type)};
    });
    const fields = Array.from({length: this.#u2()}, () => ({name: this.#name(), type: this.#u1()}));
    this.classes.set(id, {id, name: this.#loaded.get(id)!, superId, instanceSize, fields, statics});
  }
  #readObject(form: HprofObject['form']): void {
    const id = this.#newId();
    this.#u4();
    let [type, length] = form === 'instance' ? [this.#id(), this.#u4()] : [0, this.#u4()];
    if (form !== 'instance') type = form === 'objects' ? this.#id() : this.#u1();
    this.objects.set(id, {id, form, type, length, position: this.#at});
    this.#at += length * (form === 'instance' ? 1 : form === 'objects' ? this.idSize : SIZES[type]!);
    if (this.#at > this.#data.length) throw new Error(`object ${id} ends behind the file`);
  }
  #newId(): number {
    const id = this.#id();
    if (id === 0 || this.classes.has(id) || this.objects.has(id)) throw new Error(`id ${id} stands for two things`);
    return id;
  }

  #value(type: number): number | bigint {
    const at = this.#at;
    if (type === OBJECT) return this.#id();
    this.#at += SIZES[type]!;
    if (type === 6) return this.#data.readFloatBE(at);
    if (type === 7) return this.#data.readDoubleBE(at);
    if (type === 11) return this.#data.readBigInt64BE(at);
    return this.#data.readIntBE(at, SIZES[type]!);
  }
  #name(): string {
    const id = this.#id();
    const name = this.#names.get(id);
    if (name === undefined) throw new Error(`no name ${id}`);
    return name;
  }
  #id(): number {
    return this.idSize === 4 ? this.#u4() : this.#u4() * 4294967296 + this.#u4();
  }
  #u1(): number {
    return this.#data[this.#at++]!;
  }
  #u2(): number {
    this.#at += 2;
    return this.#data.readUInt16BE(this.#at - 2);
  }
  #u4(): number {
    this.#at += 4;
    return this.#data.readUInt32BE(this.#at - 4);
  }
  #i4(): number {
    return this.#u4() | 0;
  }
}
