/**
 * Rows of a batch, column by column in memory → cells of an SQLite leaf page: https://sqlite.org/fileformat2.html sections 1.6 and 2.1.
 * AssemblyScript, which `npm run build` compiles to WebAssembly: one loop for every table, and no type to look up for a value. What calls
 * it, and lays out the memory, is row-encoder.ts.
 *
 * A row's serial types and values are put aside first: what does not fit, or must not be written, leaves no trace.
 */

// What a column is.
const INTEGERS: u32 = 0; // u32, NONE is NULL
const NUMBERS: u32 = 1; // f64, NaN is NULL; others are texts, and NONE bytes are NULL
const NONE: u32 = 0xffffffff;
const LARGEST_INTEGER: f64 = 9007199254740991;

// Why `encode` stopped.
const DONE: u32 = 0;
const PAGE_FULL: u32 = 1;
const OUT_OF_ORDER: u32 = 2;
const NO_INTEGER: u32 = 3;
const ROW_TOO_LONG: u32 = 4;

// A column.
const COLUMN_BYTES: u32 = 40;
const KIND: usize = 0;
const VALUES: usize = 4; // address; of texts, of their lengths
const STARTS: usize = 8; // of texts: address of where they start in their pool
const POOL: usize = 12; // address
const DESCENDS: usize = 16; // of the key
const DEFAULT: usize = 20; // 0 or 1; NO_DEFAULT: NULL
const VALUE: usize = 24; // i64: that of the present row
const LAST: usize = 32; // i64: of the key, that of the row before

const NO_DEFAULT: u32 = 2;

const LEAF_HEADER: u32 = 8;
/** By bits that an integer needs, in bytes: how many it gets, and their serial type. */
const SIZES: usize = memory.data<u8>([0, 1, 2, 3, 4, 6, 6, 8, 8]);
const TYPES: usize = memory.data<u8>([0, 1, 2, 3, 4, 5, 5, 6, 6]);
/** The row's serial types. */
const MOST_COLUMNS: u32 = 40;
const ROW_TYPES: usize = memory.data(3 * 40 + 8);

let columns: usize = 0;
let columnsEnd: usize = 0;
let keyEnd: usize = 0;
let hasRowid: bool = false;
let pageSize: u32 = 0;
let longestRow: u32 = 0;
let rowValues: usize = 0;
let cells: usize = 0;
let starts: usize = 0;

/** The row's serial types end here: cells at its end that have their columns' default are left out, as SQLite itself reads them. */
let typesEnd: usize = 0;

export let reason: u32 = DONE;
/** What the reason is about: the column, or the length of the row. */
export let badColumn: u32 = 0;
export let rowLength: u32 = 0;
/** Of the page: its cells, and their bytes. */
export let count: u32 = 0;
export let length: u32 = 0;

/** Where the caller's memory begins: COLUMN_BYTES a column, a page for values of a row, one for 4 bytes a cell, two for cells. Returns its end. */
export function prepare(columnCount: u32, keyColumns: u32, withRowid: bool, bytesOfPage: u32, bytesOfRow: u32): usize {
  if (columnCount > MOST_COLUMNS) unreachable();
  columns = (__heap_base + 7) & ~7;
  columnsEnd = columns + columnCount * COLUMN_BYTES;
  keyEnd = columns + keyColumns * COLUMN_BYTES;
  hasRowid = withRowid;
  pageSize = bytesOfPage;
  longestRow = bytesOfRow;
  rowValues = columnsEnd;
  starts = rowValues + pageSize;
  cells = starts + pageSize;
  return cells + 2 * pageSize;
}

/** Encodes rows from `first` up to `end`; returns the one at which it stopped, and says in `reason` why. */
export function encode(first: u32, end: u32): u32 {
  let row = first;
  reason = DONE;
  for (; row < end; row++) {
    const valuesLength = <u32>(readRow(row) - rowValues);
    if (reason !== DONE) break;
    const headerLength: u32 = 1 + <u32>(typesEnd - ROW_TYPES);
    const payload = headerLength + valuesLength;
    if (payload > longestRow) {
      rowLength = payload;
      reason = ROW_TOO_LONG;
      break;
    }
    const rowid = load<i64>(columns, VALUE);
    const size = varintLength(payload) + (hasRowid ? varintLength(rowid) : 0) + payload;
    if (LEAF_HEADER + 2 * (count + 1) + length + size > pageSize) {
      reason = PAGE_FULL;
      break;
    }
    if (!advanceKey()) {
      reason = OUT_OF_ORDER;
      break;
    }
    store<u32>(starts + (count++ << 2), length);
    let at = writeVarint(cells + length, payload);
    if (hasRowid) at = writeVarint(at, rowid);
    store<u8>(at, headerLength);
    copy(at + 1, ROW_TYPES, headerLength - 1);
    copy(at + headerLength, rowValues, valuesLength);
    length += size;
  }
  return row;
}

/** Puts the row's serial types and values aside, and notes the integers among them; returns where the values end. */
function readRow(row: u32): usize {
  let types = ROW_TYPES;
  let values = rowValues;
  let filled = types + 1; // behind the last type that is not its column's default
  const end = columnsEnd;
  const rowidColumn = hasRowid ? columns : 0;
  for (let column = columns; column < end; column += COLUMN_BYTES) {
    const kind = load<u32>(column, KIND);
    const source = <usize>load<u32>(column, VALUES);
    let value: i64 = 0;
    let isNull = false;
    if (kind === INTEGERS) {
      const word = load<u32>(source + (row << 2));
      isNull = word === NONE;
      value = word;
    } else if (kind === NUMBERS) {
      const number = load<f64>(source + (row << 3));
      isNull = F64.isNaN(number);
      if (!isNull) {
        if (!(abs<f64>(number) <= LARGEST_INTEGER) || floor<f64>(number) !== number) return refuse(column);
        value = <i64>number;
      }
    } else {
      const bytes = load<u32>(source + (row << 2));
      isNull = bytes === NONE;
      if (!isNull) {
        types = writeVarint(types, 13 + 2 * bytes);
        filled = types;
        const text = <usize>load<u32>(column, POOL) + load<u32>(<usize>load<u32>(column, STARTS) + (row << 2));
        if (<u32>(values - rowValues) + bytes <= longestRow) copy(values, text, bytes);
        values += bytes;
        continue;
      }
    }
    if (isNull) {
      if (column < keyEnd) return refuse(column);
      store<u8>(types++, 0);
      if (load<u32>(column, DEFAULT) !== NO_DEFAULT) filled = types;
      continue;
    }
    store<i64>(column, value, VALUE);
    if (column === rowidColumn) {
      store<u8>(types++, 0);
      continue;
    }
    if (<u64>value < 2) {
      store<u8>(types++, 8 + <u32>value);
      if (<u32>value === load<u32>(column, DEFAULT)) continue;
    } else {
      const needed = <usize>((65 + 7 - clz<i64>(value ^ (value >> 63))) >> 3); // with the sign
      const size = <u64>load<u8>(SIZES + needed);
      store<u8>(types++, load<u8>(TYPES + needed));
      store<u64>(values, bswap<u64>((<u64>value) << (64 - (size << 3)))); // of which the next value overwrites what is too much
      values += <usize>size;
    }
    filled = types;
  }
  typesEnd = filled;
  return values;
}

function refuse(column: usize): usize {
  reason = NO_INTEGER;
  badColumn = <u32>(column - columns) / COLUMN_BYTES;
  return rowValues;
}

/** Whether the row's key comes after that of the row before; it is then the last one. */
function advanceKey(): bool {
  let column = columns;
  while (column < keyEnd && load<i64>(column, VALUE) === load<i64>(column, LAST)) column += COLUMN_BYTES;
  if (column === keyEnd) return false;
  const ascends = load<i64>(column, VALUE) > load<i64>(column, LAST);
  if (ascends === (load<u32>(column, DESCENDS) !== 0)) return false;
  for (; column < keyEnd; column += COLUMN_BYTES) store<i64>(column, load<i64>(column, VALUE), LAST);
  return true;
}

/** 8 bytes at a time: up to 7 bytes behind both are read and written, too. */
function copy(to: usize, from: usize, size: u32): void {
  const end = to + size;
  for (; to < end; to += 8, from += 8) store<u64>(to, load<u64>(from));
}

function varintLength(value: u64): u32 {
  if (value < 0x80) return 1;
  return <u32>(((63 - clz<u64>(value)) * 37) >> 8) + 1; // a byte for each 7 bits
}

/** Big-endian, seven bits a byte; less than 2**56. Returns the address behind it. */
function writeVarint(at: usize, value: u64): usize {
  if (value < 0x80) {
    store<u8>(at, value);
    return at + 1;
  }
  const end = at + varintLength(value);
  store<u8>(end - 1, value & 0x7f);
  let rest = value >> 7;
  for (let position = end - 2; position >= at; position--, rest >>= 7) store<u8>(position, (rest & 0x7f) | 0x80);
  return end;
}
