/**
 * A node of a database → its value as plain data: from the bytes that the database keeps, else from the dump; else why it is missing.
 */
import {type DumpPlace, openStoredValues} from '../library/stored-values.js';

/** Where a node's value lies, as the query `node` has it. */
export interface ValueRow {
  readonly type_id: number | null;
  readonly address: number | null;
  readonly header: number | null;
  readonly length: number | null;
}
export interface NodeValue {
  /** For people. */
  readonly text: string;
  /** JSON can hold it: BigInts are text, bytes hexadecimal. */
  readonly data?: unknown;
  readonly missing?: string;
}

/** Longest value that people read. */
const LONGEST_TEXT = 2000;
const NOT_KEPT = 'not kept, and the dump is not there any more; convert with --contents full to keep it';

export async function readValue(database: string, row: ValueRow, dump: DumpPlace | undefined): Promise<NodeValue> {
  const values = await openStoredValues(database, dump);
  try {
    const value = values.value({
      type: row.type_id ?? 0,
      count: row.length !== null && row.length > 1 ? row.length : undefined,
      address: row.address === null ? undefined : row.address + (row.header ?? 0),
    });
    const {missing} = value;
    if (missing) return {text: missing === 'not-kept' ? (values.remark ?? NOT_KEPT) : `missing: ${missing}`, missing};
    const json = JSON.stringify(value.decode(1), plain);
    if (json === undefined) return {text: 'missing: untyped', missing: 'untyped'};
    const text = json.length > LONGEST_TEXT ? `${json.slice(0, LONGEST_TEXT)}…` : json;
    return {text: values.remark === undefined ? text : `${text} (${values.remark})`, data: JSON.parse(json)};
  } finally {
    values.close();
  }
}

function plain(_key: string, data: unknown): unknown {
  if (typeof data === 'bigint') return data.toString();
  return data instanceof Uint8Array ? Buffer.from(data).toString('hex') : data;
}
