/** Extents of arrays against a map of bytes: random slices, strings and pointers, overlapping, touching and apart. */
import {describe, expect, test} from 'vitest';
import {computeReachability} from '../../../src/analyses/reachability.js';
import {NONE} from '../../../src/base/units.js';
import {addressOf, headerOf} from '../../../src/graph/objects.js';
import {computeArrayViews, computeUsedRoom, isText, ROW, ROW_WORDS, usedRoomOf, VIEW} from '../../../src/values/array-views.js';
import {ExtentSums} from '../../../src/values/extent-sums.js';
import {memory} from '../../kit/bytes-in-memory.js';
import {graphFromText, nodeNamed} from '../../kit/graph-from-text.js';
import {seededRandom} from '../../kit/random-graph.js';

/** Field type → bytes of an element, and words of the field. */
const FIELDS = {
  '[]uint8': {size: 1, words: 3},
  '[]uint32': {size: 4, words: 3},
  string: {size: 1, words: 2},
  '*uint32': {size: 4, words: 1},
  'unsafe.Pointer': {size: 0, words: 1},
} as const;
type FieldType = keyof typeof FIELDS;

interface View {
  readonly field: FieldType;
  readonly array: number;
  readonly start: number;
  readonly length: number;
  readonly capacity: number;
}

/** Slots: of the tiny allocator, small, with a header, and of pages. */
const SLOTS = [16, 64, 1024, 8192];

function randomViews(seed: number): View[] {
  const random = seededRandom(seed);
  const names: FieldType[] = [
    '[]uint8',
    '[]uint8',
    '[]uint32',
    'string',
    'string',
    '*uint32',
    ...(seed % 5 === 0 ? ['unsafe.Pointer' as const] : []),
  ];
  return Array.from({length: 1 + random(12)}, () => {
    const field = names[random(names.length)]!;
    const array = random(SLOTS.length);
    const {size} = FIELDS[field];
    const places = Math.floor(SLOTS[array]! / Math.max(1, size));
    const near = random(2) === 0 ? Math.min(places, 12) : places; // close together: they touch
    const start = random(near);
    const capacity = field === '*uint32' ? 1 : random(near - start + 1);
    const length = field === 'string' || field === '*uint32' ? capacity : random(capacity + 1);
    return {field, array, start: start * Math.max(1, size), length, capacity};
  });
}

/** A struct with the views as its fields, in the variable main.h. */
function heapOf(views: readonly View[]) {
  const offsets = [0];
  for (const {field} of views) offsets.push(offsets.at(-1)! + FIELDS[field].words * 8);
  const size = offsets.at(-1)!;
  const fields = views.map(({field}, at) => `f${at}@${offsets[at]}:${field}`).join(' ');
  const pointers = views.map(({array, start}, at) => `${offsets[at]}=a${array}:${start}`).join(' ');
  const graph = graphFromText(`
    type uint8 1 kind=uint8; type uint32 4 kind=uint32; type main.H ${size} ${fields}
    global main.h : *main.H -> h; h : main.H size=${Math.ceil(size / 64) * 64} -> ${pointers}
    ${SLOTS.map((slot, array) => `a${array} : uint8 x${slot} size=${slot} noscan`).join('; ')}
  `);
  const objectOf = (name: string) => nodeNamed(graph, name) - 1 - graph.roots.count;
  const words = views.flatMap(({field, length, capacity}) => [1, length, capacity].slice(0, FIELDS[field].words));
  const contents = memory({[addressOf(graph, objectOf('h')) + headerOf(graph, objectOf('h'))]: words});
  const {reachable} = computeReachability(graph);
  const usedOf = (element: string) =>
    computeUsedRoom(
      graph,
      contents,
      reachable,
      Uint8Array.from(graph.types.name, (name) => (name === element ? 1 : 0)),
    );
  return {graph, objectOf, views: computeArrayViews(graph, contents, reachable), usedOf};
}

describe('what views cover equals a map of bytes', () => {
  test('on 300 random structs', () => {
    const seen = {whole: 0, value: 0, further: 0, reserve: 0};
    for (let seed = 0; seed < 300; seed++) {
      const planted = randomViews(seed);
      const {objectOf, views, usedOf} = heapOf(planted);
      const [used8, used32] = [usedOf('uint8'), usedOf('uint32')];
      const sums = new ExtentSums(views);
      for (const [array, slot] of SLOTS.entries()) {
        const own = planted.filter((view) => view.array === array);
        const headers = own.filter(({field}) => field !== '*uint32' && field !== 'unsafe.Pointer');
        const row = views.rowOf[objectOf(`a${array}`)]!;
        expect(row === NONE, `seed ${seed}, array ${array}`).toBe(headers.length === 0);
        expect(used32(objectOf(`a${array}`))).toBe(0); // no array has elements of that type
        if (row === NONE) continue;
        const isWhole = own.some(({field}) => field === 'unsafe.Pointer');
        const [used, room] = [new Uint8Array(slot), new Uint8Array(slot)];
        for (const {field, start, length, capacity} of own) {
          const {size} = FIELDS[field];
          used.fill(1, start, start + length * size);
          room.fill(1, start, start + capacity * size);
        }
        const covered = isWhole ? slot : used.reduce((sum, bit) => sum + bit, 0);
        const reserve = isWhole ? 0 : room.reduce((sum, bit, at) => sum + (bit & ~used[at]!), 0);
        const limit = isWhole ? slot : Math.max(...own.map(({field, start, capacity}) => start + capacity * FIELDS[field].size));
        sums.measure(row, slot);
        expect({covered: sums.covered, reserve: sums.reserve, limit: sums.limit}, `seed ${seed}, array ${array}`).toEqual({
          covered,
          reserve,
          limit,
        });
        const slices = own.filter(({field}) => field === '[]uint8');
        expect(usedRoomOf(views, objectOf(`a${array}`))).toBe(Math.max(0, ...slices.map(({start, length}) => start + length)));
        expect(used8(objectOf(`a${array}`))).toBe(usedRoomOf(views, objectOf(`a${array}`)));
        expect(isText(views, row)).toBe(headers.some(({field}) => field === 'string'));
        if (isWhole) seen.whole++;
        if (views.rows[row * ROW_WORDS + ROW.further] !== NONE) seen.further++;
        if (reserve > 0) seen.reserve++;
        if ((views.rows[row * ROW_WORDS + ROW.flags]! & VIEW.value) !== 0) seen.value++;
      }
    }
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(20);
  });
});

test('a header that is torn, leads beyond its slot or is not in the dump makes no waste', () => {
  for (const [length, capacity] of [
    [9, 8],
    [16, 2 ** 40],
    [70, 80],
  ]) {
    const {objectOf, views} = heapOf([{field: '[]uint8', array: 1, start: 0, length: length!, capacity: capacity!}]);
    const sums = new ExtentSums(views);
    sums.measure(views.rowOf[objectOf('a1')]!, 64);
    expect([sums.covered, sums.reserve]).toEqual([64, 0]);
  }
  const graph = graphFromText('type uint8 1 kind=uint8; global main.s : []uint8 -> a; a : uint8 x64 size=64 noscan');
  const views = computeArrayViews(graph, {bytes: () => undefined}, computeReachability(graph).reachable);
  const sums = new ExtentSums(views);
  sums.measure(0, 64);
  expect([sums.covered, sums.reserve]).toEqual([64, 0]);
});
