/**
 * The dump's bytes → rows of `contents`: every reachable object by slot, every root variable, and the constant strings they lead to.
 *
 * Strings are found through the string fields of typed objects and variables; what else lies outside the heap (constants behind
 * interfaces, closures) is not kept. Objects larger than a row may be are split; a reader joins rows that touch.
 */
import {getBit} from '../../base/bitset.js';
import type {Address, Bytes, TypeIndex} from '../../base/units.js';
import {TYPE_KINDS, type TypeTable} from '../../graph/heap-graph.js';
import {lengthOf, spanAt} from '../../graph/objects.js';
import type {AnalysisColumns} from '../analysis-columns.js';
import {Redactor} from '../redactor.js';
import type {RowSink, Table} from './table.js';

const PIECE = 64 * 1024 * 1024;
const REDACTED_PIECE = 1024 * 1024; // its text is in memory besides
/** A constant string longer than this is more likely damage. */
const LONGEST_STRING = 16 * 1024 * 1024;
const STRING = TYPE_KINDS.indexOf('string');
const ARRAY = TYPE_KINDS.indexOf('array');
const STRUCT = TYPE_KINDS.indexOf('struct');

/** Its rows are not counted in advance: what is not in the dump has none. */
export function contentTable(columns: AnalysisColumns, redactor?: Redactor): Omit<Table, 'rowCount'> {
  return {
    name: 'contents',
    columns: ['address', 'bytes'],
    largeCells: true,
    write: (sink) => new ContentWriter(columns, redactor, sink).write(),
  };
}

class ContentWriter {
  readonly #columns: AnalysisColumns;
  readonly #redactor: Redactor | undefined;
  readonly #sink: RowSink;
  readonly #stringOffsets: StringOffsets;
  readonly #constants = new Map<Address, Bytes>(); // strings outside the heap

  constructor(columns: AnalysisColumns, redactor: Redactor | undefined, sink: RowSink) {
    this.#columns = columns;
    this.#redactor = redactor;
    this.#sink = sink;
    this.#stringOffsets = new StringOffsets(columns.graph.types);
  }

  async write(): Promise<void> {
    const {graph, reachable} = this.#columns;
    const {spans, objects, roots, types} = graph;
    for (let span = 0; span < spans.count; span++) {
      const size = spans.slotSize[span]!;
      for (let object = objects.firstObject[span]!; object < objects.firstObject[span + 1]!; object++) {
        if (!getBit(reachable, object + 1 + roots.count)) continue;
        const address = spans.start[span]! + objects.slot[object]! * size;
        await this.#put(address, size);
        if (spans.scan[span] === 1) this.#collect(address + spans.header[span]!, objects.type[object]!, lengthOf(objects, object));
      }
    }
    await this.#writeVariables(types);
    const sorted = [...this.#constants].sort((a, b) => a[0] - b[0]);
    for (const [address, length] of sorted) await this.#put(address, length);
  }

  /** Globals and locals; a place that two nodes share is written once. */
  async #writeVariables(types: TypeTable): Promise<void> {
    const {roots, spans} = this.#columns.graph;
    const seen = new Set<Address>();
    for (let root = 0; root < roots.count; root++) {
      const address = roots.address[root]!;
      const size = roots.size[root]!;
      const variable = roots.type[root] !== 0 && size > 0 && size >= types.size[roots.type[root]!]!;
      if (!variable || Number.isNaN(address) || seen.has(address) || this.#isObject(address, spans)) continue;
      seen.add(address);
      await this.#put(address, size);
      this.#collect(address, roots.type[root]!, 1);
    }
    for (const address of seen) this.#constants.delete(address);
  }

  #isObject(address: Address, spans: AnalysisColumns['graph']['spans']): boolean {
    const span = spanAt(spans, address);
    return span !== undefined && spans.slotSize[span]! > 0;
  }

  async #put(address: Address, length: Bytes): Promise<void> {
    const piece = this.#redactor ? REDACTED_PIECE : PIECE;
    for (let done = 0; done < length; done += piece) {
      const count = Math.min(piece, length - done);
      const bytes = this.#redactor
        ? this.#redacted(this.#redactor, address + done, count, Math.min(done, Redactor.context), length - done - count)
        : this.#columns.contents.bytes(address + done, count);
      if (bytes === undefined) continue;
      this.#sink.put(address + done);
      this.#sink.put(bytes);
      if (this.#sink.endRow()) await this.#sink.pause();
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

  /** Notes the constant strings that `count` values of the type at the address point to. */
  #collect(address: Address, type: TypeIndex, count: number): void {
    const offsets = this.#stringOffsets.of(type);
    if (offsets.length === 0) return;
    const {types, spans} = this.#columns.graph;
    for (let element = 0; element < count; element++) {
      const bytes = this.#columns.contents.bytes(address + element * types.size[type]!, types.size[type]!);
      if (bytes === undefined) continue;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (const offset of offsets) {
        const start = view.getUint32(offset + 4, true) * 2 ** 32 + view.getUint32(offset, true);
        const length = view.getUint32(offset + 12, true) * 2 ** 32 + view.getUint32(offset + 8, true);
        if (start === 0 || length === 0 || length > LONGEST_STRING || this.#isObject(start, spans)) continue;
        this.#constants.set(start, Math.max(length, this.#constants.get(start) ?? 0));
      }
    }
  }
}

/** Where the string headers lie in a value of a type. */
class StringOffsets {
  readonly #types: TypeTable;
  readonly #byType = new Map<TypeIndex, readonly Bytes[]>();
  constructor(types: TypeTable) {
    this.#types = types;
  }

  of(type: TypeIndex, depth = 0): readonly Bytes[] {
    const known = this.#byType.get(type);
    if (known) return known;
    const types = this.#types;
    const offsets: Bytes[] = [];
    if (types.kind[type] === STRING) offsets.push(0);
    else if (types.kind[type] === STRUCT && depth < 100) {
      for (let field = types.firstField[type]!; field < types.firstField[type + 1]!; field++) {
        for (const offset of this.of(types.fieldType[field]!, depth + 1)) offsets.push(types.fieldOffset[field]! + offset);
      }
    } else if (types.kind[type] === ARRAY && depth < 100) {
      const element = types.element[type]!;
      const inner = this.of(element, depth + 1);
      if (inner.length > 0) {
        for (let index = 0; index < types.length[type]!; index++)
          for (const offset of inner) offsets.push(index * types.size[element]! + offset);
      }
    }
    const inside = offsets.filter((offset) => offset + 16 <= types.size[type]!);
    this.#byType.set(type, inside);
    return inside;
  }
}
