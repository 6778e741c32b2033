/**
 * Goroutines, or groups of them with equal stacks → the same with their frames and what they wait for.
 */

import type {SqlDatabase} from '../sql/index.js';
import {type GoroutineWait, readGoroutineWaits} from './goroutine-waits.js';
import {framesOfGoroutines, type goroutineGroups, type goroutines, localsOfGoroutines} from './queries/goroutine-queries.js';
import {type RowOf, runQuery} from './queries/run-query.js';

type Local = RowOf<typeof localsOfGoroutines>;
export type StackCall = RowOf<typeof framesOfGoroutines> & {readonly locals?: readonly Local[]};
/** What is known of a goroutine, or of a group. */
export type StackHead = RowOf<typeof goroutines> | RowOf<typeof goroutineGroups>;
export type Stack = StackHead & {readonly waits_for: readonly GoroutineWait[]; readonly frames: readonly StackCall[]};

/** A group has the frames of its first goroutine, and what that waits for. */
export async function readGoroutineStacks(database: SqlDatabase, heads: readonly StackHead[], withLocals: boolean): Promise<Stack[]> {
  const ids = JSON.stringify(heads.map(({id}) => id));
  const framesOf = groupBy(await runQuery(database, framesOfGoroutines, {ids}), ({goroutine_id}) => goroutine_id);
  const waits = await readGoroutineWaits(
    database,
    heads.map(({id}) => id!),
  );
  const locals = withLocals ? groupBy(await runQuery(database, localsOfGoroutines, {ids}), ({frame_id}) => frame_id) : undefined;
  return heads.map((head) => ({
    ...head,
    waits_for: waits.get(head.id!) ?? [],
    frames: (framesOf.get(head.id) ?? []).map((frame) => (locals ? {...frame, locals: locals.get(frame.id) ?? []} : frame)),
  }));
}

function groupBy<K, V>(values: readonly V[], keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
