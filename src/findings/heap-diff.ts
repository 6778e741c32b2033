/**
 * Two heaps of one program → what became of each row, and in sentences what a person should know first. A heap and itself differ in nothing.
 */

import {sentencesOf} from './change-sentences.js';
import {type HeapRows, type PerSection, perSection, withOneBuildsNames} from './heap-rows.js';
import type {KeptObjects} from './object-lives.js';
import {findPathChanges, type HeapPath, type PathChange} from './path-changes.js';
import {changesOf, mergeRows, type RowChange} from './row-series.js';

export interface RowDiff extends PerSection<readonly RowChange[]> {
  readonly sentences: readonly string[];
}

/** What is less than this share of the larger heap is in the tables alone. */
export const TOLD_FROM = 0.01;

export function diffRows(before: HeapRows, after: HeapRows): RowDiff {
  const heaps = withOneBuildsNames([before, after]);
  const sections = perSection((section) => changesOf(mergeRows(heaps.map((heap) => heap.sections[section]))));
  const least = leastTold(heaps);
  const changes = findPathChanges(
    heaps.map(({paths}) => paths),
    least,
  );
  const bytes = heaps.map((heap) => heap.bytes);
  return {sentences: sentencesOf({bytes, changes, goroutines: sections.goroutine_groups, thread: after.thread}, least), ...sections};
}

export function leastTold(heaps: readonly HeapRows[]): number {
  return Math.max(1, TOLD_FROM * Math.max(...heaps.map(({bytes}) => bytes)));
}

/** What some objects of a heap are, as places: as if the heap had been empty without them. `types`: names by the numbers of `kept`. */
export function placesOfKept({paths, bytes}: HeapRows, kept: readonly KeptObjects[], types: readonly string[]): PathChange[] {
  const held = new Map(paths.map(({id}) => [id, 0]));
  const parents = new Map(paths.map(({id, parent}) => [id, parent]));
  for (const row of kept)
    for (let at: number | null | undefined = row.path; at; at = parents.get(at)) held.set(at, held.get(at)! + row.bytes);
  const countOf = new Map(kept.map((row) => [`${row.path} ${types[row.type]}`, row]));
  const now = paths.map((path): HeapPath => {
    const objects = path.types.flatMap((row) => {
      const found = countOf.get(`${path.id} ${row.type}`);
      return found === undefined ? [] : [{...row, objects: found.count, values: found.count, bytes: found.bytes}];
    });
    return {...path, held: held.get(path.id)!, types: objects};
  });
  return findPathChanges([[], now], Math.max(1, TOLD_FROM * bytes));
}
