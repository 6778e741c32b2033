import {expect, test} from 'vitest';
import {compareLives, type ObjectList, type ObjectLives} from '../../../src/findings/object-lives.js';
import {seededRandom} from '../../kit/random-graph.js';

interface Slot {
  readonly address: number;
  readonly words: number;
  readonly type: number;
  readonly path: number;
}

function listOf(slots: readonly Slot[]): ObjectList {
  const sorted = [...slots].sort((a, b) => a.address - b.address);
  const column = (key: keyof Slot) => sorted.map((slot) => slot[key]);
  return {
    address: Float64Array.from(column('address')),
    words: Uint32Array.from(column('words')),
    type: Uint32Array.from(column('type')),
    path: Uint32Array.from(column('path')),
  };
}

/** In several lists, of which one is empty. */
function listsOf(slots: readonly Slot[]): ObjectList[] {
  const third = Math.floor(slots.length / 3);
  return [listOf(slots.slice(0, third)), listOf([]), listOf(slots.slice(third))];
}

function livesOf(...dumps: readonly [ObjectList[], ObjectList[], ObjectList[]?]): ObjectLives {
  const comparison = compareLives(...dumps);
  for (let step = comparison.next(); ; step = comparison.next()) if (step.done) return step.value;
}

test('what the type of is not known in one of the dumps is the same', () => {
  const [known, unknown, other] = [2, 0, 3].map((type) => listOf([{address: 64, words: 4, type, path: 1}]));
  const born = (before: ObjectList, after: ObjectList) => livesOf([before], [after]).types.reduce((sum, row) => sum + row.born.count, 0);
  expect([born(known!, unknown!), born(unknown!, known!), born(known!, other!), born(known!, known!)]).toEqual([0, 0, 1, 0]);
});

test.each(Array.from({length: 50}, (_, seed) => seed))('random dumps %i, by definition', (seed) => {
  const random = seededRandom(seed + 1);
  const dump = () =>
    Array.from(
      {length: 60},
      (_, at): Slot => ({address: 0xc000000000 + at * 64, words: 1 + random(2), type: 1 + random(2), path: 1 + random(3)}),
    ).filter(() => random(3) > 0);
  const [before, after, third] = [dump(), dump(), dump()];
  const same = (slot: Slot, dumped: readonly Slot[]) =>
    dumped.some(({address, words, type}) => address === slot.address && words === slot.words && type === slot.type);
  const sum = (slots: readonly Slot[]) => ({count: slots.length, bytes: slots.reduce((total, {words}) => total + words * 8, 0)});
  const lives = livesOf(listsOf(before), listsOf(after), listsOf(third));
  expect(livesOf(listsOf(before), listsOf(after))).toEqual({...lives, kept: []});
  for (const {type, survived, died, born} of lives.types) {
    const of = (slots: readonly Slot[]) => slots.filter((slot) => slot.type === type);
    expect(survived).toEqual(sum(of(after).filter((slot) => same(slot, before))));
    expect(born).toEqual(sum(of(after).filter((slot) => !same(slot, before))));
    expect(died).toEqual(sum(of(before).filter((slot) => !same(slot, after))));
  }
  const kept = third.filter((slot) => same(slot, after) && !same(slot, before));
  expect(lives.kept.reduce((total, {count}) => total + count, 0)).toBe(kept.length);
  for (const {path, type, count, bytes} of lives.kept)
    expect({count, bytes}).toEqual(sum(kept.filter((slot) => slot.path === path && slot.type === type)));
});
