/**
 * What two heaps are compared by: the rows of a heap's tables, in sections, each row with the key that the same row of another dump of the program has.
 */
import type {Bytes} from '../base/units.js';
import type {ThreadWord} from '../graph/language.js';
import {type Closures, matchClosures} from './closure-names.js';
import type {HeapPath} from './path-changes.js';
import type {HeapRow} from './row-series.js';

/** In the order in which they are shown. */
export const SECTIONS = ['holders', 'owners', 'types', 'packages', 'goroutine_groups', 'memory', 'waste', 'sites'] as const;
export type RowSection = (typeof SECTIONS)[number];
export type PerSection<T> = {readonly [S in RowSection]: T};

export interface HeapRows {
  /** '' when unknown. */
  readonly buildId: string;
  /** The same in all dumps of one process; '' when unknown. */
  readonly process: string;
  /** What a flow of control is called. */
  readonly thread: ThreadWord;
  /** What is reachable. */
  readonly bytes: Bytes;
  readonly sections: PerSection<readonly HeapRow[]>;
  readonly paths: readonly HeapPath[];
  /** Of the whole program. */
  readonly closures: Closures;
}

export function perSection<T>(make: (section: RowSection) => T): PerSection<T> {
  return Object.fromEntries(SECTIONS.map((section) => [section, make(section)])) as PerSection<T>;
}

/** A step of a path through a closure: it does not say which function's, and what is captured is called the same in another build. */
const CAPTURING = /\.(?:func)?\d+(?=‹captured )/g;

/** The heaps with closures called as the last one's build calls them; steps of paths through them without their number where builds differ. */
export function withOneBuildsNames(heaps: readonly HeapRows[]): readonly HeapRows[] {
  const last = heaps.at(-1)!;
  if (last.buildId !== '' && heaps.every(({buildId}) => buildId === last.buildId)) return heaps;
  return heaps.map((heap) => {
    const rename = matchClosures(heap.closures, last.closures);
    return renamed(heap, (text) => (text.includes('.func') ? rename(text).replace(CAPTURING, '.func') : text));
  });
}

function renamed(heap: HeapRows, rename: (text: string) => string): HeapRows {
  const row = ({key, name, likeness, ...sizes}: HeapRow) => {
    return {key: rename(key), name: rename(name), likeness: likeness === undefined ? undefined : rename(likeness), ...sizes};
  };
  return {
    ...heap,
    sections: perSection((section) => heap.sections[section].map(row)),
    paths: heap.paths.map(({name, types, ...path}) => {
      return {name: rename(name), types: types.map((objects) => ({...objects, type: rename(objects.type)})), ...path};
    }),
  };
}
