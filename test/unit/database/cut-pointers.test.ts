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
    expect([cut.length, [...cut.sources()]]).toEqual([count, [...new Set(pointers.map(({source}) => source))].sort((a, b) => a - b)]);
    const all = Array.from({length: 14 * 24}, (_, at) => ({source: Math.floor(at / 24), offset: (at % 24) * 8}));
    for (const asked of [...all, ...[...all].reverse(), ...some(500)])
      expect(cut.has(asked.source, asked.offset), textOf(asked)).toBe(known.has(textOf(asked)));
  }
});

test('lists stay lists, with columns they are merged', () => {
  const lists = [some(3), some(50), some(0)];
  const flat = lists.flat();
  expect(unitePointers(lists)).toEqual(flat);
  const merged = unitePointers([lists[0]!, new CutPointers(lists[1]!), lists[2]!]);
  const cut = new CutPointers(flat);
  expect(merged).toMatchObject({length: 53, source: cut.source, offset: cut.offset});
});
