/** Pages that are not all zero, against a look at every byte. */
import {describe, expect, test} from 'vitest';
import {MemorySource} from '../../../src/base/bytes.js';
import {findTouchedPages} from '../../../src/image/touched-pages.js';

const PAGE = 4096;

/** Ranges at random addresses, also such that no page begins at; most bytes are zero. */
function randomRanges(random: () => number) {
  let at = 0x10000;
  return Array.from({length: 1 + Math.floor(random() * 6)}, () => {
    const start = at + Math.floor(random() * 3) * PAGE + (random() < 0.3 ? 8 * Math.floor(random() * 512) : 0);
    const bytes = new Uint8Array(8 * Math.floor(random() * 60_000));
    for (let page = 0; page < bytes.length; page += PAGE) if (random() < 0.4) bytes[page + Math.floor(random() * PAGE)] = 1;
    at = Math.ceil((start + bytes.length) / PAGE) * PAGE;
    return {start, end: start + bytes.length, source: new MemorySource('memory', bytes), offset: 0, bytes};
  });
}

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('touched pages', () => {
  test.each(Array.from({length: 40}, (_, seed) => seed))('seed %i', async (seed) => {
    const random = generator(seed);
    const ranges = randomRanges(random);
    const runs = await findTouchedPages(ranges.toReversed());
    const inPage = new Map<number, boolean>();
    for (const {start, bytes} of ranges) {
      for (const [i, byte] of bytes.entries()) {
        const page = Math.floor((start + i) / PAGE);
        inPage.set(page, (inPage.get(page) ?? false) || byte !== 0);
      }
    }
    const isTouched = (address: number) =>
      inPage.get(Math.floor(address / PAGE)) === true && ranges.some(({start, end}) => address >= start && address < end);
    const [low, high] = [ranges[0]!.start - 64, ranges.at(-1)!.end + 64];
    for (let i = 0; i < 5; i++) {
      const start = low + 8 * Math.floor((random() * (high - low)) / 8);
      const end = Math.min(high, start + 8 * Math.floor(random() * 5000));
      let expected = 0;
      for (let word = start; word < end; word += 8) if (isTouched(word)) expected += 8;
      expect(runs.bytesIn(start, end)).toBe(expected);
      const gaps = runs.gaps(start, end);
      expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
      for (let gap = 0; gap < gaps.length; gap += 2) expect(runs.bytesIn(gaps[gap]!, gaps[gap + 1]!)).toBe(0);
      expect(gaps.reduce((sum, address, index) => sum + (index % 2 === 0 ? -address : address), 0)).toBe(
        Math.max(0, end - start) - expected,
      );
    }
  });
});
