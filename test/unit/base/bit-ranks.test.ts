/** Members and the rest find their places, whether the set is dense or thin. */
import {expect, test} from 'vitest';
import {BitRanks} from '../../../src/base/bit-ranks.js';
import {seededRandom} from '../../kit/random-graph.js';

test.each([1, 2, 31, 32, 33, 700, 5000])('every %d-th of 10,000, and random ones', (step) => {
  const random = seededRandom(step);
  for (const members of [
    Array.from({length: Math.ceil(10_000 / step)}, (_, at) => at * step),
    Array.from({length: 10_000}, (_, at) => at).filter(() => random(step) === 0),
    [],
  ]) {
    const ranks = new BitRanks(members, 10_000);
    const places = new Map(members.map((member, at) => [member, at]));
    for (let number = 0; number < 10_000; number++) {
      expect(ranks.find(number)).toBe(places.get(number) ?? -1);
      expect(ranks.has(number)).toBe(places.has(number));
    }
  }
});
