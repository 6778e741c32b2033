/**
 * Objects without pointers → arrays of numbers, and in full size, where all bytes are a text, → java.lang.String with an array of its own:
 * bytes for ASCII, chars for the rest, which is what every consumer reads. How much of the bytes there is `contents` says.
 */

import type {Bytes} from '../../src/base/units.js';
import type {ContentsLevel} from '../../src/tables/heap-tables.js';
import type {ByteWindow} from './byte-window.js';
import {type ClassList, NO_TRACE} from './class-list.js';
import {turn} from './instance-record.js';
import {JAVA, JAVA_SIZE} from './leaves.js';
import {type RecordWriter, TAG} from './record-writer.js';
import type {PrimitivesShape, Sizes} from './shapes.js';
import {type FoundText, findText} from './text.js';

/** Longest preview of a text. */
const PREVIEW: Bytes = 64;
/** A longer text stays an array of bytes: nobody reads it in a table. */
const LONGEST_STRING: Bytes = 1024 * 1024;
/** Large objects are read in such pieces. */
const PIECE: Bytes = 1024 * 1024;

/** One is used for all objects, which are many. */
export interface ScalarObject {
  id: number;
  offset: Bytes; // of its data, behind the header, in what the window has entered
  isUntyped: boolean; // then a text ends where its zeros begin
}

export class ScalarWriter {
  readonly #writer: RecordWriter;
  readonly #classes: ClassList;
  readonly #window: ByteWindow | undefined;
  readonly #contents: ContentsLevel;
  readonly #sizes: Sizes;
  /** How many objects became java.lang.String. */
  strings = 0;

  constructor(writer: RecordWriter, classes: ClassList, window: ByteWindow | undefined, options: {contents: ContentsLevel; sizes: Sizes}) {
    this.#writer = writer;
    this.#classes = classes;
    this.#window = window;
    this.#contents = options.contents;
    this.#sizes = options.sizes;
  }

  write(shape: PrimitivesShape, object: ScalarObject): void {
    const text = shape.isText ? this.#findText(shape, object) : undefined;
    if (text && this.#sizes === 'full') {
      this.#writeString(object, text);
      return;
    }
    this.#startArray(object.id, shape.length, shape.java);
    const bytes = shape.length * JAVA_SIZE[shape.java]!;
    const known = this.#contents === 'full' ? shape.slot - shape.header : (text?.length ?? 0);
    const kept = Math.min(known, bytes);
    this.#copy(object, kept, JAVA_SIZE[shape.java]!);
    this.#writer.zeros(bytes - kept);
  }

  /** A string of goheap's own, such as a goroutine's name; its array has the id `arrayId`. `data`: the object that it is a part of. */
  writeOwnString(id: number, arrayId: number, text: string, data = 0): void {
    this.#startString(id, arrayId, data);
    this.#startArray(arrayId, text.length, JAVA.char);
    for (let at = 0; at < text.length; at++) {
      this.#writer.room(2);
      this.#writer.u2(text.charCodeAt(at));
    }
  }

  /** The text that the object is, or its beginning where only that is kept. */
  #findText(shape: PrimitivesShape, object: ScalarObject): FoundText | undefined {
    const window = this.#window;
    if (!window || shape.used > LONGEST_STRING) return undefined;
    const wanted = this.#contents === 'full' ? shape.used : Math.min(shape.used, PREVIEW);
    if (this.#contents === 'full' && this.#sizes === 'exact') return undefined; // all bytes are written anyway
    const at = window.at(object.offset, wanted);
    if (at < 0) return undefined;
    let length = wanted;
    if (object.isUntyped) while (length > 0 && window.bytes[at + length - 1] === 0) length--;
    return findText(window.bytes, at, length, wanted < shape.used);
  }

  #writeString({id, offset}: ScalarObject, {length, ascii}: FoundText): void {
    const window = this.#window!; // the text was read from it
    this.strings++;
    const at = window.at(offset, length);
    if (!ascii) {
      this.writeOwnString(id, id + 1, new TextDecoder('utf-8', {ignoreBOM: true}).decode(window.bytes.subarray(at, at + length)));
      return;
    }
    this.#startString(id, id + 1);
    this.#startArray(id + 1, length, JAVA.byte);
    this.#writer.bytes(window.bytes, at, at + length);
  }

  #startString(id: number, arrayId: number, data = 0): void {
    const writer = this.#writer;
    const {string} = this.#classes;
    writer.heapRecord(TAG.instance, 1 + 2 * writer.idSize + 8 + string.instanceSize);
    writer.id(id);
    writer.u4(NO_TRACE);
    writer.id(string.id);
    writer.u4(string.instanceSize);
    writer.id(arrayId);
    writer.id(data);
    writer.u1(0); // the coder of Latin-1
  }

  #startArray(id: number, length: number, java: number): void {
    const writer = this.#writer;
    writer.heapRecord(TAG.primitiveArray, 1 + writer.idSize + 9 + length * JAVA_SIZE[java]!);
    writer.id(id);
    writer.u4(NO_TRACE);
    writer.u4(length);
    writer.u1(java);
  }

  /** The object's first bytes, each scalar turned round. */
  #copy(object: ScalarObject, length: Bytes, size: Bytes): void {
    for (let done = 0; done < length; done += PIECE) {
      const count = Math.min(PIECE, length - done);
      const at = this.#window?.at(object.offset + done, count) ?? -1;
      if (at < 0) this.#writer.zeros(count);
      else if (size === 1) this.#writer.bytes(this.#window!.bytes, at, at + count);
      else this.#copyTurned(this.#window!.view, at, count, size);
    }
  }

  #copyTurned(bytes: DataView, from: number, length: Bytes, size: Bytes): void {
    const writer = this.#writer;
    for (let at = from; at < from + length; at += size) {
      writer.room(size);
      turn(bytes, at, writer.view, writer.position, size);
      writer.position += size;
    }
  }
}
