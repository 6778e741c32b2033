/**
 * A node from all sides: its sizes, its value, where it was allocated, what it points to and what points to it, what it keeps alive alone: `goheap object`.
 */
import type {SqlDatabase} from '../sql/index.js';
import {findNode} from './find-node.js';
import type {LateValues} from './late-values.js';
import {dominated} from './queries/dominator-queries.js';
import {inbound, outbound} from './queries/edge-queries.js';
import {allocation, node} from './queries/node-queries.js';
import {type RowOf, runQuery} from './queries/run-query.js';
import {type NodeValue, readValue} from './read-value.js';

export type ReadObject = RowOf<typeof node> & {
  readonly value: NodeValue | undefined; // where it was asked for
  readonly allocated: readonly RowOf<typeof allocation>[];
  readonly outbound: readonly RowOf<typeof outbound>[];
  readonly inbound: readonly RowOf<typeof inbound>[];
  readonly dominated: readonly RowOf<typeof dominated>[];
};

/** `limit`: pointers of each direction. Without `values` the node's own is not read. */
export async function readObject(
  database: SqlDatabase,
  object: string,
  limit: number,
  values: LateValues | undefined,
): Promise<ReadObject> {
  const id = await findNode(database, object);
  const page = {id, limit, skip: 0};
  const [sizes] = await runQuery(database, node, {id});
  return {
    ...sizes!, // findNode found it
    value: values && readValue(await values.open(), sizes!),
    allocated: await runQuery(database, allocation, {id}),
    outbound: await runQuery(database, outbound, page),
    inbound: await runQuery(database, inbound, page),
    dominated: await runQuery(database, dominated, page),
  };
}
