/**
 * Paths to an object → each as an expression and a table of its steps.
 */
import type {PathStep} from '../database/path-steps.js';
import type {ReadPaths} from '../database/read-paths.js';
import {staticNote} from './static-note.js';
import {formatTable, type TableOptions, type TableRow} from './table.js';

export const pathColumns = {
  step: 'count',
  node_id: 'node',
  kind: 'text',
  retained: 'bytes',
  size: 'bytes',
  offset: 'number',
  field: 'text',
  name: 'text',
  type: 'text',
} as const;

/** `avoids`: whether something was left out of the search. */
export function pathLines({paths, exact}: ReadPaths, avoids: boolean, options: TableOptions): string[] {
  if (paths.length === 0) return [avoids ? 'No other path leads there.' : 'No root reaches it: it is garbage.'];
  const note = staticNote(paths.flatMap(({steps}) => steps.slice(0, 2)));
  return [
    ...paths.flatMap(({expression, count, steps}) => [
      expression,
      ...formatTable(pathColumns, stepsWithField(steps), options),
      ...(count !== null && count > 1 ? [likeIt(count - 1, exact === false)] : []),
    ]),
    ...(note === undefined ? [] : [note]),
  ];
}

function likeIt(others: number, atLeast: boolean): string {
  return `And ${atLeast ? 'at least ' : ''}${others} like it from ${others === 1 ? 'another root' : 'other roots'}: only keys, indices and goroutines differ.`;
}

/** In a table read downwards, a pointer stands with what it leads to; a pointer that is the whole value has no field to show. */
export function stepsWithField(steps: readonly PathStep[]): TableRow[] {
  return steps.map((step, at) => {
    const {offset = null, field = null, releases = null} = steps[at - 1] ?? {};
    return {...step, offset, field: field || null, releases};
  });
}
