/**
 * Answers to named queries, kept while the page lives: going back shows rows at once. A request that nobody waits for any longer is cancelled.
 * The cache holds a bounded number of rows and forgets those that were used longest ago.
 */

import {signal} from '@preact/signals';
import type {Failure} from '../../src/base/failure.js';
import type {Query} from '../../src/database/queries/run-query.js';
import type {Answer} from '../protocol.js';
import {failureOf, request} from './request.js';

type Row = Readonly<Record<string, unknown>>;

/** One request and what became of it. */
export interface AnswerEntry {
  readonly key: string;
  readonly query: Query;
  readonly params: Readonly<Record<string, string | number>>;
  rows?: readonly Row[];
  answer?: Answer;
  failure?: Failure;
  readonly waiting: Set<() => void>;
  abort?: AbortController;
}

/** How many requests are under way. */
export const asking = signal(0);

const MOST_KEPT_ROWS = 200_000;
const entries = new Map<string, AnswerEntry>();

/** The entry of a query, whether asked for already or not. */
export function entryOf(query: Query, params: Readonly<Record<string, string | number>>): AnswerEntry {
  const key = `${query.id} ${JSON.stringify(params)}`;
  const entry = entries.get(key) ?? {key, query, params, waiting: new Set()};
  entries.delete(key); // the order of the map is the order of use
  entries.set(key, entry);
  return entry;
}

/** Asks the server unless that was done, and calls `changed` when there is an answer. Returns how to stop waiting. */
export function awaitEntry(entry: AnswerEntry, changed: () => void): () => void {
  entry.waiting.add(changed);
  if (entry.answer === undefined && entry.failure === undefined && entry.abort === undefined) void load(entry);
  return () => {
    entry.waiting.delete(changed);
    queueMicrotask(() => giveUp(entry)); // a component that asks for one more page stops waiting and starts again at once
  };
}

function giveUp(entry: AnswerEntry): void {
  if (entry.waiting.size > 0) return;
  entry.abort?.abort();
  delete entry.abort;
  delete entry.failure; // whoever comes back tries again
}

/** Asks again after a failure. */
export function retryEntry(entry: AnswerEntry): void {
  delete entry.failure;
  void load(entry);
  tell(entry);
}

async function load(entry: AnswerEntry): Promise<void> {
  const abort = new AbortController();
  entry.abort = abort;
  asking.value++;
  try {
    const answer = await request<Answer>('/api/query', {id: entry.query.id, params: entry.params}, abort.signal);
    if (abort.signal.aborted) return;
    entry.answer = answer;
    entry.rows = toRows(answer);
    forgetOldest();
  } catch (error) {
    if (abort.signal.aborted) return;
    entry.failure = failureOf(error);
  } finally {
    asking.value--;
  }
  delete entry.abort;
  tell(entry);
}

function tell(entry: AnswerEntry): void {
  for (const changed of [...entry.waiting]) changed();
}

function toRows({columns, rows}: Answer): Row[] {
  return rows.map((cells) => Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? null])));
}

function forgetOldest(): void {
  let kept = 0;
  for (const [key, entry] of [...entries].reverse()) {
    kept += 1 + (entry.rows?.length ?? 0);
    if (kept > MOST_KEPT_ROWS && entry.waiting.size === 0) entries.delete(key);
  }
}
