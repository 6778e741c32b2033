import {describe, expect, test} from 'vitest';
import {findPathChanges, type HeapPath, type PathObjects} from '../../../src/findings/path-changes.js';

const ITEM = {type: 'main.Item', package: 'main', kind: 'struct'};
const ARRAY = {type: '*main.Item', package: '', kind: 'pointer'};
const TEXT = {type: 'uint8', package: '', kind: 'uint8'};
const CLOSURE = {type: 'closure main.f.func1', package: '', kind: 'unknown'};

/** Paths of a heap: name of the path → what lies there. Parents come first, and are the longest path that the name goes on from. */
function heap(
  paths: Readonly<Record<string, readonly (readonly [Omit<PathObjects, 'objects' | 'values' | 'bytes'>, number, number])[]>>,
): HeapPath[] {
  const names = Object.keys(paths);
  const bytesAt = (name: string) => paths[name]!.reduce((sum, [, , bytes]) => sum + bytes, 0);
  return names.map((name, index) => {
    const above = names.findLastIndex((other, at) => at < index && name.startsWith(other));
    const held = names.filter((other) => other.startsWith(name)).reduce((sum, other) => sum + bytesAt(other), 0);
    const types = paths[name]!.map(([type, objects, bytes]) => ({...type, objects, values: objects, bytes}));
    return {id: index + 1, parent: above < 0 ? null : above + 1, name, held, types};
  });
}
const found = (...heaps: HeapPath[][]) => findPathChanges(heaps, 100).map(({name, what, counts, bytes}) => [name, what, counts, bytes]);

describe('what changed between two heaps', () => {
  const items = (count: number, each = 100) => [[ITEM, count, 10 * count] as const, [TEXT, count, (each - 10) * count] as const];
  const list = (count: number, each?: number) =>
    heap({'main.v': [[ARRAY, 1, 8]], 'main.v.items': [[ARRAY, 1, 8 * count]], 'main.v.items[…]': items(count, each)});

  test('nothing in a heap and itself', () => expect(found(list(50), list(50))).toEqual([]));
  test('is what people count, with its container', () => {
    expect(found(list(50), list(80))).toEqual([['main.v.items', 'main.Item', [50, 80], [5400, 8640]]]);
    expect(found(list(80), list(50))).toEqual([['main.v.items', 'main.Item', [80, 50], [8640, 5400]]]);
    expect(found(heap({}), list(50))).toEqual([['main.v.items', 'main.Item', [0, 50], [0, 5400]]]);
  });
  test('is not counted where objects became larger, and one of them more', () => {
    expect(found(list(50), list(51, 1000))).toEqual([['main.v.items', 'uint8', [50, 51], [5000, 51000]]]);
  });
  test('closures of several functions are closures', () => {
    const hooks = (count: number) =>
      heap({
        'main.hooks[…]': [
          [CLOSURE, count, 16 * count],
          [{...CLOSURE, type: 'closure main.g.func2'}, count, 32 * count],
        ],
      });
    expect(found(hooks(1), hooks(11))).toEqual([['main.hooks', 'closures', [2, 22], [48, 528]]]);
  });
  test('two places of one variable are two changes, though they cancel each other out', () => {
    const two = (a: number, b: number) => heap({'main.v': [[ITEM, 1, 8]], 'main.v.a[…]': items(a), 'main.v.b[…]': items(b)});
    expect(found(two(10, 20), two(30, 0))).toEqual([
      ['main.v.a', 'main.Item', [10, 30], [1000, 3000]],
      ['main.v.b', 'main.Item', [20, 0], [2000, 0]],
    ]);
  });
  test('a buffer that grew, and what is beside it', () => {
    const buffer = (bytes: number, count: number) =>
      heap({'main.v': [[ITEM, 1, 8]], 'main.v.buffer': [[TEXT, 1, bytes]], 'main.v.m[…]': items(count)});
    expect(found(buffer(100, 1), buffer(5100, 9))).toEqual([
      ['main.v.buffer', 'uint8', [1, 1], [100, 5100]],
      ['main.v.m', 'main.Item', [1, 9], [100, 900]],
    ]);
  });
  test('many small paths below one are told there', () => {
    const many = (each: number) =>
      heap({'main.v': [[ITEM, 1, 8]], ...Object.fromEntries([1, 2, 3, 4].map((at) => [`main.v.f${at}`, [[TEXT, 1, each] as const]]))});
    expect(found(many(1), many(91))).toEqual([['main.v', 'main.Item', [1, 1], [12, 372]]]);
  });
  test('locals are named with their function', () => {
    const local = (count: number) => heap({'job.items in main.f': [[ARRAY, 1, 8]], 'job.items[…] in main.f': items(count)});
    expect(found(local(1), local(9))).toEqual([['job.items in main.f', 'main.Item', [1, 9], [100, 900]]]);
  });
  test('of more heaps the first and the last count', () => {
    expect(found(list(10), list(500), list(20))).toEqual([['main.v.items', 'main.Item', [10, 500, 20], [1080, 54000, 2160]]]);
  });
});
