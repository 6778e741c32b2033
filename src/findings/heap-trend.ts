/**
 * Several heaps of one program, in the order in which they were dumped → the rows with their value in each, those that grew in every step first: what leaks
 * goes on, what is a cache ends.
 */
import type {Bytes} from '../base/units.js';
import {trendSentences} from './change-sentences.js';
import {leastTold} from './heap-diff.js';
import {type HeapRows, type PerSection, perSection, withOneBuildsNames} from './heap-rows.js';
import {findPathChanges} from './path-changes.js';
import {changesOf, mergeRows, type RowSeries} from './row-series.js';

export interface TrendRow {
  readonly name: string;
  readonly counts: readonly (number | null)[]; // per dump
  readonly bytes: readonly Bytes[];
  readonly delta_count: number | null; // from the first to the last
  readonly delta_bytes: Bytes;
  readonly grows: boolean; // in every step
}
export interface HeapTrend extends PerSection<readonly TrendRow[]> {
  readonly sentences: readonly string[];
}

/** Of at least two heaps. */
export function trendOfRows(given: readonly HeapRows[]): HeapTrend {
  const heaps = withOneBuildsNames(given);
  const sections = perSection((section) => trendOfSection(mergeRows(heaps.map((heap) => heap.sections[section]))));
  const least = leastTold(heaps);
  const paths = heaps.map((heap) => heap.paths);
  const changes = findPathChanges(paths, least).filter(({bytes}) => growsInEveryStep(bytes));
  const goroutines = changesOf(mergeRows([heaps[0]!, heaps.at(-1)!].map((heap) => heap.sections.goroutine_groups)));
  const growing = new Set(sections.goroutine_groups.filter(({grows}) => grows).map(({name}) => name));
  const groups = goroutines.filter(({name}) => growing.has(name));
  return {sentences: trendSentences({changes, goroutines: groups, thread: heaps[0]!.thread}, least), ...sections};
}

function trendOfSection(series: readonly RowSeries[]): TrendRow[] {
  const rows = series.filter(({counts, bytes}) => !isSteady(counts) || !isSteady(bytes)).map(trendOfRow);
  return rows.sort((a, b) => Number(b.grows) - Number(a.grows) || b.delta_bytes - a.delta_bytes || (a.name < b.name ? -1 : 1));
}

function trendOfRow({name, counts, bytes}: RowSeries): TrendRow {
  const [first, last] = [counts[0], counts.at(-1)];
  const delta_count = first === null || last === null ? null : last! - first!;
  return {name, counts, bytes, delta_count, delta_bytes: bytes.at(-1)! - bytes[0]!, grows: growsInEveryStep(bytes)};
}

function growsInEveryStep(values: readonly number[]): boolean {
  return values.every((value, step) => step === 0 || value > values[step - 1]!);
}
function isSteady(values: readonly (number | null)[]): boolean {
  return values.every((value) => value === values[0]);
}
