/**
 * Rows of several heaps of one program → the same rows side by side, by their keys; of two heaps, what became of each. What a row is – a holder, an
 * owner, a type – does not matter here.
 */
import {remember} from '../base/remember.js';
import type {Bytes} from '../base/units.js';

/** One row of one heap. Rows of equal key are summed. */
export interface HeapRow {
  readonly key: string;
  readonly name: string;
  readonly count: number | null; // null: nothing is counted
  readonly bytes: Bytes;
  /** Of a node, type or goroutine that the row is about, where it is about one. */
  readonly id?: number | null;
  /** Rows that vanish and appear with the same are one that moved; undefined for those that cannot. */
  readonly likeness?: string | undefined;
}

/** A row in each heap, in their order. */
export interface RowSeries {
  readonly key: string;
  readonly name: string;
  readonly counts: readonly (number | null)[]; // 0 where there is no such row
  readonly bytes: readonly Bytes[];
  readonly ids: readonly (number | null)[]; // the first row's of that key
  readonly isThere: readonly boolean[];
  readonly likeness: string | undefined;
}

export type RowState = 'new' | 'gone' | 'grown' | 'shrunk' | 'moved';

/** What became of a row between two heaps. */
export interface RowChange {
  readonly name: string;
  readonly from: string | null; // what a row that moved was called before
  readonly before_count: number | null;
  readonly after_count: number | null;
  readonly before_bytes: Bytes;
  readonly after_bytes: Bytes;
  readonly delta_count: number | null;
  readonly delta_bytes: Bytes;
  readonly after_id: number | null; // of the second heap: a holder's node, a type, a goroutine
  readonly state: RowState;
}

/** In the order in which the keys are met. */
export function mergeRows(heaps: readonly (readonly HeapRow[])[]): RowSeries[] {
  const series = new Map<string, {-readonly [K in keyof RowSeries]: RowSeries[K] extends readonly (infer V)[] ? V[] : RowSeries[K]}>();
  for (const [heap, rows] of heaps.entries()) {
    for (const {key, name, count, bytes, id = null, likeness} of rows) {
      const row = remember(series, key, () => ({
        key,
        name,
        counts: heaps.map(() => (count === null ? null : 0)),
        bytes: heaps.map(() => 0),
        ids: heaps.map(() => null),
        isThere: heaps.map(() => false),
        likeness,
      }));
      if (count !== null) row.counts[heap] = (row.counts[heap] ?? 0) + count;
      row.bytes[heap]! += bytes;
      row.ids[heap] ??= id;
      row.isThere[heap] = true;
    }
  }
  return [...series.values()];
}

/** Those that differ, the largest difference first. */
export function changesOf(series: readonly RowSeries[]): RowChange[] {
  const changes = joinMoved(series.filter(differs));
  return changes.sort((a, b) => sizeOfChange(b) - sizeOfChange(a) || compareText(a.name, b.name));
}

function differs({counts, bytes, isThere}: RowSeries): boolean {
  return counts[0] !== counts[1] || bytes[0] !== bytes[1] || isThere[0] !== isThere[1];
}

/** What a row that moved held counts as well: a move is no small thing because nothing grew. */
function sizeOfChange({state, delta_bytes, after_bytes, delta_count}: RowChange): number {
  return (state === 'moved' ? after_bytes : Math.abs(delta_bytes)) + Math.abs(delta_count ?? 0) / 2 ** 32;
}

/** Of several candidates the ones that are most alike in size. */
function joinMoved(series: readonly RowSeries[]): RowChange[] {
  const appeared = new Map<string, RowSeries[]>(); // by likeness
  for (const row of series) if (row.likeness !== undefined && !row.isThere[0]) remember(appeared, row.likeness, () => []).push(row);
  const taken = new Map<RowSeries, RowSeries>(); // what appeared → what vanished
  for (const vanished of series) {
    if (vanished.likeness === undefined || vanished.isThere[1]) continue;
    const distance = (row: RowSeries) => Math.abs(row.bytes[1]! - vanished.bytes[0]!);
    const alike = (appeared.get(vanished.likeness) ?? []).filter((row) => !taken.has(row));
    if (alike.length > 0)
      taken.set(
        alike.reduce((best, row) => (distance(row) < distance(best) ? row : best)),
        vanished,
      );
  }
  const gone = new Set(taken.values());
  return series.flatMap((row) => (gone.has(row) ? [] : [changeOf(row, taken.get(row))]));
}

function changeOf(row: RowSeries, movedFrom: RowSeries | undefined): RowChange {
  const [before_count, after_count] = [(movedFrom ?? row).counts[0]!, row.counts[1]!];
  const [before_bytes, after_bytes] = [(movedFrom ?? row).bytes[0]!, row.bytes[1]!];
  const delta_count = before_count === null || after_count === null ? null : after_count - before_count;
  const delta_bytes = after_bytes - before_bytes;
  const sizes = {before_count, after_count, before_bytes, after_bytes, delta_count, delta_bytes, after_id: row.ids[1]!};
  return {name: row.name, from: movedFrom?.name ?? null, ...sizes, state: movedFrom ? 'moved' : stateOf(row, delta_count, delta_bytes)};
}

function stateOf({isThere}: RowSeries, deltaCount: number | null, deltaBytes: number): RowState {
  if (!isThere[0]) return 'new';
  if (!isThere[1]) return 'gone';
  return (deltaBytes || deltaCount || 0) > 0 ? 'grown' : 'shrunk';
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
