/**
 * What goheap tells of a loaded server: no problem but the leak that one of our own has, a few notes, the leaked goroutines that its own runtime knows,
 * and waste that is part of the heap. All in words.
 */
import {expect} from 'vitest';
import {goheapJson} from '../kit/goheap-here.js';

/** As docs/json has them. */
export interface ToldRow {
  readonly kind: string;
  readonly level: string;
  readonly name: string;
  readonly sentence: string;
  readonly fix: string;
}
export interface WasteRow {
  readonly kind: string;
  readonly bytes: number;
  readonly path?: string | null;
}
export interface ServerFindings {
  readonly suspects: readonly ToldRow[];
  readonly leaked: readonly number[]; // ids of goroutines, ascending
  readonly byRuntime: readonly number[] | undefined; // likewise, as its own profile says
  readonly waste: readonly WasteRow[]; // by kind
}

const MOST_NOTES = 5;
const ADDRESS = /0x[0-9a-f]{3}/;
/** Lies beside the live heap. */
const BESIDE = new Set(['free-slots', 'span-tails']);

/** `leak`: as Expected has it. */
export async function expectFindings(
  database: string,
  reachable: number,
  byRuntime: readonly number[] | undefined,
  leak: RegExp | undefined,
): Promise<ServerFindings> {
  const suspects = await goheapJson<ToldRow[]>(['suspects', database]);
  const goroutines = await goheapJson<{id: number}[]>(['goroutines', database, '--leaked', '--top', '100000']);
  const places = await goheapJson<WasteRow[]>(['waste', database]);
  const waste = await goheapJson<WasteRow[]>(['waste', database, '--by', 'kind']);

  const problems = suspects.filter(({level}) => level === 'problem').map(({kind, name}) => `${kind} ${name}`);
  expect.soft(problems).toEqual(leak === undefined ? [] : [expect.stringMatching(leak)]);
  expect.soft(suspects.length - problems.length).toBeLessThanOrEqual(MOST_NOTES);
  const texts = [...suspects.flatMap(({sentence, fix}) => [sentence, fix]), ...places.map(({path}) => path ?? '')];
  expect.soft(texts.filter((text) => ADDRESS.test(text))).toEqual([]);
  const leaked = goroutines.map(({id}) => id).sort((a, b) => a - b);
  if (byRuntime) expect.soft(leaked).toEqual(byRuntime);
  const wasted = waste.filter(({kind}) => !BESIDE.has(kind)).reduce((sum, {bytes}) => sum + bytes, 0);
  expect.soft(wasted).toBeGreaterThan(0);
  expect.soft(wasted).toBeLessThan(reachable);
  return {suspects, leaked, byRuntime, waste};
}
