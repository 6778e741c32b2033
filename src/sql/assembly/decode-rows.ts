/**
 * Cells of an SQLite page in memory → numbers in columns: https://sqlite.org/fileformat2.html section 2.1.
 * AssemblyScript, which `npm run build` compiles to WebAssembly: what loops over all rows of a heap. What calls it, and lays out the memory, is page-scan.ts.
 *
 * A page may say anything. Whatever is read lies behind it at most by what two bytes can say, and there the memory goes on.
 */

// What `decode` says of the row that it stopped at.
const DONE: u32 = 0;
const CHUNK_FULL: u32 = 1;
const BEYOND: u32 = 2; // of the range
const ROW_TOO_LONG: u32 = 3;
const NO_NUMBER: u32 = 4;

const FIRST_TEXT: u32 = 12;
/** Longer than any page. */
const LONGEST: u32 = 1 << 17;
/** Bytes of the values of serial types 0 to 11. */
const SIZES: usize = memory.data<u8>([0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0]);

/** Of integers, how far their first 8 bytes go to the right. */
const SHIFTS: usize = memory.data<u8>([0, 56, 48, 40, 32, 16, 0]);
const LAST_INTEGER: u32 = 6;
const REAL: u32 = 7;

/** A stored column. */
const COLUMN_BYTES: usize = 16;
const OUTPUT: usize = 0; // address of its values; 0: it is not wanted
const MISSING: usize = 8; // f64: what a row has that ends before it
let layout: usize = 0;
let layoutEnd: usize = 0;
let values: usize = 0; // f64 by place, `chunk` of them each
let chunk: u32 = 0;
let rowid: i32 = -1; // place of the key that stands in front of a row
let key: i32 = 0; // place of the key's first column
let from: f64 = 0;
let to: f64 = 0;

let at: usize = 0; // behind the varint that was read last
/** Rows of the chunk. */
export let rows: u32 = 0;
export let stoppedBy: u32 = DONE;

/** Where the caller's memory begins. */
export function begin(): usize {
  return (__heap_base + 7) & ~7;
}

export function layOutRows(columns: usize, storedColumns: u32, output: usize, rowsOfChunk: u32, placeOfRowid: i32, placeOfKey: i32): void {
  layout = columns;
  layoutEnd = columns + <usize>storedColumns * COLUMN_BYTES;
  values = output;
  chunk = rowsOfChunk;
  rowid = placeOfRowid;
  key = placeOfKey;
}

/** Rows are kept whose key is in the range, both ends included. */
export function setRange(first: f64, last: f64): void {
  from = first;
  to = last;
}

/** The rows so far were taken. */
export function take(): void {
  rows = 0;
}

/** Rows of the cells from `cell` to `end`, whose pointers begin at `pointers`; `skipped`: bytes before each. Returns the cell that it stopped at; `stoppedBy` says why. */
export function decode(page: usize, usable: u32, pointers: usize, cell: u32, end: u32, isTable: bool, skipped: u32): u32 {
  for (; cell < end; cell++) {
    if (rows === chunk) {
      stoppedBy = CHUNK_FULL;
      return cell;
    }
    const start = page + bswap<u16>(load<u16>(pointers + 2 * <usize>cell)) + skipped;
    stoppedBy = readRow(start, page + usable, isTable);
    if (stoppedBy !== DONE) return cell;
    const found = load<f64>(values + ((<usize>key * chunk + rows) << 3));
    if (found > to) {
      stoppedBy = BEYOND;
      return cell;
    }
    if (found >= from) rows++;
  }
  stoppedBy = DONE;
  return cell;
}

/** Of what does not fit into the page only the beginning is read: numbers come before long texts. */
function readRow(start: usize, pageEnd: usize, isTable: bool): u32 {
  at = start;
  const length = varint();
  if (isTable) {
    const id = varint();
    if (rowid >= 0) store<f64>(values + ((<usize>rowid * chunk + rows) << 3), <f64>(<i64>id));
  }
  let type = at;
  const end = length < <u64>(pageEnd - type) ? type + <usize>length : pageEnd;
  if (type >= pageEnd) return ROW_TOO_LONG;
  const header = varint();
  if (header > <u64>(end - type)) return ROW_TOO_LONG;
  const typesEnd = type + <usize>header;
  let value = typesEnd;
  type = at;
  const row: usize = (<usize>rows) << 3;
  for (let column = layout; column < layoutEnd; column += COLUMN_BYTES) {
    const output = <usize>load<u32>(column, OUTPUT);
    if (type >= typesEnd) {
      if (output !== 0) store<f64>(output + row, load<f64>(column, MISSING));
      continue;
    }
    let serial: u32 = load<u8>(type++);
    let size: u32 = 0;
    if (serial < 0x80) size = serial < FIRST_TEXT ? load<u8>(SIZES + serial) : (serial - FIRST_TEXT) >>> 1;
    else {
      at = type - 1;
      size = <u32>min<u64>((varint() - FIRST_TEXT) >>> 1, LONGEST); // nothing less takes two bytes
      type = at;
      serial = FIRST_TEXT;
    }
    if (output !== 0) {
      if (serial >= FIRST_TEXT || value + size > end) return NO_NUMBER;
      store<f64>(output + row, numberAt(value, serial));
    }
    value = min<usize>(value + size, end + LONGEST);
  }
  return DONE;
}

function varint(): u64 {
  let value: u64 = 0;
  for (let bytes = 1; bytes < 9; bytes++) {
    const byte = load<u8>(at++);
    value = (value << 7) | (byte & 0x7f);
    if (byte < 0x80) return value;
  }
  return (value << 8) | load<u8>(at++);
}

/** Big-endian, of two's complement. */
function numberAt(value: usize, serial: u32): f64 {
  if (serial === 0) return NaN; // NULL
  if (serial <= LAST_INTEGER) return <f64>(<i64>bswap<u64>(load<u64>(value)) >> load<u8>(SHIFTS + serial));
  if (serial === REAL) return reinterpret<f64>(bswap<u64>(load<u64>(value)));
  return serial <= 9 ? <f64>(serial - 8) : NaN; // 10 and 11 are in no file
}
