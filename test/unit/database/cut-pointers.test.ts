/** Pointers in columns: which are there, in any order of questions, and what several lists are together. */
import {expect, test} from 'vitest';
import {CutPointers, unitePointers} from '../../../src/database/cut-pointers.js';
import {seededRandom} from '../../kit/random-graph.js';

const random = seededRandom(5);
const some = (count: number) => Array.from({length: count}, () => ({source: random(12), offset: 8 * random(20)}));
const textOf = ({source, offset}: {source: number; offset: number}) => `${source} ${offset}`;

test('questions in order and in disorder', () => {
  for (const count of [0, 1, 5, 60, 400]) {
    const pointers = some(count);
    const known = new Set(pointers.map(textOf));
    const cut = new CutPointers(pointers);
    expect(cut.length).toBe(count);
    const all = Array.from({length: 14 * 24}, (_, at) => ({source: Math.floor(at / 24), offset: (at % 24) * 8}));
    for (const asked of [...all, ...[...all].reverse(), ...some(500)])
      expect(cut.has(asked.source, asked.offset), textOf(asked)).toBe(known.has(textOf(asked)));
  }
});

test('lists stay lists, with columns they are merged; what is in several is there once', () => {
  const each = (count: number) => [...new Map(some(count).map((pointer) => [textOf(pointer), pointer])).values()];
  const lists = [each(30), each(90), each(0)];
  const known = new Set(lists.flat().map(textOf));
  expect(known.size).toBeLessThan(lists.flat().length);
  const united = unitePointers(lists) as {source: number; offset: number}[];
  expect(united.map(textOf)).toEqual([...known]);
  const cut = new CutPointers(united);
  const merged = unitePointers([lists[0]!, new CutPointers(lists[1]!), lists[2]!]);
  expect(merged).toMatchObject({length: known.size, source: cut.source, offset: cut.offset});
});
