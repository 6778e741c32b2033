import {describe, expect, test} from 'vitest';
import {addressOf, objectAt} from '../../../src/graph/objects.js';
import {findTarget, type Target} from '../../../src/heap/find-objects.js';
import {HEAP, heapIndex} from '../../kit/heap-index.js';

const GIB = 2 ** 30;
const index = heapIndex([
  {start: HEAP, pages: 1, slotSize: 48, slots: 168, free: [1, 33, 167]},
  {start: HEAP + 8192, pages: 2, slotSize: 1024, slots: 16, header: 8},
  {start: HEAP + 64 * 2 ** 20 - 8192, pages: 2, slotSize: 16384, slots: 1}, // over the border of two arenas
  {start: HEAP + GIB, pages: (5 * GIB) / 8192, slotSize: 5 * GIB, slots: 1},
]);

describe('findTarget', () => {
  const lookUp = (address: number) => {
    const target: Target = {object: -1, offset: -1};
    return findTarget(index, address, target) ? [target.object, target.offset] : undefined;
  };

  test.each([
    ['the first slot', HEAP, [0, 0]],
    ['inside a slot behind a free one', HEAP + 2 * 48 + 40, [1, 40]],
    ['behind the second free one', HEAP + 34 * 48, [32, 0]],
    ['a free slot', HEAP + 48, undefined],
    ['the tail behind the last slot', HEAP + 168 * 48 + 8, undefined],
    ['the data of an object with a header', HEAP + 8192 + 3 * 1024 + 8, [168, 8]],
    ['the second arena of a span', HEAP + 64 * 2 ** 20 + 8, [181, 8200]],
    ['the last byte of an object over 4 GiB', HEAP + 6 * GIB - 1, [182, 5 * GIB - 1]],
    ['a page without a span', HEAP + 64 * 8192, undefined],
    ['an address below the heap', 0x4000, undefined],
    ['an address above user space', 2 ** 52, undefined],
  ])('%s', (_, address, expected) => {
    expect(lookUp(address)).toEqual(expected);
  });

  test('agrees with the accessors of the graph for every object', () => {
    const graph = {spans: index.spans, objects: index};
    expect(index.count).toBe(183);
    for (let object = 0; object < index.count; object++) {
      const address = addressOf(graph, object);
      expect(lookUp(address)).toEqual([object, 0]);
      expect(objectAt(graph, address + 7)).toBe(object);
    }
  });
});
