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

/**
 * Rows are alike: where the values of a row are follows from its serial types, and of a table there are a few dozen of these. A plan is kept for each that is short
 * enough, in a place that follows from it; another one takes the place of the one that was there.
 */
const PLANS: u32 = 256;
const PLAN_BYTES: usize = 256;
const PLANNED: u32 = 24; // bytes of serial types, the length in front included: the first ones of a plan
const PLAN_END: usize = 24; // u32: behind the last value that is wanted, from the first value
const PLAN_STEPS_END: usize = 28; // u32: address
const FIRST_STEP: usize = 32;
const STEP_BYTES: usize = 12;
const STEP_PLACE: usize = 4; // u32: of the value, from the first one; of a missing column where the layout has what stands for it
const STEP_SERIAL: usize = 8; // u32
const NO_SERIAL: u32 = 0xff; // a missing column
const WORTH_A_PLAN: u32 = 7; // columns: to go through fewer costs less than to look for the plan
const MOST_STEPS: u32 = <u32>((PLAN_BYTES - FIRST_STEP) / STEP_BYTES);
const plans: usize = memory.data(65536, 16); // PLANS × PLAN_BYTES
/** Odd, and with many bits: what differs anywhere in a word differs in the place of its plan. */
const FIRST_MIXER: u64 = 0x9e3779b97f4a7;
const SECOND_MIXER: u64 = 0xc2b2ae3d27d4f;
/** Their highest bits: a serial type of several bytes. */
const LONG_SERIALS: u64 = ((<u64>0x80808080) << 32) | 0x80808080;
let isPlanned: bool = false;

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
  let wanted: u32 = 0;
  for (let column = layout; column < layoutEnd; column += COLUMN_BYTES) if (load<u32>(column, OUTPUT) !== 0) wanted++;
  isPlanned = storedColumns >= WORTH_A_PLAN && wanted <= MOST_STEPS;
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
  // What changes with a row is kept in local variables: those of a module are read from memory each time.
  const keys = values + ((<usize>key * chunk) << 3);
  const first = from;
  const last = to;
  const most = chunk;
  let row = rows;
  let stopped = DONE;
  for (; cell < end; cell++) {
    if (row === most) {
      stopped = CHUNK_FULL;
      break;
    }
    const start = page + bswap<u16>(load<u16>(pointers + 2 * <usize>cell)) + skipped;
    stopped = readRow(start, page + usable, isTable, (<usize>row) << 3);
    if (stopped !== DONE) break;
    const found = load<f64>(keys + ((<usize>row) << 3));
    if (found > last) {
      stopped = BEYOND;
      break;
    }
    if (found >= first) row++;
  }
  rows = row;
  stoppedBy = stopped;
  return cell;
}

/** `row`: bytes from the start of a column. Of what does not fit into the page only the beginning is read: numbers come before long texts. */
function readRow(start: usize, pageEnd: usize, isTable: bool, row: usize): u32 {
  let type = start + 1;
  let length: u64 = load<u8>(start);
  if (length >= 0x80) {
    at = start;
    length = varint();
    type = at;
  }
  if (isTable) {
    at = type;
    const id = varint();
    type = at;
    if (rowid >= 0) store<f64>(values + ((<usize>rowid * chunk) << 3) + row, <f64>(<i64>id));
  }
  const end = length < <u64>(pageEnd - type) ? type + <usize>length : pageEnd;
  if (type >= pageEnd) return ROW_TOO_LONG;
  const first: u32 = load<u8>(type);
  const planned = min<u32>(first, 1 + <u32>((layoutEnd - layout) / COLUMN_BYTES));
  let plan: usize = 0;
  let word0: u64 = 0;
  let word1: u64 = 0;
  let word2: u64 = 0;
  if (isPlanned && first < 0x80 && planned > 0 && planned <= PLANNED) {
    word0 = load<u64>(type) & firstBytes(planned);
    word1 = planned > 8 ? load<u64>(type, 8) & firstBytes(planned - 8) : 0;
    word2 = planned > 16 ? load<u64>(type, 16) & firstBytes(planned - 16) : 0;
    if (((word0 | word1 | word2) & LONG_SERIALS) === 0) {
      const mixed = (word0 ^ (word1 * FIRST_MIXER) ^ (word2 * SECOND_MIXER)) * FIRST_MIXER;
      plan = plans + <usize>((mixed ^ (mixed >> 32)) & (PLANS - 1)) * PLAN_BYTES;
      if (load<u64>(plan) === word0 && load<u64>(plan, 8) === word1 && load<u64>(plan, 16) === word2) {
        const start = type + <usize>first;
        if (start + <usize>load<u32>(plan, PLAN_END) <= end) {
          takeValues(plan, start, row);
          return DONE;
        }
      }
      store<u64>(plan, 0); // until the new one is whole
    }
  }
  let header: u64 = first;
  let next = type + 1;
  if (first >= 0x80) {
    at = type;
    header = varint();
    next = at;
  }
  if (header > <u64>(end - type)) return ROW_TOO_LONG;
  const typesEnd = type + <usize>header;
  let value = typesEnd;
  let step = plan + FIRST_STEP;
  let last = typesEnd;
  type = next;
  const columnsEnd = layoutEnd;
  for (let column = layout; column < columnsEnd; column += COLUMN_BYTES) {
    const output = <usize>load<u32>(column, OUTPUT);
    if (type >= typesEnd) {
      if (output !== 0) {
        store<f64>(output + row, load<f64>(column, MISSING));
        if (plan !== 0) step = addStep(step, output, column + MISSING, NO_SERIAL);
      }
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
      if (plan !== 0) step = addStep(step, output, value - typesEnd, serial);
      last = value + size;
    }
    value = min<usize>(value + size, end + LONGEST);
  }
  if (plan !== 0) {
    store<u32>(plan, <u32>(last - typesEnd), PLAN_END);
    store<u32>(plan, <u32>step, PLAN_STEPS_END);
    store<u64>(plan, word0);
    store<u64>(plan, word1, 8);
    store<u64>(plan, word2, 16);
  }
  return DONE;
}

/** The values of a row that has a plan. */
function takeValues(plan: usize, first: usize, row: usize): void {
  const end = <usize>load<u32>(plan, PLAN_STEPS_END);
  for (let step = plan + FIRST_STEP; step < end; step += STEP_BYTES) {
    const place = <usize>load<u32>(step, STEP_PLACE);
    const serial = load<u32>(step, STEP_SERIAL);
    store<f64>(<usize>load<u32>(step) + row, serial === NO_SERIAL ? load<f64>(place) : numberAt(first + place, serial));
  }
}

function addStep(step: usize, output: usize, place: usize, serial: u32): usize {
  store<u32>(step, <u32>output);
  store<u32>(step, <u32>place, STEP_PLACE);
  store<u32>(step, serial, STEP_SERIAL);
  return step + STEP_BYTES;
}

function firstBytes(count: u32): u64 {
  return count >= 8 ? u64.MAX_VALUE : ((<u64>1) << (<u64>(8 * count))) - 1;
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
