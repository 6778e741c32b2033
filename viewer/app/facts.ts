/**
 * Facts about the dump (the table meta) and its warnings, which many screens need: asked once, cached.
 */

import {facts, warnings} from '../../src/database/queries/info-queries.js';
import type {RowOf} from '../../src/database/queries/run-query.js';
import {useQuery} from './api.js';

export interface Facts {
  /** A fact as text, undefined when the database has none of that name. */
  text(key: string): string | undefined;
  number(key: string): number | undefined;
  /** Bytes of the live heap: what shares are of. */
  readonly live: number | undefined;
  /** Counts are "at least": parts of the dump were not readable. */
  readonly isIncomplete: boolean;
}

export function useFacts(): Facts | undefined {
  const {rows} = useQuery(facts, {});
  if (rows === undefined) return undefined;
  const known = new Map<string | null, string | number | null>(rows.map(({key, value}) => [key, value]));
  const text = (key: string) => {
    const value = known.get(key);
    return value === null || value === undefined ? undefined : String(value);
  };
  const number = (key: string) => {
    const value = text(key);
    return value === undefined || value === '' ? undefined : Number(value);
  };
  return {text, number, live: number('reachable_bytes'), isIncomplete: number('complete') === 0};
}

export function useWarnings(): readonly RowOf<typeof warnings>[] {
  return useQuery(warnings, {}).rows ?? [];
}
