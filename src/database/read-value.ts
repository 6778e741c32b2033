/**
 * A node of a database → its value as plain data: from the bytes that the database keeps, else from the dump; else why it is missing.
 */

import {decodeValue} from '../values/decode-value.js';
import type {Value} from '../values/value.js';
import type {StoredValues} from './stored-values.js';

/** Where a node's value lies, as the query `node` has it. */
export interface ValueRow {
  readonly type_id: number | null;
  readonly address: number | null;
  readonly header: number | null;
  readonly length: number | null;
  /** Of its storage, and what its type needs: more, of a variable of which only a part is left. */
  readonly size: number | null;
  readonly used: number | null;
}
export interface NodeValue {
  /** For people. */
  readonly text: string;
  /** JSON can hold it: BigInts and numbers that are none are text, bytes hexadecimal, maps arrays of pairs. */
  readonly data?: unknown;
  /** Of slices, maps and channels, as their headers claim. */
  readonly length?: number;
  readonly capacity?: number;
  /** `data` has only the beginning. */
  readonly cut?: true;
  readonly missing?: string;
}

/** Longest value that people read, and the most that is decoded for it. */
const LONGEST_TEXT = 2000;
const LIMITS = {parts: 1000, text: LONGEST_TEXT, cut: true};
const WITH_LENGTH = new Set(['slice', 'map', 'chan']);
export const NOT_KEPT = 'not kept, and the dump is not there any more; convert with --contents full to keep it';

export function readValue(values: StoredValues, row: ValueRow): NodeValue {
  const value = values.value({
    type: row.type_id ?? 0,
    count: row.length !== null && row.length !== 1 ? row.length : undefined,
    address: row.address === null || isPartial(row) ? undefined : row.address + (row.header ?? 0),
  });
  const {missing} = value;
  if (missing) return {text: missing === 'not-kept' ? (values.remark ?? NOT_KEPT) : `missing: ${missing}`, missing};
  const {data, wasCut} = decodeValue(value, {}, 1, LIMITS);
  const json = JSON.stringify(data, plain);
  if (json === undefined) return {text: 'missing: untyped', missing: 'untyped'};
  const size = sizeOf(value);
  const shown = json.length > LONGEST_TEXT || wasCut ? `${json.slice(0, LONGEST_TEXT)}…` : json;
  const text = size.capacity === undefined ? shown : `len ${size.length}, cap ${size.capacity}: ${shown}`;
  return {
    text: values.remark === undefined ? text : `${text} (${values.remark})`,
    data: JSON.parse(json),
    ...size,
    ...(wasCut ? {cut: true as const} : {}),
  };
}

function isPartial({size, used}: ValueRow): boolean {
  return size !== null && used !== null && size < used;
}

function sizeOf(value: Value): Pick<NodeValue, 'length' | 'capacity'> {
  const hasLength = WITH_LENGTH.has(value.kind) && value.isNil() === false;
  const length = hasLength ? value.length() : undefined;
  const capacity = hasLength ? value.capacity() : undefined;
  return length === undefined || capacity === undefined ? {} : {length, capacity};
}

function plain(_key: string, data: unknown): unknown {
  if (typeof data === 'bigint' || (typeof data === 'number' && !Number.isFinite(data))) return data.toString();
  if (data instanceof Map) return [...data];
  return data instanceof Uint8Array ? Buffer.from(data).toString('hex') : data;
}
