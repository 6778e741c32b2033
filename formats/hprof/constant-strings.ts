/**
 * Strings that lie outside the heap, as most constants do → java.lang.String objects of goheap's own, one for each place and length, all
 * held by one array that is a root: what points to them retains nothing by that. Full size only; elsewhere such references are nil.
 */
import {wordAt} from '../../src/base/bytes.js';
import type {Address, Bytes} from '../../src/base/units.js';
import type {HeapGraph} from '../../src/graph/heap-graph.js';
import {spanAt} from '../../src/graph/objects.js';
import type {ByteWindow} from './byte-window.js';
import type {ClassList} from './class-list.js';
import type {ObjectIds} from './object-ids.js';
import type {ScalarWriter} from './scalar-writer.js';
import type {RootArray} from './variables.js';

/** A longer constant is more likely damage. */
const LONGEST: Bytes = 1024 * 1024;

export class Constants {
  readonly array: RootArray;
  readonly #spans: HeapGraph['spans'];
  readonly #ids: ObjectIds;
  readonly #found = new Map<string, {readonly address: Address; readonly length: Bytes; readonly id: number}>();
  readonly #written: number[] = [];

  constructor({spans}: HeapGraph, classes: ClassList, ids: ObjectIds) {
    this.array = {id: ids.add(), classId: classes.named('string constants[]').id, targets: () => this.#written};
    this.#spans = spans;
    this.#ids = ids;
  }

  /** Instances in the file beside the array: a string and its characters for each. */
  get instances(): number {
    return 2 * this.#written.length;
  }

  /** The id of the string whose header is at `at`; 0 when it is empty, or in the heap without being an object. */
  idOf(bytes: DataView, at: number): number {
    const address = wordAt(bytes, at);
    const length = wordAt(bytes, at + 8);
    if (address === 0 || length === 0 || length > LONGEST || spanAt(this.#spans, address) !== undefined) return 0;
    const key = `${address}:${length}`;
    const known = this.#found.get(key);
    if (known) return known.id;
    const id = this.#ids.add();
    this.#ids.add(); // of its characters
    this.#found.set(key, {address, length, id});
    return id;
  }

  write(window: ByteWindow, scalars: ScalarWriter): void {
    for (const {address, length, id} of this.#found.values()) {
      const at = window.find(address, length, address, address + length);
      if (at < 0) continue; // its id then leads nowhere, which readers take for nil
      scalars.writeOwnString(id, id + 8, new TextDecoder('utf-8', {ignoreBOM: true}).decode(window.bytes.subarray(at, at + length)));
      this.#written.push(id);
    }
  }
}
