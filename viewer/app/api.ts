/**
 * What screens ask the server, as hooks and promises: named queries with the types of their rows, the user's SQL, values, paths, and the
 * status while a core is being converted. viewer/protocol.ts is the contract.
 */
import {signal} from '@preact/signals';
import {useEffect, useReducer, useRef} from 'preact/hooks';
import type {Failure} from '../../src/base/failure.js';
import {nodesNamed} from '../../src/database/queries/node-lookup.js';
import type {ParamsOf, Query, RowOf} from '../../src/database/queries/run-query.js';
import type {
  Answer,
  BytesAnswer,
  BytesRequest,
  GoroutineWaitRow,
  InputStatus,
  NamedQuery,
  PathsAnswer,
  PathsRequest,
  RawAnswer,
  RawRequest,
  SqlRequest,
  Status,
  ValueRequest,
  ValueTree,
  WaitsRequest,
} from '../protocol.js';
import {type AnswerEntry, awaitEntry, entryOf, retryEntry} from './answers.js';
import {failureOf, findToken, getStatus, request} from './request.js';

export {connection, failureOf, RequestFailed} from './request.js';

/** Rows of a query as far as they are there. While new parameters are asked for, `rows` are those of the old ones and `isLoading`. */
export interface Result<R> {
  readonly rows: readonly R[] | undefined;
  readonly failure: Failure | undefined;
  readonly isLoading: boolean;
  /** Time in the database. */
  readonly milliseconds: number;
  /** The server gave not all rows. */
  readonly cut: Answer['cut'];
  readonly retry: () => void;
}

/** Asks for a named query; `undefined` parameters ask for nothing yet. */
export function useQuery<Q extends Query>(query: Q, params: ParamsOf<Q> | undefined): Result<RowOf<Q>> {
  const [entry] = useEntries(params === undefined ? [] : [entryOf(query, params)]);
  const last = useRef<readonly RowOf<Q>[] | undefined>(undefined);
  const rows = entry?.rows as readonly RowOf<Q>[] | undefined;
  if (rows !== undefined || entry === undefined) last.current = rows;
  return {
    rows: entry?.failure === undefined ? last.current : undefined,
    failure: entry?.failure,
    isLoading: entry !== undefined && entry.answer === undefined && entry.failure === undefined,
    milliseconds: entry?.answer?.milliseconds ?? 0,
    cut: entry?.answer?.cut,
    retry: () => entry && retryEntry(entry),
  };
}

/** Waits for several requests; the component draws anew with each answer. */
export function useEntries(entries: readonly AnswerEntry[]): readonly AnswerEntry[] {
  const [, draw] = useReducer((count: number, _: unknown) => count + 1, 0);
  const outcomeOf = ({answer, failure}: AnswerEntry) => answer ?? failure;
  const drawn = entries.map(outcomeOf);
  useEffect(() => {
    const stops = entries.map((entry) => awaitEntry(entry, () => draw(undefined)));
    // Asked by another component too, the answer may have come since this one was drawn.
    if (entries.some((entry, at) => outcomeOf(entry) !== drawn[at])) draw(undefined);
    return () => {
      for (const stop of stops) stop();
    };
  }, [entries.map(({key}) => key).join('\n')]);
  return entries;
}

/** One query, outside of components. */
export async function ask<Q extends Query>(query: Q, params: ParamsOf<Q>, abort?: AbortSignal): Promise<RowOf<Q>[]> {
  const {columns, rows} = await request<Answer>('/api/query', {id: query.id, params}, abort);
  return rows.map((cells) => Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? null])) as RowOf<Q>);
}

/** The ids of the nodes that a text of an address can mean: `o=0xc000…`, main.cache, goroutine 17. */
export const findNodes = (text: string, abort?: AbortSignal) => nodesNamed(text, (query, params) => ask(query, params, abort));

/** All that the server answers by name: their texts need not be part of the page. */
export const getQueries = (abort?: AbortSignal) => request<readonly NamedQuery[]>('/api/queries', undefined, abort);
export const postSql = (body: SqlRequest, abort?: AbortSignal) => request<Answer>('/api/sql', body, abort);
export const cancelSql = (id: string) => request<unknown>('/api/sql/cancel', {request: id});
export const postValue = (body: ValueRequest, abort?: AbortSignal) => request<ValueTree>('/api/value', body, abort);
export const postBytes = (body: BytesRequest, abort?: AbortSignal) => request<BytesAnswer>('/api/bytes', body, abort);
export const postRaw = (body: RawRequest, abort?: AbortSignal) => request<RawAnswer>('/api/raw', body, abort);
export const postWaits = (body: WaitsRequest, abort?: AbortSignal) => request<GoroutineWaitRow[]>('/api/waits', body, abort);
export const postPaths = (body: PathsRequest, abort?: AbortSignal) => request<PathsAnswer>('/api/paths', body, abort);

/** A promise as rows of a component: `ask` is called anew when `key` changes, and its request is cancelled then. */
export function usePromise<T>(key: string | undefined, ask: (abort: AbortSignal) => Promise<T>): Pending<T> {
  const state = useRef<{key: string; value?: T; failure?: Failure} | undefined>(undefined);
  const [attempt, draw] = useReducer((count: number, _: unknown) => count + 1, 0);
  const [again, retry] = useReducer((count: number, _: unknown) => count + 1, 0);
  useEffect(() => {
    if (key === undefined) return;
    const abort = new AbortController();
    const settle = (outcome: {value?: T; failure?: Failure}) => {
      if (abort.signal.aborted) return;
      state.current = {key, ...outcome};
      draw(undefined);
    };
    ask(abort.signal).then(
      (value) => settle({value}),
      (error: unknown) => settle({failure: failureOf(error)}),
    );
    return () => abort.abort();
  }, [key, again]);
  const current = state.current?.key === key ? state.current : undefined;
  return {
    value: current?.value,
    failure: current?.failure,
    isLoading: key !== undefined && current === undefined,
    previous: state.current?.value,
    retry: () => retry(attempt),
  };
}

export interface Pending<T> {
  readonly value: T | undefined;
  readonly failure: Failure | undefined;
  readonly isLoading: boolean;
  /** The value before the key changed: to be shown while the new one comes. */
  readonly previous: T | undefined;
  readonly retry: () => void;
}

/** Where the server stands; undefined before its first answer. */
export const status = signal<Status | undefined>(undefined);
const POLL_MILLISECONDS = 300;

const isUnderWay = ({state}: InputStatus) => state === 'opening' || state === 'early';

/** Follows the server until all that it was given is ready, with all tables, or has failed. */
export async function watchStatus(): Promise<void> {
  status.value = await findToken();
  while (status.value && [status.value, ...status.value.bases].some(isUnderWay)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    status.value = await getStatus().catch(() => status.value);
  }
}
