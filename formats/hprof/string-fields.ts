/**
 * The strings of instances → references to java.lang.String objects, full size only. Most are whole objects, which have become such, and some are
 * constants. Others are a part of an object, or share one (short texts lie together in blocks of 16 bytes): these get a String with exactly their
 * text in front of that object, in its field `data`; what points to the object in Go does so through it.
 */
import {wordAt} from '../../src/base/bytes.js';
import type {Address, Bytes, NodeIndex} from '../../src/base/units.js';
import type {ByteWindow} from './byte-window.js';
import type {Constants} from './constant-strings.js';
import type {RecordWriter} from './record-writer.js';
import type {ScalarWriter} from './scalar-writer.js';
import type {ShapeColumn} from './shape-column.js';
import type {InstanceShape} from './shapes.js';

/** A longer one leads to its object, whose first bytes then are what can be seen. */
const LONGEST: Bytes = 64 * 1024;
/** Ids of a string and its characters lie behind its header's address, where those of parts (+1) and their objects are not. */
const STRING_ID = 3;

export interface StringOutput {
  readonly writer: RecordWriter;
  readonly scalars: ScalarWriter;
  readonly constants: Constants;
  /** Of its own: strings lie anywhere. */
  readonly window: ByteWindow;
}

interface Pending {
  readonly id: number;
  readonly address: Address;
  readonly length: Bytes;
  readonly target: Address;
}

export class StringFields {
  readonly #firstObjectNode: NodeIndex;
  readonly #column: ShapeColumn;
  readonly #output: StringOutput;
  /** How many strings are a part of an object. */
  substrings = 0;

  constructor(firstObjectNode: NodeIndex, column: ShapeColumn, output: StringOutput) {
    this.#firstObjectNode = firstObjectNode;
    this.#column = column;
    this.#output = output;
  }

  /**
   * Completes an instance whose fields were just written at `data`, references included. `bytes`: of the instance, from `at`; `targets`: for
   * each of its words the node that it leads to, 0 for none.
   */
  write({strings}: InstanceShape, place: Address, bytes: DataView, at: number, data: number, targets: ArrayLike<NodeIndex>): void {
    let pending: Pending[] | undefined;
    const {writer, constants} = this.#output;
    for (let string = 0; string < strings.length; string += 2) {
      const offset = strings[string]!;
      const position = data + strings[string + 1]!;
      const node = targets[offset / 8]!;
      if (node === 0) {
        writer.idAt(position, constants.idOf(bytes, at + offset));
        continue;
      }
      const target = writer.view.getUint32(position) * 4294967296 + writer.view.getUint32(position + 4);
      const address = wordAt(bytes, at + offset);
      const length = wordAt(bytes, at + offset + 8);
      if (length === 0 || length > LONGEST || (address === target && this.#isWhole(node, length))) continue;
      const id = place + offset + STRING_ID;
      writer.idAt(position, id);
      pending ??= []; // most instances have none
      pending.push({id, address, length, target});
    }
    for (const one of pending ?? []) this.#writeOne(one);
  }

  #isWhole(node: NodeIndex, length: Bytes): boolean {
    const shape = this.#column.shapes[this.#column.of[node - this.#firstObjectNode]!];
    return shape?.form === 'primitives' && shape.isText && shape.used === length;
  }

  #writeOne({id, address, length, target}: Pending): void {
    const {scalars, window} = this.#output;
    const at = window.find(address, length, address, address + length);
    const bytes = at < 0 ? new Uint8Array(0) : window.bytes.subarray(at, at + length);
    scalars.writeOwnString(id, id + 1, new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes), target);
    this.substrings++;
  }
}
