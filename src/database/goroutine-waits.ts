/**
 * Goroutines of a database → what each waits for, by its path in Go's words, and who else could wake it.
 */
import {waitedName, waitedType} from '../answers/waited-name.js';
import {hex} from '../base/units.js';
import type {SqlDatabase} from '../sql/index.js';
import {askForTypes} from '../sql/read-types.js';
import {waitsOfGoroutines} from './queries/goroutine-queries.js';
import {runQuery} from './queries/run-query.js';
import {StoredNames} from './stored-names.js';

export interface GoroutineWait {
  readonly how: string; // send, receive, sync
  readonly object_id: number | null; // null outside of the heap
  readonly address: string;
  readonly name: string | null; // its path; null where only the runtime's frames have it, and outside of the heap where no variable is known
  readonly type: string | null;
  readonly waiting: number; // goroutines that wait for it
  readonly others: readonly number[]; // numbers of at most 20 more goroutines whose own stacks lead there
}

/** By goroutine; those that wait for nothing have none. */
export async function readGoroutineWaits(database: SqlDatabase, ids: readonly number[]): Promise<Map<number, GoroutineWait[]>> {
  const rows = await runQuery(database, waitsOfGoroutines, {ids: JSON.stringify(ids)});
  const waits = new Map<number, GoroutineWait[]>();
  if (rows.length === 0) return waits;
  const names = new StoredNames(database, await askForTypes(database));
  await names.read(rows.map(({object_id}) => object_id).filter((id) => id !== null));
  for (const {goroutine_id, how, object_id, address, type, element_type, variable, waiting, others} of rows) {
    const name = object_id === null ? variable : waitedName(names.partsOf(names.of(object_id)));
    const wait = {
      how: how!,
      object_id,
      address: hex(address!),
      name: name || null,
      type: waitedType(element_type, type) || null,
      waiting: object_id === null ? 1 : waiting!,
      others: JSON.parse(others!) as number[],
    };
    waits.set(goroutine_id!, [...(waits.get(goroutine_id!) ?? []), wait]);
  }
  return waits;
}
