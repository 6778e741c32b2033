/**
 * A path from a root to a node as rows, one a step, with the expression a Go programmer would write for it.
 * Step 0 is the root, or the goroutine of a local; each row says which pointer of the row before leads to it.
 */

import {hex} from '../base/units.js';
import type {SqlDatabase} from '../sql/index.js';
import {node} from './queries/node-queries.js';
import {path} from './queries/path-queries.js';
import {type Query, type RowOf, runQuery} from './queries/run-query.js';
import type {FoundPath} from './search-paths.js';

export type Step = RowOf<typeof path>;
export interface PathSteps {
  /** As Go would write it: main.cache.items[3].next */
  readonly expression: string;
  readonly steps: readonly Step[];
}

/** The shortest path as the database keeps it; undefined when no root reaches the node. */
export async function shortestPath(database: SqlDatabase, id: number): Promise<PathSteps | undefined> {
  const upwards = await runQuery(database, path, {id});
  const root = upwards.at(-1);
  if (!root || root.kind === 'object') return undefined;
  // The database has offset and field with the holder; here they stand with what they lead to.
  const downwards = upwards.toReversed();
  const over = (index: number) => ({offset: downwards[index - 1]?.offset ?? null, field: downwards[index - 1]?.field || null});
  return pathSteps(downwards.map((step, index) => ({...step, step: index, ...over(index)})));
}

const edgeField = {
  id: 'edge-field',
  title: 'The field that a pointer is in',
  sql: 'SELECT field FROM edge_fields WHERE source_id = :source AND offset = :offset',
  params: {source: 'node', offset: 'number'},
  columns: {field: 'text'},
} as const satisfies Query;

/** A path that was searched for, to the node `id`. */
export async function describePath(database: SqlDatabase, {sources, offsets}: FoundPath, id: number): Promise<PathSteps> {
  const nodes = [...sources, id];
  const [root] = await runQuery(database, node, {id: nodes[0]!});
  if (root?.parent_id) nodes.unshift(root.parent_id); // a local starts with its goroutine
  const skipped = nodes.length - sources.length;
  const steps: Step[] = [];
  for (const [step, each] of nodes.entries()) {
    const [row] = (await runQuery(database, node, {id: each})) as [RowOf<typeof node>]; // ids of edges exist
    const offset = offsets[step - skipped] ?? null;
    const [edge] = offset === null ? [] : await runQuery(database, edgeField, {source: nodes[step - 1]!, offset});
    const {kind, name, type, address, size, retained} = row;
    steps.push({step, node_id: each, kind, name, offset, field: edge?.field || null, type, address, size, retained});
  }
  return pathSteps(steps);
}

function pathSteps(steps: readonly Step[]): PathSteps {
  let expression = '';
  for (const {kind, name, offset, field} of steps) {
    if (kind !== 'object') expression += expression === '' ? name : ` ${name}`;
    else if (field) expression += field.startsWith('[') ? field : `.${field}`;
    else if (offset) expression += `+${hex(offset)}`;
  }
  return {expression, steps};
}
