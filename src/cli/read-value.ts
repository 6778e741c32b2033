/**
 * A node of a database → its value as plain data, where the database keeps the contents; else why it is missing.
 */
import {facts} from '../../viewer/queries/info.js';
import {runQuery} from '../../viewer/queries/query.js';
import type {Work} from '../base/progress.js';
import {openHeap} from '../library/open-heap.js';
import type {SqlDatabase} from '../sql/index.js';

export interface NodeValue {
  /** For people. */
  readonly text: string;
  /** JSON can hold it: BigInts are text, bytes hexadecimal. */
  readonly data?: unknown;
  readonly missing?: string;
}

/** Longest value that people read. */
const LONGEST_TEXT = 2000;

export async function readValue(database: SqlDatabase, id: number, work: Work): Promise<NodeValue> {
  const contents = (await runQuery(database, facts, {})).find(({key}) => key === 'contents')?.value;
  if (contents !== 'full') return {text: 'not kept; make the database with --contents full', missing: 'not-kept'};
  await using heap = await openHeap(database.path, work);
  const value = heap.value(heap.id(id));
  if (value.missing) return {text: `missing: ${value.missing}`, missing: value.missing};
  const json = JSON.stringify(value.decode(1), (_key, data: unknown) => {
    if (typeof data === 'bigint') return data.toString();
    return data instanceof Uint8Array ? Buffer.from(data).toString('hex') : data;
  });
  if (json === undefined) return {text: 'missing: untyped', missing: 'untyped'};
  return {text: json.length > LONGEST_TEXT ? `${json.slice(0, LONGEST_TEXT)}…` : json, data: JSON.parse(json)};
}
