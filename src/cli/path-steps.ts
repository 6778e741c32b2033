/**
 * A path from a root to a node as rows, one a step, with the expression a Go programmer would write for it.
 * Step 0 is the root, or the goroutine of a local; each row says which pointer of the row before leads to it.
 */
import {path} from '../../viewer/queries/path.js';
import {type RowOf, runQuery} from '../../viewer/queries/query.js';
import {hex} from '../base/units.js';
import type {SqlDatabase} from '../sql/index.js';

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

export function pathSteps(steps: readonly Step[]): PathSteps {
  let expression = '';
  for (const {kind, name, offset, field} of steps) {
    if (kind !== 'object') expression += expression === '' ? name : ` ${name}`;
    else if (field) expression += field.startsWith('[') ? field : `.${field}`;
    else if (offset) expression += `+${hex(offset)}`;
  }
  return {expression, steps};
}
