/**
 * Maps, channels and functions against memory written by hand: both kinds of maps, what is half moved, what is damaged. The layouts are
 * those of no version of Go: what is read follows them alone.
 */
import {expect, test} from 'vitest';
import type {HeapGraph} from '../../../src/graph/heap-graph.js';
import {decodeValue} from '../../../src/values/decode-value.js';
import {TypedValue} from '../../../src/values/typed-value.js';
import type {Value} from '../../../src/values/value.js';
import {objectFinder, ValueSource} from '../../../src/values/value-source.js';
import {type Item, memory} from '../../kit/bytes-in-memory.js';
import {graphFromText} from '../../kit/graph-from-text.js';

const TEXT = `
  type main.Wide 136 Only@0:uint8
  type main.Empty 0
  type main.Maps 64 A@0:map[uint8]uint16 B@8:map[uint8]main.Wide C@16:map[int]main.Empty D@24:map[uint16]*main.Maps
  type main.Self 24 Slice@0:[]main.Self
  type main.Other 16 Chan@0:chan-int Func@8:func
  type root 8 _@0:[0]*internal/sync.indirect[uint8,uint16] v@0:unsafe.Pointer
  type internal/sync.HashTrieMap[uint8,uint16] 16 seed@0:uintptr root@8:root
  type internal/sync.indirect[uint8,uint16] 40 node@0:bool children@8:[4]unsafe.Pointer
  type internal/sync.entry[uint8,uint16] 24 node@0:bool overflow@8:unsafe.Pointer key@16:uint8 value@18:uint16
  type sync.Map 16 unknown@0:uintptr
  type closure 24 F@0:uintptr base@8:int it@16:*int
  c : closure
`;
const CELLS = {cells: 8, load: 14, inline: 128};
const BUCKETS = {
  mapOfBuckets: {...CELLS, firstMoved: 2, firstUsed: 5, live: 0, flags: 8, sameSizeGrow: 8, log2Buckets: 9, buckets: 16, oldBuckets: 24},
};
const GROUPS = {mapOfGroups: {...CELLS, live: 0, directory: 8, directoryLength: 16, groups: 8, groupMask: 16, split: 0}};
const CHANNELS = {
  channel: {live: 0, capacity: 8, buffer: 16, first: 24, receivers: 32, senders: 40},
  waiter: {goroutine: 0, next: 8},
  goroutine: {id: 16},
  closure: {code: 0, captured: 8},
};
const AT = 0x1000;

interface Setting {
  readonly layouts: HeapGraph['valueLayouts'];
  readonly at: Readonly<Record<number, readonly Item[]>>;
}
function read(type: string, {layouts, at}: Setting): Value {
  const text = graphFromText(TEXT);
  const graph = {...text, valueLayouts: layouts, functions: {address: Float64Array.of(0x400, 0x500), name: ['main.f', 'main.g']}};
  const source = new ValueSource(graph, memory(at), {absence: 'unmapped', findObject: objectFinder(graph)});
  return new TypedValue(source, {type: graph.types.name.indexOf(type), address: AT});
}
const control = (...bytes: number[]) => Uint8Array.from({length: 8}, (_, i) => bytes[i] ?? 0);
const shorts = (...numbers: number[]) => new Uint8Array(Uint16Array.from({length: 8}, (_, i) => numbers[i] ?? 0).buffer);
const pairs = (map: Value) => [...map.entries()].map(([key, element]) => [key.number(), element.number()] as const);
/** flags, log2 of the number of buckets. */
const bits = (flags: number, log2: number) => Uint8Array.of(flags, log2, 0, 0, 0, 0, 0, 0);

test('buckets: cells in use, overflow, and of the outgrown array what has not moved', () => {
  const bucket = (used: number, key: number, next: number): Item[] => [control(used), control(key), shorts(key * 10), next];
  const map = read('map[uint8]uint16', {
    layouts: BUCKETS,
    at: {
      [AT]: [0x2000],
      8192: [5, bits(0, 1), 0x3000, 0x4000],
      12288: [...bucket(5, 1, 0x5000), ...bucket(1, 9, 0)], // in use; emptied
      16384: bucket(255, 2, 0x6000), // has not moved
      20480: bucket(7, 3, 0),
      24576: bucket(8, 4, 0),
    },
  });
  expect([map.missing, map.length(), map.capacity()]).toEqual([undefined, 5, 40]);
  expect(pairs(map)).toEqual([[1, 10], [3, 30], [2, 20], [4, 40]]); // biome-ignore format: a row a pair
  const moved = {...BUCKETS.mapOfBuckets, firstUsed: 256}; // nothing but 2 … 255 is "moved"
  const other = read('map[uint8]uint16', {layouts: {mapOfBuckets: moved}, at: {[AT]: [0x2000], 8192: [1, bits(0, 0), 0, 0]}});
  expect(pairs(other)).toEqual([]);
});

test('buckets: growing to the same size, the outgrown array is as long as the new one', () => {
  const bucket = (used: number, key: number): Item[] => [control(used), control(key), shorts(key), 0];
  const at = {12288: [...bucket(5, 1), ...bucket(0, 0)], 16384: [...bucket(3, 7), ...bucket(6, 2)]};
  const growing = (flags: number) =>
    read('map[uint8]uint16', {layouts: BUCKETS, at: {[AT]: [0x2000], 8192: [2, bits(flags, 1), 0x3000, 0x4000], ...at}});
  expect(pairs(growing(8))).toEqual([[1, 1], [2, 2]]); // biome-ignore format: a row a pair
  expect(pairs(growing(0))).toEqual([[1, 1]]);
});

test('groups: one alone, and a directory with tables that occupy several places', () => {
  const free = 0x80;
  const group = (key: number): Item[] => [
    control(free, 0x7f, free, free, free, free, 0xfe, free),
    pairOf(0, 0),
    pairOf(key, key * 10),
    new Uint8Array(24),
  ];
  const small = read('map[uint8]uint16', {layouts: GROUPS, at: {[AT]: [0x2000], 8192: [1, 0x3000, 0], 12288: group(1)}});
  expect([pairs(small), small.length(), small.capacity()]).toEqual([[[1, 10]], 1, 8]);
  const large = read('map[uint8]uint16', {
    layouts: GROUPS,
    at: {
      [AT]: [0x2000],
      8192: [3, 0x3000, 4],
      12288: [0x4000, 0x4000, 0x5000, 0x6000],
      16384: [0, 0x7000, 1],
      20480: [0, 0x8000, 0],
      28672: [...group(1), ...group(2)],
      32768: group(3),
    },
  });
  expect([pairs(large), large.capacity()]).toEqual([[[1, 10], [2, 20], [3, 30]], 24]); // biome-ignore format: a row a pair
});
const pairOf = (key: number, element: number) => Uint8Array.of(key, 0, element & 255, element >> 8);

test('groups: keys and elements apart, large ones behind pointers, elements without size', () => {
  const split = {mapOfGroups: {...GROUPS.mapOfGroups, split: 1}};
  const apart = read('map[uint8]uint16', {
    layouts: split,
    at: {[AT]: [0x2000], 8192: [1, 0x3000, 0], 12288: [control(0, 128, 128, 128, 128, 128, 128, 128), control(9), shorts(90)]},
  });
  expect(pairs(apart)).toEqual([[9, 90]]);
  const used = control(128, 0, 128, 128, 128, 128, 128, 128);
  const indirect = read('map[uint8]main.Wide', {
    layouts: GROUPS,
    at: {[AT]: [0x2000], 8192: [1, 0x3000, 0], 12288: [used, 0, 0, 4, 0x5000, new Uint8Array(96)], 20480: [7, new Uint8Array(128)]},
  });
  expect([...indirect.entries()].map(([key, wide]) => [key.number(), wide.field('Only').number()])).toEqual([[4, 7]]);
  const set = read('map[int]main.Empty', {
    layouts: GROUPS,
    at: {[AT]: [0x2000], 8192: [1, 0x3000, 0], 12288: [used, 0, 0, 11, 0, new Uint8Array(96)]}, // a byte behind each key, and padding
  });
  expect([...set.entries()].map(([key, element]) => [key.number(), element.missing])).toEqual([[11, undefined]]);
});

test('damaged maps end: a chain in a circle, sizes beyond the dump, structures that are not there', () => {
  const loop: Item[] = [control(5), control(1), shorts(1), 0x3000];
  const circle = read('map[uint8]uint16', {layouts: BUCKETS, at: {[AT]: [0x2000], 8192: [3, bits(0, 0), 0x3000, 0], 12288: loop}});
  expect(pairs(circle)).toEqual([[1, 1]]);
  const huge = read('map[uint8]uint16', {
    layouts: BUCKETS,
    at: {[AT]: [0x2000], 8192: [3, bits(0, 40), 0x3000, 0], 12288: [...loop.slice(0, 3), 0]},
  });
  expect(pairs(huge)).toEqual([[1, 1]]);
  expect(pairs(read('map[uint8]uint16', {layouts: BUCKETS, at: {[AT]: [0x2000], 8192: [3, bits(0, 200), 0x3000, 0]}}))).toEqual([]);
  const gone = read('map[uint8]uint16', {layouts: BUCKETS, at: {[AT]: [0x2000]}});
  expect([gone.missing, gone.length(), gone.capacity(), pairs(gone)]).toEqual(['unmapped', undefined, undefined, []]);
  const torn = {[AT]: [0x2000], 8192: [9, 0x3000, 2 ** 40], 12288: [0x4000], 16384: [0, 0x5000, 2 ** 50]};
  expect(pairs(read('map[uint8]uint16', {layouts: GROUPS, at: torn}))).toEqual([]);
  const partial = {mapOfGroups: {...GROUPS.mapOfGroups, split: Number.NaN}};
  expect(read('map[uint8]uint16', {layouts: partial, at: torn}).missing).toBe('untyped');
});

test('channels: the ring from its oldest value, and who waits', () => {
  const at = {
    [AT]: [0x2000, 0x7000],
    8192: [2, 3, 0x3000, 2, 0, 0x4000],
    12288: [30, 31, 32],
    16384: [0x5000, 0x4010], // a waiter, and behind it the next one
    16400: [0x5008, 0],
    20480: [0, 0, 17, 18],
  };
  const channel = read('main.Other', {layouts: CHANNELS, at}).field('Chan');
  expect(channel.decode()).toEqual({length: 2, capacity: 3, content: [32, 30], senders: [17, 18], receivers: []});
  const torn = read('main.Other', {layouts: CHANNELS, at: {...at, 8192: [2 ** 40, 3, 0x3000, 2 ** 40, 0, 0]}}).field('Chan');
  expect([torn.length(), [...torn.elements()]]).toEqual([2 ** 40, []]);
  const gone = read('main.Other', {layouts: CHANNELS, at: {[AT]: [0x2000, 0]}}).field('Chan');
  expect([gone.missing, gone.length()]).toEqual(['unmapped', undefined]);
});

test('channels: waiters in a circle end', () => {
  const at = {[AT]: [0x2000, 0], 8192: [0, 0, 0, 0, 0x4000, 0], 16384: [0x5000, 0x4010], 16400: [0x5008, 0x4000], 20480: [0, 0, 17, 18]};
  const {receivers} = read('main.Other', {layouts: CHANNELS, at}).field('Chan').waiters();
  expect([...new Set(receivers)]).toEqual([17, 18]);
});

test('functions: their names, and what they captured', () => {
  const closure = graphFromText(TEXT).spans.start[0]!;
  const func = (code: number) => read('main.Other', {layouts: CHANNELS, at: {[AT]: [0, closure], [closure]: [code, 5, 0]}}).field('Func');
  expect([func(0x500).text(), func(0x501).text()]).toEqual(['main.g', undefined]);
  expect(func(0x400).decode(1)).toEqual({function: 'main.f', captured: {base: 5, it: null}});
  expect(func(0x400).decode(0)).toBe('main.f');
  expect(func(0x501).decode(0)).toBe(`0x${closure.toString(16)}`);
  expect(func(0x400).node()).toBe(1);
});

test('decode: values that lead in circles end', () => {
  const self = read('main.Self', {layouts: {}, at: {[AT]: [AT, 1, 1]}});
  expect(JSON.stringify(self.decode())).toMatch(/^(\{"Slice":\[){64}\{"Slice":"0x1000"\}(\]\}){64}$/);
  const twice = read('main.Self', {layouts: {}, at: {[AT]: [AT, 2, 2, AT, 2, 2]}});
  expect(() => decodeValue(twice, {}, 2, {parts: 1000})).toThrow(expect.objectContaining({code: 'limit'}));
  const {data, wasCut} = decodeValue(twice, {}, 2, {parts: 1000, cut: true});
  expect([wasCut, JSON.stringify(data).length < 20_000]).toEqual([true, true]);
});

test('sync.Map: a tree of hashes, with entries whose hashes are equal; a damaged tree ends', () => {
  const type = 'internal/sync.HashTrieMap[uint8,uint16]';
  const entry = (key: number, next: number): Item[] => [1, next, Uint8Array.of(key, 0, key * 10, 0, 0, 0, 0, 0)];
  const at = {
    [AT]: [0, 0x2000],
    8192: [0, 0x3000, 0, 0x4000, 0x5000],
    12288: [0, 0, 0x6000, 0, 0x2000], // its last child is the root again
    16384: entry(1, 0x7000),
    20480: [0, 0, 0, 0, 0x9000], // not in the dump
    24576: entry(2, 0),
    28672: entry(3, 0x4000), // back to the first of the chain
  };
  const map = read(type, {layouts: {}, at});
  expect(map.missing).toBeUndefined();
  expect(new Map(pairs(map))).toEqual(new Map([[1, 10], [2, 20], [3, 30]])); // biome-ignore format: a row a pair
  expect(map.decode()).toEqual(new Map(pairs(map)));
  expect(pairs(read(type, {layouts: {}, at: {[AT]: [0, 0]}}))).toEqual([]); // never used
});

test('sync.Map: nothing is made up where types do not tell what is inside', () => {
  const map = read('sync.Map', {layouts: {}, at: {[AT]: [0, 0]}});
  expect([map.missing, [...map.entries()], map.decode()]).toEqual(['untyped', [], undefined]);
  expect(() => read('main.Self', {layouts: {}, at: {[AT]: [0, 0, 0]}}).entries()).toThrow('expected a map');
});
