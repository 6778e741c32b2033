import {expect, test} from 'vitest';
import {checkEdgeCount, EdgeColumns, packSpans} from '../../../src/heap/edge-columns.js';
import type {TypeWords} from '../../../src/runtime/types/type-words.js';
import {HEAP, heapIndex} from '../../kit/heap-index.js';

const GIB = 2 ** 30;
const index = heapIndex([
  {start: HEAP, pages: 1, slotSize: 64, slots: 128, free: [9]},
  {start: HEAP + 8192, pages: 2, slotSize: 1024, slots: 16, header: 8},
  {start: HEAP + GIB, pages: (5 * GIB) / 8192, slotSize: 5 * GIB, slots: 1},
]);
const noTypes = {highs: new Uint8Array(32768), typeOf: () => 0} as unknown as TypeWords;

/** Edges of objects whose words are given: [owner, slot, target, offset into the target's slot]. */
function trace(owners: readonly (readonly number[])[]) {
  const columns = new EdgeColumns(index, packSpans(index), noTypes);
  owners.forEach((values, owner) => {
    const words = new Uint32Array(values.flatMap((value) => [value % 2 ** 32, Math.floor(value / 2 ** 32)]));
    for (let slot = 0; slot < values.length; slot++) columns.add(words, owner, 0, slot);
    columns.resolve(words);
  });
  const edges = columns.finish();
  const found = [];
  for (let owner = 0; owner < index.count; owner++) {
    for (let edge = edges.first[owner]!; edge < edges.first[owner + 1]!; edge++) {
      const interior = edges.interiorEdge.indexOf(edge);
      found.push([owner, edges.slot[edge], edges.target[edge], interior < 0 ? 'start' : edges.interiorOffset[interior]]);
    }
  }
  return {found, dangling: edges.danglingOwner.length};
}

test('words become edges to the objects they point into', () => {
  const {found, dangling} = trace([[0, HEAP + 64, 0x400000, HEAP + 2 * 64 + 8], [], [HEAP + 9 * 64, HEAP + 10 * 64]]);
  expect(found).toEqual([
    [0, 1, 1, 'start'],
    [0, 3, 2, 8],
    [2, 1, 9, 'start'], // slot 10: one slot before it is free
  ]);
  expect(dangling).toBe(1);
});

test('the start of the data of an object with a header is behind the header', () => {
  const {found} = trace([[HEAP + 8192 + 1024 + 8, HEAP + 8192 + 1024, HEAP + 8192 + 24]]);
  expect(found.map(([, , target, offset]) => [target, offset])).toEqual([
    [128, 'start'],
    [128, 0],
    [127, 24],
  ]);
});

test('an object over 4 GiB is one object wherever one points into it', () => {
  const {found} = trace([[HEAP + GIB, HEAP + GIB + 8, HEAP + GIB + 4 * GIB, HEAP + 6 * GIB - 8]]);
  expect(found.map(([, , target, offset]) => [target, offset])).toEqual([
    [143, 'start'],
    [143, 8],
    [143, 4 * GIB],
    [143, 5 * GIB - 8],
  ]);
});

test('more pointers than rows have numbers', () => {
  checkEdgeCount(2 ** 31 + 1);
  expect(() => checkEdgeCount(2 ** 32 - 1)).toThrow(
    expect.objectContaining({code: 'limit', message: 'the heap has more than 4290772992 pointers'}),
  );
});
