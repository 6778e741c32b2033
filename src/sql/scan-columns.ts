/**
 * The pages of a table's b-tree → columns of numbers, in the order of its key: for questions that go through all objects or pointers. To ask SQLite for the rows costs five
 * times as much and more. The format: https://sqlite.org/fileformat2.html sections 1.6 and 2.1.
 */
import {existsSync, statSync} from 'node:fs';
import {GoheapError} from '../base/errors.js';
import {FileSource} from '../base/file-source.js';
import {openConnection} from './open-database.js';
import {contradiction} from './table-reader.js';

/** Rows one behind the other. The arrays are filled anew for the next ones. */
export interface ColumnChunk {
  readonly count: number;
  /** In the order in which they were asked for. NaN is NULL; integers beyond 2**53 are rounded. */
  readonly columns: readonly Float64Array[];
}

const PAGE_SIZE_AT = 16;
const RESERVED_AT = 20;
const FILE_HEADER = 100;
const PAGE_TYPE = {indexInterior: 2, tableInterior: 5, indexLeaf: 10, tableLeaf: 13} as const;
const LEAF_HEADER = 8;
const INTERIOR_HEADER = 12;
/** Bytes of the values of serial types 0 to 11. */
const SIZES = Uint8Array.of(0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0);
const FIRST_TEXT = 12;
const CHUNK = 1 << 14;
const CACHED_BLOCKS = 64;
/** Levels of a tree: more than any file has. */
const DEEPEST = 20;

/** Of the first column of the key, both ends included. */
export type KeyRange = readonly [from: number, to: number];
const ALL: readonly KeyRange[] = [[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]];

/** `columns` are of numbers, and none that is computed when it is read; `ranges` ascend. Throws `bad-format` for pages and cells that cannot be. */
export function* scanColumns(path: string, table: string, columns: readonly string[], ranges = ALL): Generator<ColumnChunk> {
  const layout = readLayout(path, table, columns);
  const file = new FileSource(path, CACHED_BLOCKS);
  try {
    yield* new PageScan(file, table, layout).chunks(ranges);
  } finally {
    file.close();
  }
}

interface ScannedLayout {
  readonly root: number; // page
  readonly wanted: Int32Array; // per stored column up to the last one that is wanted: its place in a chunk, or −1
  readonly missing: Float64Array; // likewise, what a row has that ends before it
  readonly rowid: number; // place of the column that stands for the key; −1 for none
  readonly key: number; // place of the key's first column, perhaps behind those that were asked for
  readonly places: number;
  readonly columns: number; // that were asked for: the first places
}

function readLayout(path: string, table: string, columns: readonly string[]): ScannedLayout {
  if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) {
    throw new GoheapError('unsupported', `${path}: what was written last is in ${path}-wal`, {
      hint: 'Move it into the database: sqlite3 DATABASE "PRAGMA journal_mode = DELETE"',
    });
  }
  const connection = openConnection(path);
  try {
    const root = connection.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(table) as number;
    const isKeyed = connection.prepare(`SELECT wr FROM pragma_table_list(?)`).pluck().get(table) === 1;
    const declared = connection
      .prepare('SELECT name, pk, dflt_value AS missing FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid')
      .all(table) as {
      name: string;
      pk: number;
      missing: string | null;
    }[];
    // Without a rowid the columns of the key come first.
    const keys = declared.filter(({pk}) => pk > 0).sort((a, b) => a.pk - b.pk);
    const stored = isKeyed ? [...keys, ...declared.filter(({pk}) => pk === 0)] : declared;
    const [key] = keys as [(typeof keys)[number]];
    const places = columns.includes(key.name) ? columns : [...columns, key.name];
    const hasRowid = !isKeyed && keys.length === 1;
    // The column of the rowid is stored as NULL.
    const wanted = stored.map(({name}) => (hasRowid && name === key.name ? -1 : places.indexOf(name)));
    const rowid = hasRowid ? places.indexOf(key.name) : -1;
    return {
      root,
      wanted: Int32Array.from(wanted.slice(0, wanted.findLastIndex((place) => place >= 0) + 1)),
      missing: Float64Array.from(stored, ({missing}) => (missing === null ? Number.NaN : Number(missing))),
      rowid,
      key: places.indexOf(key.name),
      places: places.length,
      columns: columns.length,
    };
  } finally {
    connection.close();
  }
}

class PageScan {
  readonly #file: FileSource;
  readonly #table: string;
  readonly #layout: ScannedLayout;
  readonly #pageSize: number;
  readonly #usable: number;
  readonly #pages: number;
  readonly #columns: readonly Float64Array[]; // by place
  readonly #asked: readonly Float64Array[];
  #visited = 0;
  #count = 0;
  #at = 0; // behind the varint that was read last

  constructor(file: FileSource, table: string, layout: ScannedLayout) {
    this.#file = file;
    this.#table = table;
    this.#layout = layout;
    const header = file.read(0, FILE_HEADER);
    const size = (header[PAGE_SIZE_AT]! << 8) | header[PAGE_SIZE_AT + 1]!;
    this.#pageSize = size === 1 ? 1 << 16 : size;
    this.#usable = this.#pageSize - header[RESERVED_AT]!;
    this.#pages = Math.floor(file.size / this.#pageSize);
    this.#columns = Array.from({length: layout.places}, () => new Float64Array(CHUNK));
    this.#asked = this.#columns.slice(0, layout.columns);
  }

  *chunks(ranges: readonly KeyRange[]): Generator<ColumnChunk> {
    for (const range of ranges) {
      this.#visited = 0;
      yield* this.#walk(this.#layout.root, 0, range);
    }
    if (this.#count > 0) yield this.#take();
  }

  *#walk(number: number, depth: number, range: KeyRange): Generator<ColumnChunk> {
    const page = this.#page(number, depth);
    const start = number === 1 ? FILE_HEADER : 0;
    const type = page[start]!;
    const isLeaf = type === PAGE_TYPE.tableLeaf || type === PAGE_TYPE.indexLeaf;
    const isTable = type === PAGE_TYPE.tableLeaf || type === PAGE_TYPE.tableInterior;
    if (!isLeaf && type !== PAGE_TYPE.tableInterior && type !== PAGE_TYPE.indexInterior) throw this.#broken(number, 'is no page of a tree');
    const cells = (page[start + 3]! << 8) | page[start + 4]!;
    const pointers = start + (isLeaf ? LEAF_HEADER : INTERIOR_HEADER);
    if (pointers + 2 * cells > this.#usable) throw this.#broken(number, `has no room for ${cells} cells`);
    const [from, to] = range;
    const keys = this.#columns[this.#layout.key]!;
    for (let cell = 0; cell < cells; cell++) {
      let at = (page[pointers + 2 * cell]! << 8) | page[pointers + 2 * cell + 1]!;
      if (!isLeaf) {
        const child = wordAt(page, at);
        at += 4;
        const last = this.#keyAt(page, at, isTable); // no key below the child is behind it
        if (last < from) continue;
        yield* this.#walk(child, depth + 1, range);
        if (isTable && last >= to) return;
        if (isTable) continue;
      }
      this.#addRow(page, at, isTable, number);
      const key = keys[this.#count]!;
      if (key > to) return;
      if (key >= from && ++this.#count === CHUNK) yield this.#take();
    }
    if (!isLeaf) yield* this.#walk(wordAt(page, start + 8), depth + 1, range);
  }

  #page(number: number, depth: number): Uint8Array {
    if (!(number >= 1 && number <= this.#pages) || ++this.#visited > this.#pages || depth > DEEPEST)
      throw this.#broken(number, 'is not of its tree');
    return this.#file.read((number - 1) * this.#pageSize, this.#pageSize);
  }

  #take(): ColumnChunk {
    const count = this.#count;
    this.#count = 0;
    return {count, columns: this.#asked};
  }

  /** Of an interior cell. */
  #keyAt(page: Uint8Array, at: number, isTable: boolean): number {
    this.#at = at;
    const first = this.#varint(page); // the length of a row
    if (isTable) return first;
    const start = this.#at;
    const headerEnd = start + this.#varint(page);
    return numberAt(page, headerEnd, this.#varint(page));
  }

  /**
   * Behind the last one. Of what does not fit into the page only the beginning is read: numbers come before long texts. All is in local variables,
   * and nearly all lengths are one byte.
   */
  #addRow(page: Uint8Array, from: number, isTable: boolean, number: number): void {
    const {wanted, missing, rowid} = this.#layout;
    const columns = this.#columns;
    const row = this.#count;
    this.#at = from;
    const length = this.#varint(page);
    if (isTable) {
      const key = this.#varint(page);
      if (rowid >= 0) columns[rowid]![row] = key;
    }
    let at = this.#at;
    const end = Math.min(at + length, this.#usable);
    let value = at + page[at++]!;
    if (page[at - 1]! >= 0x80) {
      this.#at = at - 1;
      value = at - 1 + this.#varint(page);
      at = this.#at;
    }
    const headerEnd = value;
    if (headerEnd > end) throw this.#broken(number, 'has a row that is longer than it');
    for (let column = 0; column < wanted.length; column++) {
      const place = wanted[column]!;
      if (at >= headerEnd) {
        if (place >= 0) columns[place]![row] = missing[column]!;
        continue;
      }
      let serial = page[at++]!;
      if (serial >= 0x80) {
        this.#at = at - 1;
        serial = this.#varint(page);
        at = this.#at;
      }
      const size = serial < FIRST_TEXT ? SIZES[serial]! : (serial - FIRST_TEXT) >>> 1;
      if (place >= 0) {
        if (serial >= FIRST_TEXT || value + size > end) throw this.#broken(number, 'has no number where one is expected');
        columns[place]![row] = numberAt(page, value, serial);
      }
      value += size;
    }
  }

  /** Beyond the page are zeros. */
  #varint(page: Uint8Array): number {
    let value = 0;
    for (let bytes = 1; ; bytes++) {
      const byte = page[this.#at++] ?? 0;
      if (bytes === 9) return value * 256 + byte;
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
  }

  #broken(page: number, problem: string): GoheapError {
    return contradiction(this.#table, `page ${page}`, problem);
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

const REAL = 7;
const CONSTANT_0 = 8;
const CONSTANT_1 = 9;

/** Big-endian, of two's complement. */
function numberAt(bytes: Uint8Array, at: number, serial: number): number {
  switch (serial) {
    case 0:
      return Number.NaN;
    case 1:
      return (bytes[at]! << 24) >> 24;
    case 2:
      return ((bytes[at]! << 24) >> 16) | bytes[at + 1]!;
    case 3:
      return ((bytes[at]! << 24) >> 8) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    case 4:
      return wordAt(bytes, at) | 0;
    case 5:
      return (((bytes[at]! << 24) >> 16) | bytes[at + 1]!) * 2 ** 32 + wordAt(bytes, at + 2);
    case 6:
      return (wordAt(bytes, at) | 0) * 2 ** 32 + wordAt(bytes, at + 4);
    case REAL:
      return new DataView(Uint8Array.from({length: 8}, (_, byte) => bytes[at + byte] ?? 0).buffer).getFloat64(0);
    case CONSTANT_0:
      return 0;
    case CONSTANT_1:
      return 1;
    default:
      return Number.NaN; // 10 and 11 are in no file
  }
}
