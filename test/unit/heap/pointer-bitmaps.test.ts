/** Pointer bits of objects of all sizes, kept span by span and asked for window by window, against the bits that were given. */
import {describe, expect, test} from 'vitest';
import {PointerBitmaps} from '../../../src/heap/pointer-bitmaps.js';
import {HEAP, heapIndex} from '../../kit/heap-index.js';
import {seededRandom} from '../../kit/random-graph.js';

const SPANS = [
  {start: HEAP, pages: 1, slotSize: 8, slots: 1024},
  {start: HEAP + 8192, pages: 1, slotSize: 48, slots: 168},
  {start: HEAP + 2 * 8192, pages: 1, slotSize: 512, slots: 16},
  {start: HEAP + 3 * 8192, pages: 1, slotSize: 1152, slots: 7},
  {start: HEAP + 4 * 8192, pages: 8, slotSize: 65536, slots: 1},
];

describe('bits are those of the object', () => {
  const index = heapIndex(SPANS);
  const bitmaps = new PointerBitmaps(index);
  const random = seededRandom(7);
  const given = SPANS.map(({pages}) => Uint32Array.from({length: pages * 32}, () => random(2 ** 32)));
  given.forEach((bits, span) => {
    const half = bits.length / 2;
    bitmaps.keep(span, bits.subarray(0, half)); // large objects come in pieces
    bitmaps.keep(span, bits.subarray(half));
  });

  test.each(SPANS.map(({slotSize}, span) => ({slotSize, span})).filter(({slotSize}) => slotSize > 8))(
    'of $slotSize bytes',
    ({slotSize, span}) => {
      const into = new Uint32Array(2);
      const words = slotSize / 8;
      for (let object = index.firstObject[span]!; object < index.firstObject[span + 1]!; object++) {
        for (let word = 0; word < words; word++) {
          expect(bitmaps.read(object, span, into, word - (word % 64))).toBe(true);
          const bit = index.slot[object]! * words + word;
          expect((into[(word >>> 5) & 1]! >>> (word & 31)) & 1).toBe((given[span]![bit >>> 5]! >>> (bit & 31)) & 1);
        }
      }
    },
  );

  test('an object of one word is a pointer, whatever the bits say', () => {
    const into = new Uint32Array(2);
    expect([bitmaps.read(0, 0, into), ...into]).toEqual([true, 1, 0]);
  });

  test('spans of which nothing was kept have none', () => {
    const empty = new PointerBitmaps(index);
    expect([empty.has(1), bitmaps.has(1), empty.read(1030, 1, new Uint32Array(2))]).toEqual([false, true, false]);
  });
});
