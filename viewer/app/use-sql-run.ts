/**
 * Running a user's statement: one at a time, with a clock, and a way to end it on the server too.
 */
import {useEffect, useRef, useState} from 'preact/hooks';
import type {Failure} from '../../src/base/failure.js';
import {type Answer, MOST_ROWS} from '../protocol.js';
import {cancelSql, failureOf, postSql} from './api.js';

const TICK_MILLISECONDS = 100;

export interface SqlRun {
  readonly sql: string;
  readonly answer?: Answer;
  readonly failure?: Failure;
  readonly isUnderWay: boolean;
  /** Since the start, or until the end. */
  readonly seconds: number;
}

export function useSqlRun(): {run: SqlRun | undefined; start: (sql: string) => void; cancel: () => void} {
  const [run, setRun] = useState<SqlRun | undefined>(undefined);
  const underWay = useRef<string | undefined>(undefined);
  const cancel = () => {
    const request = underWay.current;
    if (request !== undefined) cancelSql(request).catch(() => undefined); // the statement's own answer says what became of it
  };
  const start = (sql: string) => {
    if (underWay.current !== undefined || sql.trim() === '') return;
    const request = crypto.randomUUID();
    underWay.current = request;
    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1000;
    setRun({sql, isUnderWay: true, seconds: 0});
    const clock = setInterval(() => setRun({sql, isUnderWay: true, seconds: seconds()}), TICK_MILLISECONDS);
    const end = (outcome: {answer: Answer} | {failure: Failure}) => {
      clearInterval(clock);
      underWay.current = undefined;
      setRun({sql, isUnderWay: false, seconds: seconds(), ...outcome});
    };
    postSql({sql, request, limit: MOST_ROWS}).then(
      (answer) => end({answer}),
      (error: unknown) => end({failure: failureOf(error)}),
    );
  };
  useEffect(() => cancel, []); // nobody waits any more
  return {run, start, cancel};
}
