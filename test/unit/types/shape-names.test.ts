/** Arrays that the allocator recorded under a shape: one rule a test of what names them. */
import {expect, test} from 'vitest';
import {HeapBuilder} from '../../kit/heap-builder.js';

/** Types of 600 bytes: a shape, two types that have it, one that has not, and a generic type with and without shapes as arguments. */
function prepare() {
  const heap = new HeapBuilder();
  const rest = heap.array(heap.opaque, 74);
  const of = (name: string, first = 'p') => heap.struct(name, [[first, heap.opaque], ['rest', rest]]); // biome-ignore format: one line a type
  const types = {
    shape: of('go.shape.struct { p unsafe.Pointer; rest [74]unsafe.Pointer }'),
    header: of('main.Header'),
    twin: of('main.Twin'),
    other: of('main.Other', 'q'),
    generic: of('main.List[go.shape.int]'),
    list: of('main.List[int]'),
    rest,
  };
  heap.object('array', 1280, {header: types.shape});
  const hold = (name: string, type: number, options: {offset?: number} = {}) => {
    heap.root(name, type);
    heap.point(name, 0, 'array', {...options, numbers: [2, 2]});
  };
  return {heap, types, hold};
}

const SHAPE = 'go.shape.struct { p unsafe.Pointer; rest [74]unsafe.Pointer }';

test('nothing names it: the shape stays', async () => {
  const {heap} = prepare();
  expect((await heap.assign()).array).toMatchObject({type: SHAPE, evidence: 'header'});
});

test('a slice and a pointer that agree name it, and what they are is the evidence', async () => {
  const {heap, types, hold} = prepare();
  hold('main.all', heap.slice(types.header));
  hold('main.second', heap.pointer(types.header), {offset: 600});
  expect((await heap.assign()).array).toEqual({type: 'main.Header', length: 2, evidence: 'global'});
});

test.each([
  ['two that have the shape', 'twin', SHAPE],
  ['one that has other fields', 'other', 'main.Header'],
  ['another shape', 'shape', 'main.Header'],
] as const)('users that differ: %s', async (_, second, expected) => {
  const {heap, types, hold} = prepare();
  hold('main.a', heap.slice(types.header));
  hold('main.b', heap.slice(types[second]));
  expect((await heap.assign()).array!.type).toBe(expected);
});

test('a pointer between two elements names nothing', async () => {
  const {heap, types, hold} = prepare();
  hold('main.inside', heap.pointer(types.header), {offset: 8});
  expect((await heap.assign()).array!.type).toBe(SHAPE);
});

test('a name is withdrawn when what it led to names another', async () => {
  const {heap, types, hold} = prepare();
  const fields = [['twin', heap.pointer(types.twin)], ['rest', types.rest]] as const; // biome-ignore format: one line
  const holder = heap.struct('main.Holder', fields);
  const shapeOfHolder = heap.struct('go.shape.struct { twin *main.Twin; rest [74]unsafe.Pointer }', fields);
  heap.object('holder', 640, {header: shapeOfHolder});
  heap.root('main.holder', heap.pointer(holder));
  heap.point('main.holder', 0, 'holder');
  heap.point('holder', 0, 'array');
  hold('main.all', heap.slice(types.header));
  const typed = await heap.assign();
  expect(typed.array!.type).toBe(SHAPE);
  expect(typed.holder!.type).toBe('main.Holder');
});

test('a generic type with shapes as arguments is named by one of its own name only', async () => {
  const {heap, types} = prepare();
  heap.object('lists', 640, {header: types.generic});
  heap.root('main.l', heap.pointer(types.list));
  heap.root('main.h', heap.pointer(types.header));
  heap.point('main.h', 0, 'lists');
  expect((await heap.assign()).lists!.type).toBe('main.List[go.shape.int]');
  heap.point('main.l', 0, 'lists');
  expect((await heap.assign()).lists!.type).toBe('main.List[int]');
});
