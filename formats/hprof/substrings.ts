/**
 * Strings that are a part of an object, or share one with others (short texts lie together in blocks of 16 bytes) → a java.lang.String with
 * exactly their text in front of that object, in its field `data`. Full size only: what points to the object in Go does so through it.
 */
import type {Address, Bytes} from '../../src/base/units.js';
import type {HeapGraph} from '../../src/graph/heap-graph.js';
import {objectAt} from '../../src/graph/objects.js';
import type {ByteWindow} from './byte-window.js';
import {wordIn} from './instance-record.js';
import type {RecordWriter} from './record-writer.js';
import type {ScalarWriter} from './scalar-writer.js';
import type {ShapeColumn} from './shape-column.js';
import type {InstanceShape} from './shapes.js';

/** A longer one leads to its object, whose first bytes then are what can be seen. */
const LONGEST: Bytes = 64 * 1024;
/** Ids of a string and its characters lie behind its header's address, where those of parts (+1) and their objects are not. */
const STRING_ID = 3;

interface Pending {
  readonly id: number;
  readonly address: Address;
  readonly length: Bytes;
  readonly target: Address;
}

export class Substrings {
  readonly #graph: HeapGraph;
  readonly #column: ShapeColumn;
  readonly #writer: RecordWriter;
  readonly #scalars: ScalarWriter;
  readonly #window: ByteWindow;
  /** How many there are. */
  count = 0;

  constructor(graph: HeapGraph, column: ShapeColumn, output: {writer: RecordWriter; scalars: ScalarWriter; window: ByteWindow}) {
    this.#graph = graph;
    this.#column = column;
    this.#writer = output.writer;
    this.#scalars = output.scalars;
    this.#window = output.window;
  }

  /** Puts strings between an instance, whose fields were just written at `data`, and what these point to. `bytes`: of the instance. */
  write({strings}: InstanceShape, place: Address, bytes: Uint8Array, at: number, data: number): void {
    let pending: Pending[] | undefined;
    const {view} = this.#writer;
    for (let string = 0; string < strings.length; string += 2) {
      const position = data + strings[string + 1]!;
      const target = view.getUint32(position) * 4294967296 + view.getUint32(position + 4);
      if (target < 4294967296) continue; // nil, or a constant
      const offset = strings[string]!;
      const address = wordIn(bytes, at + offset);
      const length = wordIn(bytes, at + offset + 8);
      if (length === 0 || length > LONGEST || this.#isWhole(target, address, length)) continue;
      const id = place + offset + STRING_ID;
      view.setUint32(position, id / 4294967296);
      view.setUint32(position + 4, id % 4294967296);
      pending ??= []; // most instances have none
      pending.push({id, address, length, target});
    }
    for (const one of pending ?? []) this.#writeOne(one);
  }

  #isWhole(target: Address, address: Address, length: Bytes): boolean {
    if (address !== target) return false;
    const object = objectAt(this.#graph, target);
    const shape = object === undefined ? undefined : this.#column.shapes[this.#column.of[object]!];
    return shape?.form === 'primitives' && shape.isText && shape.used === length;
  }

  #writeOne({id, address, length, target}: Pending): void {
    const at = this.#window.find(address, length, address, address + length);
    const bytes = at < 0 ? new Uint8Array(0) : this.#window.bytes.subarray(at, at + length);
    this.#scalars.writeOwnString(id, id + 1, new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes), target);
    this.count++;
  }
}
