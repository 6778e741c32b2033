/**
 * What goroutines wait for, as the server says it: kept while the page lives, asked for many at a time.
 */
import {signal} from '@preact/signals';
import type {GoroutineWaitRow} from '../protocol.js';
import {postWaits} from './api.js';

/** By number; one that was asked for and waits for nothing has an empty list. */
export const waitsOfGoroutine = signal<ReadonlyMap<number, readonly GoroutineWaitRow[]>>(new Map());

const MOST_AT_ONCE = 1000;
const asked = new Set<number>();

export function learnWaits(goroutines: readonly number[]): void {
  const wanted = goroutines.filter((id) => !asked.has(id)).slice(0, MOST_AT_ONCE);
  if (wanted.length === 0) return;
  for (const id of wanted) asked.add(id);
  postWaits({goroutines: wanted}).then(
    (rows) => {
      const known = new Map<number, GoroutineWaitRow[]>(wanted.map((id) => [id, []]));
      for (const row of rows) known.get(row.goroutine)?.push(row);
      waitsOfGoroutine.value = new Map([...waitsOfGoroutine.peek(), ...known]);
    },
    () => {
      for (const id of wanted) asked.delete(id); // whoever comes back tries again
    },
  );
}
