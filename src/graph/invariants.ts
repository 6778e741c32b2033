/**
 * What `check.ts` and `check-edges.ts` share: how a broken invariant is reported, and the shapes that many columns have
 * (lengths, CSR starts, ascending, index in range).
 */
import {GoheapError} from '../base/errors.js';
import {NONE} from '../base/units.js';

/** Throws `bad-format` with `problem` unless `condition` holds. */
export function requireThat(condition: boolean, problem: string): asserts condition {
  if (!condition) brokenGraph(problem);
}
/** For loops over many rows, where building the message of each row would cost more than the check. */
export function brokenGraph(problem: string): never {
  throw new GoheapError('bad-format', `heap graph: ${problem}`, {hint: 'This is a fault of goheap, not of the dump; please report it.'});
}

/**
 * All lists of a table have `count` rows: one more for those in `plusOne` (CSR starts), any number for those in `free`.
 */
export function checkLengths(
  columns: object,
  count: number,
  table: string,
  plusOne: readonly string[] = [],
  free: readonly string[] = [],
): void {
  for (const [name, column] of Object.entries(columns)) {
    if (!(ArrayBuffer.isView(column) || Array.isArray(column)) || free.includes(name)) continue;
    const length = (column as unknown as ArrayLike<unknown>).length;
    const wanted = plusOne.includes(name) ? count + 1 : count;
    requireThat(length === wanted, `${table}.${name} has ${length} rows; expected ${wanted}`);
  }
}

/** A CSR start column: from 0, never falling, to `end`. */
export function checkFirsts(firsts: Uint32Array, end: number, name: string): void {
  requireThat(firsts[0] === 0, `${name} starts at ${firsts[0]}; expected 0`);
  for (let row = 1; row < firsts.length; row++) {
    if (firsts[row]! < firsts[row - 1]!) brokenGraph(`${name} falls at row ${row}`);
  }
  requireThat(firsts[firsts.length - 1] === end, `${name} ends at ${firsts[firsts.length - 1]}; expected ${end}`);
}

/** Strictly ascending; NaN is not. */
export function checkAscending(column: Uint32Array | Float64Array, name: string): void {
  for (let row = 1; row < column.length; row++) {
    if (!(column[row]! > column[row - 1]!)) brokenGraph(`${name} is not ascending at row ${row}`);
  }
}

/** Every value is an index below `limit`, or NONE where the column allows it. */
export function checkIndexes(column: Uint32Array | Uint16Array | Uint8Array, limit: number, name: string, none = false): void {
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!;
    if (value >= limit && !(none && value === NONE)) brokenGraph(`${name} of row ${row} is ${value}; expected less than ${limit}`);
  }
}
