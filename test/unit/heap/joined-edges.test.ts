/** Runs of edges whose columns have room in the shared ones, and such that have none: more than a million edges of two objects. */
import {expect, test} from 'vitest';
import {ROOM_FOR_ROOTS} from '../../../src/heap/edge-columns.js';
import {JoinedEdges, shareEdges} from '../../../src/heap/joined-edges.js';
import {HEAP, heapIndex} from '../../kit/heap-index.js';

const none = new Uint32Array(0);
const index = heapIndex([
  {start: HEAP, pages: 1, slotSize: 4096, slots: 2},
  {start: HEAP + 8192, pages: 1, slotSize: 4096, slots: 2},
]);

/** A run of one span, whose two objects have so many edges; slots and targets follow from the edge's number in all. */
function runOf(before: number, counts: readonly [number, number]) {
  const count = counts[0] + counts[1];
  const slot = Uint32Array.from({length: count}, (_, edge) => (before + edge) * 3);
  const target = Uint32Array.from({length: count}, (_, edge) => (before + edge) * 7);
  return {first: Uint32Array.of(0, counts[0], count), slot, target};
}

test.each([
  {room: 'for all', first: [3, 4] as const, second: [0, 2] as const},
  {room: 'for the first run', first: [3, 4] as const, second: [ROOM_FOR_ROOTS, 5] as const},
  {room: 'for none', first: [ROOM_FOR_ROOTS, 9] as const, second: [2, 0] as const},
])('room $room', ({first, second}) => {
  const joined = new JoinedEdges(index, 2);
  const before = first[0] + first[1];
  const total = before + second[0] + second[1];
  for (const [run, own] of [runOf(0, first), runOf(before, second)].entries()) {
    joined.append({
      ...shareEdges(joined.shared, run, run * 2, own),
      bitmaps: {from: run, firstWord: Uint32Array.of(0), words: Uint32Array.of(run)},
      interiorEdge: Uint32Array.of(1),
      interiorOffset: Float64Array.of(8),
      headerObject: none,
      headerType: new Float64Array(0),
      interfaceEdge: none,
      interfaceType: new Float64Array(0),
      danglingOwner: none,
    });
  }
  const edges = joined.finish();
  expect([...edges.first]).toEqual([0, first[0], before, before + second[0], total]);
  expect([edges.slot.length, edges.target.length]).toEqual([total, total]);
  expect(edges.slot.every((slot, edge) => slot === edge * 3) && edges.target.every((target, edge) => target === edge * 7)).toBe(true);
  expect([...edges.interiorEdge]).toEqual([1, before + 1]);
  expect(edges.bitmaps.parts().words).toEqual(Uint32Array.of(0, 1));
});
