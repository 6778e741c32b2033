/**
 * Rows of data → rows of --json: addresses are text, `0x…`, as tables print them. Beyond 2^53 the numbers of jq and JavaScript are inexact,
 * and whoever reads the JSON takes an address to another command, or looks for it in a log.
 */
import {hex} from '../base/units.js';
import type {ColumnKind} from '../database/queries/run-query.js';

type JsonRow<R, C> = {
  readonly [K in keyof R]: K extends keyof C ? (C[K] extends 'address' ? Exclude<R[K], number> | string : R[K]) : R[K];
};

/** The row with its columns of the kind `address` as text. */
export function jsonRow<R extends object, C extends Readonly<Record<string, ColumnKind>>>(columns: C, row: R): JsonRow<R, C> {
  const texts = Object.entries(row).map(([name, value]) => {
    return [name, columns[name] === 'address' && typeof value === 'number' ? hex(value) : value];
  });
  return Object.fromEntries(texts);
}
