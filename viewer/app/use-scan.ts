/**
 * Answers that are put together while one looks on (src/database/queries/instance-scan.ts): what is known so far, how far it is, and a way to stop. Whole ones are kept for whoever comes back.
 */
import {useEffect, useReducer, useRef, useState} from 'preact/hooks';
import type {Failure} from '../../src/base/failure.js';
import type {Found} from '../../src/database/queries/instance-scan.js';
import type {Ask} from '../../src/database/queries/run-query.js';
import {ask, failureOf} from './api.js';

export interface Scan<T> extends Partial<Found<T>> {
  readonly failure?: Failure | undefined;
  readonly isStopped?: boolean;
  /** Since it began. */
  readonly seconds?: number;
}
export interface Scanning<T> extends Scan<T> {
  readonly isUnderWay: boolean;
  readonly stop: () => void;
  /** From the beginning. */
  readonly goOn: () => void;
}

const MOST_KEPT = 100;
const kept = new Map<string, Scan<unknown>>();

/** What was found of a question that was looked through. */
export function keptScan<T>(key: string): Scan<T> | undefined {
  return kept.get(key) as Scan<T> | undefined;
}

/** `key` tells questions apart; undefined asks nothing. */
export function useScan<T>(key: string | undefined, scan: (ask: Ask) => AsyncIterable<Found<T>>): Scanning<T> {
  const [, draw] = useReducer((count: number, _: unknown) => count + 1, 0);
  const [attempt, setAttempt] = useState(0);
  const abort = useRef<AbortController>(undefined);
  const state = useRef<Scan<T> & {readonly key: string}>(undefined);
  const say = (now: Scan<T> & {readonly key: string}) => {
    state.current = now;
    draw(undefined);
  };
  useEffect(() => {
    if (key === undefined || kept.has(key)) return;
    abort.current = new AbortController();
    const {signal} = abort.current;
    const started = performance.now();
    const follow = async () => {
      for await (const step of scan((query, params) => ask(query, params, signal))) {
        if (signal.aborted) return;
        const now = {...step, key, seconds: (performance.now() - started) / 1000};
        if (step.share === 1) keep(key, now);
        say(now);
      }
    };
    follow().catch((error: unknown) => {
      if (!signal.aborted) say({...state.current, key, failure: failureOf(error)});
    });
    return () => abort.current?.abort();
  }, [key, attempt]);
  const current = key === undefined ? undefined : (keptScan<T>(key) ?? (state.current?.key === key ? state.current : undefined));
  return {
    ...current,
    isUnderWay: key !== undefined && current?.share !== 1 && current?.failure === undefined && current?.isStopped !== true,
    stop: () => {
      abort.current?.abort();
      if (key !== undefined) say({...current, key, isStopped: true});
    },
    goOn: () => {
      state.current = undefined;
      setAttempt(attempt + 1);
    },
  };
}

function keep(key: string, scan: Scan<unknown>): void {
  kept.set(key, scan);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
}
