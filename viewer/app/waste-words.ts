/**
 * A place that wastes memory → a sentence. docs/findings.md explains the kinds.
 */
import type {RowOf} from '../../src/database/queries/run-query.js';
import type {waste} from '../../src/database/queries/waste-queries.js';
import {counted} from './format.js';

type Place = Pick<RowOf<typeof waste>, 'kind' | 'path' | 'type' | 'count'>;

interface Words {
  /** Of what `count` counts. */
  readonly one: string;
  /** Behind the number and the place. */
  readonly rest: string;
  /** `one` says the type. */
  readonly isTyped?: boolean;
}

const WORDS: Readonly<Record<string, Words>> = {
  capacity: {one: 'array', rest: 'with room behind their slices that none of them uses'},
  pinned: {one: 'array', rest: 'kept whole for a small part: no slice, string or pointer reaches the rest'},
  pooled: {one: 'object', rest: 'that only a sync.Pool keeps'},
  'sparse-map': {one: 'map', rest: 'with cells for many more entries than they have'},
  'empty-map': {one: 'map', rest: 'without an entry'},
  'duplicate-string': {one: 'string', rest: 'equal to others byte by byte', isTyped: true},
  'duplicate-bytes': {one: 'byte slice', rest: 'equal to others byte by byte', isTyped: true},
  padding: {one: 'object', rest: 'larger than with another order of the fields'},
  'size-class': {one: 'object', rest: 'in slots larger than what they need'},
  'free-slots': {one: 'slot', rest: 'without an object'},
  'span-tails': {one: 'span', rest: 'with an end that fits no slot'},
};

/** These go by the size of the slot: the price of the allocator, and no place in the program. */
export const BY_SLOT: ReadonlySet<string | null> = new Set(['size-class', 'free-slots', 'span-tails']);

export function wasteSentence({kind, path, type, count}: Place): string {
  const {one, rest, isTyped} = WORDS[kind!] ?? {one: 'object', rest: 'not in use'};
  const what = type === null || isTyped ? '' : ` of ${type}`;
  const where = BY_SLOT.has(kind)
    ? ` of the ${path ?? 'other slots'}`
    : path !== null
      ? ` at ${path}`
      : type === null
        ? ' in other places'
        : '';
  return `${counted(count!, one)}${what}${where}, ${rest}.`;
}
