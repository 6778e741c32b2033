/**
 * The dump's bytes → rows of `contents`: every reachable object by slot, every root variable, and the constants they lead to.
 *
 * Constants are found through the types of objects and variables: strings, what interfaces hold, functions without captured variables. What
 * else lies outside the heap is not kept. Objects larger than a row may be are split; a reader joins rows that touch.
 */

import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {getBit} from '../base/bitset.js';
import type {Batch} from '../base/column-batch.js';
import type {Address, Bytes, TypeIndex} from '../base/units.js';
import type {TypeTable} from '../graph/heap-graph.js';
import {lengthOf, nodeOfObject, spanAt} from '../graph/objects.js';
import {Redactor} from '../privacy/redactor.js';
import type {BatchTable} from './batch-table.js';
import {ConstantPlaces} from './constant-places.js';

const PIECE = 64 * 1024 * 1024;
const REDACTED_PIECE = 1024 * 1024; // its text is in memory besides
/** Rows of one batch: so many, and so many bytes unless a single row has more. */
const MOST_ROWS = 256;
const MOST_BYTES = 1024 * 1024;
/** A constant longer than this is more likely damage. */
const LONGEST_CONSTANT = 16 * 1024 * 1024;

/** Its rows are not counted in advance: what is not in the dump has none. */
export function contentTable(columns: AnalysisColumns, redactor?: Redactor): BatchTable {
  return {
    name: 'contents',
    columns: ['address', 'bytes'],
    batches: () => gather(new ContentPieces(columns, redactor).list()),
  };
}

interface Piece {
  readonly address: Address;
  readonly bytes: Uint8Array; // as long as the next piece is not asked for
}

function* gather(pieces: Iterable<Piece>): Generator<Batch> {
  let [address, bytes]: [Address[], Uint8Array[]] = [[], []];
  let size = 0;
  for (const piece of pieces) {
    const copy = piece.bytes.slice();
    if (address.length === MOST_ROWS || size + copy.length > MOST_BYTES) {
      yield {count: address.length, columns: [address, bytes]};
      [address, bytes, size] = [[], [], 0];
    }
    address.push(piece.address);
    bytes.push(copy);
    size += copy.length;
  }
  yield {count: address.length, columns: [address, bytes]};
}

class ContentPieces {
  readonly #columns: AnalysisColumns;
  readonly #redactor: Redactor | undefined;
  readonly #places: ConstantPlaces;
  readonly #constants = new Map<Address, Bytes>(); // outside the heap

  constructor(columns: AnalysisColumns, redactor: Redactor | undefined) {
    this.#columns = columns;
    this.#redactor = redactor;
    this.#places = new ConstantPlaces(columns.graph);
  }

  *list(): Generator<Piece> {
    const {graph, reachable} = this.#columns;
    const {spans, objects, types} = graph;
    for (let span = 0; span < spans.count; span++) {
      const size = spans.slotSize[span]!;
      for (let object = objects.firstObject[span]!; object < objects.firstObject[span + 1]!; object++) {
        if (!getBit(reachable, nodeOfObject(graph, object))) continue;
        const address = spans.start[span]! + objects.slot[object]! * size;
        yield* this.#read(address, size);
        if (spans.scan[span] === 1) this.#collect(address + spans.header[span]!, objects.type[object]!, lengthOf(objects, object));
      }
    }
    yield* this.#listVariables(types);
    const sorted = [...this.#constants].sort((a, b) => a[0] - b[0]);
    for (const [address, length] of sorted) yield* this.#read(address, length);
  }

  /** Globals and locals; a place that two nodes share is written once. */
  *#listVariables(types: TypeTable): Generator<Piece> {
    const {roots, spans} = this.#columns.graph;
    const seen = new Set<Address>();
    for (let root = 0; root < roots.count; root++) {
      const address = roots.address[root]!;
      const size = roots.size[root]!;
      const variable = roots.type[root] !== 0 && size > 0 && size >= types.size[roots.type[root]!]!;
      if (!variable || Number.isNaN(address) || seen.has(address) || this.#isObject(address, spans)) continue;
      seen.add(address);
      yield* this.#read(address, size);
      this.#collect(address, roots.type[root]!, 1);
    }
    for (const address of seen) this.#constants.delete(address);
  }

  #isObject(address: Address, spans: AnalysisColumns['graph']['spans']): boolean {
    const span = spanAt(spans, address);
    return span !== undefined && spans.slotSize[span]! > 0;
  }

  *#read(address: Address, length: Bytes): Generator<Piece> {
    const piece = this.#redactor ? REDACTED_PIECE : PIECE;
    for (let done = 0; done < length; done += piece) {
      const count = Math.min(piece, length - done);
      const bytes = this.#redactor
        ? this.#redacted(this.#redactor, address + done, count, Math.min(done, Redactor.context), length - done - count)
        : this.#columns.contents.bytes(address + done, count);
      if (bytes !== undefined) yield {address: address + done, bytes};
    }
  }

  /** A piece of an object with `before` and `behind` bytes of it around: a match may cross the border of two pieces. */
  #redacted(redactor: Redactor, address: Address, count: Bytes, before: Bytes, behind: Bytes): Uint8Array | undefined {
    const {contents} = this.#columns;
    const wider = contents.bytes(address - before, before + count + Math.min(behind, Redactor.context))?.slice();
    const bytes = wider ?? contents.bytes(address, count)?.slice();
    if (bytes === undefined) return undefined;
    redactor.bytes(bytes);
    return wider ? wider.subarray(before, before + count) : bytes;
  }

  /** Notes the constants that `count` values of the type at the address lead to, and those that these lead to: chains of any length. */
  #collect(address: Address, type: TypeIndex, count: number): void {
    const pending = [{address, type, count}];
    for (let values = pending.pop(); values !== undefined; values = pending.pop()) {
      for (const constant of this.#constantsIn(values)) {
        const known = this.#constants.get(constant.address) ?? 0;
        if (constant.length > LONGEST_CONSTANT || this.#isObject(constant.address, this.#columns.graph.spans) || known >= constant.length)
          continue;
        this.#constants.set(constant.address, constant.length);
        if (constant.type !== 0) pending.push({address: constant.address, type: constant.type, count: 1});
      }
    }
  }

  *#constantsIn({address, type, count}: {readonly address: Address; readonly type: TypeIndex; readonly count: number}) {
    if (!this.#places.has(type)) return;
    const size = this.#columns.graph.types.size[type]!;
    for (let element = 0; element < count; element++) {
      const bytes = this.#columns.contents.bytes(address + element * size, size);
      if (bytes !== undefined) yield* this.#places.read(type, bytes);
    }
  }
}
