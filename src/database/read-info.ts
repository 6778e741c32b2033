/**
 * A database → what it says of the program, its heap and its memory: `goheap info`.
 */
import type {SqlDatabase} from '../sql/index.js';
import {listLosses} from './losses.js';
import {facts, goroutineStates, memory, rootKinds, warnings} from './queries/info-queries.js';
import {runQuery} from './queries/run-query.js';

export type ReadInfo = Awaited<ReturnType<typeof readInfo>>;

export async function readInfo(database: SqlDatabase) {
  const known = Object.fromEntries((await runQuery(database, facts, {})).map(({key, value}) => [key, value]));
  return {
    losses: listLosses(known),
    facts: known,
    roots: await runQuery(database, rootKinds, {}),
    goroutines: await runQuery(database, goroutineStates, {}),
    memory: await runQuery(database, memory, {}),
    warnings: await runQuery(database, warnings, {}),
  };
}
