/**
 * A walk through the b-tree of a table: its pages are read into the memory of a small WebAssembly module (assembly/decode-rows.ts), which makes columns of their rows. The leaves
 * of a table that goheap wrote lie one behind the other, and are read many at a time.
 */

import {type CompiledModule, type ExportedNumber, growTo, instantiate} from '../base/compiled-module.js';
import type {FileSource} from '../base/file-source.js';
import {contradiction} from './table-reader.js';

/** Rows one behind the other. The arrays are filled anew for the next ones. */
export interface ColumnChunk {
  readonly count: number;
  /** In the order in which they were asked for. NaN is NULL; integers beyond 2**53 are rounded. */
  readonly columns: readonly Float64Array[];
}

/** Of the first column of the key, both ends included. */
export type KeyRange = readonly [from: number, to: number];

export interface ScannedLayout {
  readonly root: number; // page
  readonly wanted: Int32Array; // per stored column up to the last one that is wanted: its place in a chunk, or −1
  readonly missing: Float64Array; // likewise, what a row has that ends before it
  readonly rowid: number; // place of the column that stands for the key; −1 for none
  readonly key: number; // place of the key's first column, perhaps behind those that were asked for
  readonly places: number;
  readonly columns: number; // that were asked for: the first places
}

const PAGE_SIZE_AT = 16;
const RESERVED_AT = 20;
const FILE_HEADER = 100;
const PAGE_TYPE = {indexInterior: 2, tableInterior: 5, indexLeaf: 10, tableLeaf: 13} as const;
const LEAF_HEADER = 8;
const INTERIOR_HEADER = 12;
/** Rows. */
const CHUNK = 1 << 14;
/** Bytes of pages that are read at once. */
const WINDOW = 1 << 20;
/** What a cell's place and a varint may lead to behind a page. */
const BEHIND_PAGES = 1 << 18;
/** Levels of a tree: more than any file has. */
const DEEPEST = 20;

/** What assembly/decode-rows.ts exports, how it numbers reasons, and what a column is in its memory. */
interface Decoder extends CompiledModule {
  readonly rows: ExportedNumber;
  readonly stoppedBy: ExportedNumber;
  begin(): number;
  layOutRows(layout: number, storedColumns: number, output: number, rows: number, rowid: number, key: number): void;
  setRange(first: number, last: number): void;
  take(): void;
  decode(page: number, usable: number, pointers: number, cell: number, end: number, isTable: number, skipped: number): number;
}
const [COLUMN_BYTES, OUTPUT, MISSING] = [16, 0, 8];
const REASON = {done: 0, chunkFull: 1, beyond: 2, rowTooLong: 3} as const;

export class PageScan {
  readonly #file: FileSource;
  readonly #table: string;
  readonly #layout: ScannedLayout;
  readonly #pageSize: number;
  readonly #usable: number;
  readonly #pages: number;
  readonly #decoder: Decoder;
  readonly #windowAt: number; // in the decoder's memory
  readonly #window: Uint8Array;
  readonly #columns: readonly Float64Array[]; // by place
  #windowFirst = 0; // pages that are in it
  #windowEnd = 0;
  #visited = 0;

  constructor(file: FileSource, table: string, layout: ScannedLayout) {
    this.#file = file;
    this.#table = table;
    this.#layout = layout;
    const header = file.read(0, FILE_HEADER);
    const size = (header[PAGE_SIZE_AT]! << 8) | header[PAGE_SIZE_AT + 1]!;
    this.#pageSize = size === 1 ? 1 << 16 : size;
    this.#usable = this.#pageSize - header[RESERVED_AT]!;
    if (this.#pageSize < 512 || (this.#pageSize & (this.#pageSize - 1)) !== 0) throw this.#broken(1, `says that pages have ${size} bytes`);
    this.#pages = Math.floor(file.size / this.#pageSize);
    this.#decoder = instantiate<Decoder>('sql/decode-rows.wasm');
    const {wanted, missing, places, rowid, key, columns} = layout;
    const layoutAt = this.#decoder.begin();
    const output = layoutAt + COLUMN_BYTES * wanted.length;
    this.#windowAt = output + 8 * CHUNK * places;
    growTo(this.#decoder, this.#windowAt + WINDOW + BEHIND_PAGES);
    const {memory} = this.#decoder;
    const view = new DataView(memory.buffer);
    for (const [column, place] of wanted.entries()) {
      const at = layoutAt + COLUMN_BYTES * column;
      view.setUint32(at + OUTPUT, place < 0 ? 0 : output + 8 * CHUNK * place, true);
      view.setFloat64(at + MISSING, missing[column]!, true);
    }
    this.#decoder.layOutRows(layoutAt, wanted.length, output, CHUNK, rowid, key);
    this.#window = new Uint8Array(memory.buffer, this.#windowAt, WINDOW);
    const all = Array.from({length: places}, (_, place) => new Float64Array(memory.buffer, output + 8 * CHUNK * place, CHUNK));
    this.#columns = all.slice(0, columns);
  }

  *chunks(ranges: readonly KeyRange[]): Generator<ColumnChunk> {
    for (const range of ranges) {
      this.#visited = 0;
      this.#decoder.setRange(...range);
      yield* this.#walk(this.#layout.root, 0, range);
    }
    if (this.#decoder.rows.value > 0) yield* this.#take();
  }

  *#walk(number: number, depth: number, [from, to]: KeyRange): Generator<ColumnChunk, boolean> {
    const found = this.#load(number, depth);
    const at = number === 1 ? FILE_HEADER : 0;
    const type = found[at]!;
    const isLeaf = type === PAGE_TYPE.tableLeaf || type === PAGE_TYPE.indexLeaf;
    const isTable = type === PAGE_TYPE.tableLeaf || type === PAGE_TYPE.tableInterior;
    if (!isLeaf && type !== PAGE_TYPE.tableInterior && type !== PAGE_TYPE.indexInterior) throw this.#broken(number, 'is no page of a tree');
    const cells = (found[at + 3]! << 8) | found[at + 4]!;
    const pointers = at + (isLeaf ? LEAF_HEADER : INTERIOR_HEADER);
    if (pointers + 2 * cells > this.#usable) throw this.#broken(number, `has no room for ${cells} cells`);
    if (isLeaf) return yield* this.#decode(number, pointers, 0, cells, isTable);
    const page = found.slice(); // another one will take its place
    for (let cell = 0; cell < cells; cell++) {
      const place = (page[pointers + 2 * cell]! << 8) | page[pointers + 2 * cell + 1]!;
      const last = keyAt(page, place + 4, isTable); // no key below the child is behind it
      if (last < from) continue;
      const isBeyond = yield* this.#walk(wordAt(page, place), depth + 1, [from, to]);
      if (isBeyond || (isTable && last >= to)) return true;
      if (isTable) continue;
      this.#load(number, 0);
      if (yield* this.#decode(number, pointers, cell, cell + 1, false, 4)) return true;
    }
    return yield* this.#walk(wordAt(page, at + 8), depth + 1, [from, to]);
  }

  /** Rows of a page that is in the window. Gives whether they went beyond the range. */
  *#decode(number: number, pointers: number, from: number, end: number, isTable: boolean, skipped = 0): Generator<ColumnChunk, boolean> {
    const page = this.#windowAt + (number - this.#windowFirst) * this.#pageSize;
    const {decode, stoppedBy} = this.#decoder;
    for (let cell = from; ; ) {
      cell = decode(page, this.#usable, page + pointers, cell, end, isTable ? 1 : 0, skipped);
      if (stoppedBy.value === REASON.done) return false;
      if (stoppedBy.value === REASON.beyond) return true;
      if (stoppedBy.value !== REASON.chunkFull) {
        const isLong = stoppedBy.value === REASON.rowTooLong;
        throw this.#broken(number, isLong ? 'has a row that is longer than it' : 'has no number where one is expected');
      }
      yield* this.#take();
    }
  }

  /** Its bytes, until the next one is loaded. */
  #load(number: number, depth: number): Uint8Array {
    if (!(number >= 1 && number <= this.#pages) || ++this.#visited > 2 * this.#pages || depth > DEEPEST)
      throw this.#broken(number, 'is not of its tree');
    if (!(number >= this.#windowFirst && number < this.#windowEnd)) {
      // What goes on where the last ones ended is one of many: twice as many each time.
      const count = number === this.#windowEnd ? 2 * (this.#windowEnd - this.#windowFirst) : 1;
      this.#windowFirst = number;
      this.#windowEnd = number + Math.min(count, WINDOW / this.#pageSize, this.#pages + 1 - number);
      const bytes = (this.#windowEnd - number) * this.#pageSize;
      this.#file.readInto((number - 1) * this.#pageSize, this.#window.subarray(0, bytes));
    }
    const start = (number - this.#windowFirst) * this.#pageSize;
    return this.#window.subarray(start, start + this.#pageSize);
  }

  *#take(): Generator<ColumnChunk> {
    yield {count: this.#decoder.rows.value, columns: this.#columns};
    this.#decoder.take();
  }

  #broken(page: number, problem: string): Error {
    return contradiction(this.#table, `page ${page}`, problem);
  }
}

/** First column of the key of an interior cell. Beyond the page are zeros. */
function keyAt(page: Uint8Array, at: number, isTable: boolean): number {
  let end = at;
  const varint = () => {
    for (let value = 0, bytes = 1; ; bytes++) {
      const byte = page[end++] ?? 0;
      if (bytes === 9) return value * 256 + byte;
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
  };
  const first = varint(); // the length of a row
  if (isTable) return first;
  const start = end;
  const values = start + varint();
  return integerAt(page, values, varint());
}

/** By its serial type: keys are no negative numbers. */
function integerAt(page: Uint8Array, at: number, serial: number): number {
  if (serial === 8 || serial === 9) return serial - 8;
  const bytes = [0, 1, 2, 3, 4, 6, 8][serial];
  if (!bytes) return Number.NaN;
  let value = 0;
  for (let byte = 0; byte < bytes; byte++) value = value * 256 + (page[at + byte] ?? 0);
  return value;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
