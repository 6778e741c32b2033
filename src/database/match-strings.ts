/**
 * An expression → all strings and arrays of bytes that hold it: the first of them one by one, and all of them by the path that leads there, by whose they
 * are, or by what points to them.
 */
import {checkpoint, type Work} from '../base/progress.js';
import {remember} from '../base/remember.js';
import type {Contents} from '../graph/heap-graph.js';
import type {SqlDatabase} from '../sql/index.js';
import {type FindInBytes, type FoundBytes, searchBytes} from './search-bytes.js';

export interface MatchedStrings {
  readonly matches: readonly FoundBytes[];
  /** Most bytes first; of the name null what has no owner, and no path that was kept. */
  readonly places: readonly MatchedPlace[];
  readonly count: number;
  readonly unread: number; // arrays whose bytes are not there
}
/** A column of what is found. */
export type MatchGrouping = 'path' | 'owner' | 'use';
export interface MatchedPlace {
  readonly name: string | null;
  readonly count: number;
  readonly bytes: number;
}

/** Between two chances for Ctrl-C and progress. */
const ONCE = {most: 10_000, seconds: 0.2};

const COLUMNS = {path: 'name', owner: 'owner', use: 'use'} as const;

/** `most`: of the matches that are given one by one. Rejects with `signal.reason` when aborted. */
export async function matchStrings(
  database: SqlDatabase,
  contents: Contents,
  find: FindInBytes,
  {by, most}: {readonly by: MatchGrouping; readonly most: number},
  work: Work,
): Promise<MatchedStrings> {
  const matches: FoundBytes[] = [];
  const places = new Map<string | null, {name: string | null; count: number; bytes: number}>();
  let [count, unread] = [0, 0];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const found: Awaited<ReturnType<typeof searchBytes>> = await searchBytes(database, contents, {find, from, ...ONCE});
    for (const hit of found.hits) {
      if (matches.length < most) matches.push(hit);
      const name = hit[COLUMNS[by]];
      const place = remember(places, name, () => ({name, count: 0, bytes: 0}));
      place.count++;
      place.bytes += hit.length;
    }
    count += found.hits.length;
    unread += found.unread;
    from = found.next;
    work.onProgress?.('search strings', Math.round(found.done * 1000), 1000);
    await checkpoint(work);
  }
  return {matches, places: [...places.values()].sort((a, b) => b.bytes - a.bytes || b.count - a.count), count, unread};
}
