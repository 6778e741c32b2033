/**
 * An object of Java → the bytes of its text as UTF-8: of a java.lang.String, of a char[], of a byte[] as they are.
 */
import {decodeLatin1} from '../base/bytes.js';
import type {Bytes, ObjectIndex} from '../base/units.js';
import {type Contents, type HeapGraph, TYPE_KINDS, type TypeIndex} from '../graph/heap-graph.js';
import {addressOf, headerOf, lengthOf, objectOfNode} from '../graph/objects.js';
import {JAVA_STRING} from '../values/java-text.js';

const [BYTE, CHAR] = [TYPE_KINDS.indexOf('uint8'), TYPE_KINDS.indexOf('uint16')];
const WIDE = 1; // `coder` of UTF-16
const utf8 = new TextEncoder();
const utf16 = new TextDecoder('utf-16le');

export interface JavaTextBytes {
  readonly bytes: Uint8Array;
  readonly isCut: boolean; // the text goes on
}

/** Offsets in a String. */
interface StringFields {
  readonly value: Bytes;
  readonly coder: Bytes | undefined;
}

export class JavaPreviews {
  readonly #graph: HeapGraph;
  readonly #contents: Contents;
  readonly #strings: (StringFields | undefined)[]; // per type
  readonly #isArray: Uint8Array; // per type: 1 for arrays of bytes and characters

  constructor(graph: HeapGraph, contents: Contents) {
    this.#graph = graph;
    this.#contents = contents;
    const {types} = graph;
    this.#isArray = Uint8Array.from(types.kind, (kind, type) =>
      (kind === BYTE || kind === CHAR) && types.name[type]!.endsWith('[]') ? 1 : 0,
    );
    this.#strings = types.name.map((name, type) => {
      const value = name === JAVA_STRING ? offsetOf(graph, type, 'value') : undefined;
      return value === undefined ? undefined : {value, coder: offsetOf(graph, type, 'coder')};
    });
  }

  /** Its first `most` bytes or more; undefined for what has no text. */
  read(object: ObjectIndex, most: Bytes): JavaTextBytes | undefined {
    const type = this.#graph.objects.type[object]!;
    if (this.#isArray[type] === 1) return this.#characters(object, this.#graph.types.kind[type] === CHAR, most);
    const fields = this.#strings[type];
    if (fields === undefined) return undefined;
    const array = this.#targetAt(object, fields.value);
    if (array === undefined || this.#isArray[this.#graph.objects.type[array]!] === 0) return undefined;
    const isWide = this.#graph.types.kind[this.#graph.objects.type[array]!] === CHAR || this.#coderOf(object, fields) === WIDE;
    const text = this.#characters(array, isWide, most);
    return isWide || text === undefined ? text : {bytes: fromLatin1(text.bytes), isCut: text.isCut};
  }

  #coderOf(object: ObjectIndex, {coder}: StringFields): number {
    if (coder === undefined) return 0;
    return this.#contents.bytes(addressOf(this.#graph, object) + coder, 1)?.[0] ?? 0;
  }
  #targetAt(object: ObjectIndex, offset: Bytes): ObjectIndex | undefined {
    const {firstEdge, slot, target, wordBytes} = this.#graph.edges;
    const node = object + 1 + this.#graph.roots.count;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++)
      if (slot[edge]! * wordBytes === offset) return objectOfNode(this.#graph, target[edge]!);
    return undefined;
  }
  #characters(array: ObjectIndex, isWide: boolean, most: Bytes): JavaTextBytes | undefined {
    const {objects, types} = this.#graph;
    const whole = lengthOf(objects, array) * types.size[objects.type[array]!]!;
    const wanted = Math.min(whole, isWide ? most * 2 : most);
    const bytes = this.#contents.bytes(addressOf(this.#graph, array) + headerOf(this.#graph, array), wanted);
    return bytes && {bytes: isWide ? utf8.encode(utf16.decode(bytes)) : bytes, isCut: wanted < whole};
  }
}

function fromLatin1(bytes: Uint8Array): Uint8Array {
  for (const byte of bytes) if (byte >= 0x80) return utf8.encode(decodeLatin1(bytes));
  return bytes;
}

function offsetOf({types}: HeapGraph, type: TypeIndex, name: string): Bytes | undefined {
  for (let field = types.firstField[type]!; field < types.firstField[type + 1]!; field++)
    if (types.fieldName[field] === name) return types.fieldOffset[field]!;
  return undefined;
}
