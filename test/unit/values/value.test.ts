/** Typed values against bytes written by hand: every kind, every way of being missing, every wrong question. */
import {expect, test} from 'vitest';
import type {Contents, HeapGraph} from '../../../src/graph/heap-graph.js';
import {TypedValue} from '../../../src/values/typed-value.js';
import type {Decoders, Missing, Value} from '../../../src/values/value.js';
import {objectFinder, ValueSource} from '../../../src/values/value-source.js';
import {type Item, memory} from '../../kit/bytes-in-memory.js';
import {graphFromText} from '../../kit/graph-from-text.js';

const AT = 0x1000;
const GRAPH = graphFromText(`
  type main.Item 32 ID@0:int Name@8:string Next@24:*main.Item
  type main.Box 8 Only@0:*main.Item
  type main.Pair 16 A@0:int32 B@4:uint8 C@8:float64
  type main.Wide 40 List@0:[]main.Pair Any@24:interface
  type main.Bytes 48 Slice@0:[]uint8 Array@24:[4]uint8 Ints@32:[2]int
  type main.Rest 64 M@0:map C@8:chan F@16:func P@24:unsafe.Pointer B@32:bool U@40:uint64 H@48:float32 S@52:int16 T@56:int8
  type complex128 16 kind=complex128
  type pointer 8 to@0:*int
  global main.root : *main.Item -> item
  item : main.Item
  many : main.Pair x3
`);
/** Runtime types and itabs, as interfaces name them. */
const ITAB = 0x9000;
const RTYPE = 0x9100;
const typeNamed = (name: string) => GRAPH.types.name.indexOf(name);
const TYPED: HeapGraph = {
  ...GRAPH,
  types: {...GRAPH.types, runtimeAddress: GRAPH.types.runtimeAddress.map((_, type) => RTYPE + type)},
  itabs: {address: Float64Array.of(ITAB, ITAB + 8), type: Uint32Array.of(typeNamed('main.Pair'), typeNamed('main.Box'))},
};

interface Setting {
  readonly more?: Readonly<Record<number, readonly Item[]>>;
  readonly decoders?: Decoders;
  readonly absence?: Missing;
}
function value(type: string, items: readonly Item[], {more = {}, decoders = {}, absence = 'unmapped'}: Setting = {}): Value {
  const contents = memory(items.length > 0 ? {[AT]: items, ...more} : more);
  return new TypedValue(new ValueSource(TYPED, contents, {absence, decoders, findObject: objectFinder(TYPED)}), {
    type: typeNamed(type),
    address: AT,
  });
}
const sourceOf = (contents: Contents) => new ValueSource(TYPED, contents, {absence: 'unmapped', findObject: objectFinder(TYPED)});
const usage = (question: () => unknown) => expect(question).toThrow(expect.objectContaining({code: 'usage'}));

test('scalars of every width and sign', () => {
  const pair = value('main.Pair', [Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xfe, 0, 0, 0), new Uint8Array(Float64Array.of(-2.5).buffer)]);
  expect(pair.field('A').number()).toBe(-1);
  expect(pair.field('A').bigint()).toBe(-1n);
  expect(pair.field('B').number()).toBe(254);
  expect(pair.field('C').number()).toBe(-2.5);
  const rest = value('main.Rest', [
    1,
    2,
    3,
    4,
    1,
    2n ** 64n - 1n,
    new Uint8Array(Float32Array.of(0.5).buffer),
    Uint8Array.of(0xfe, 0xff, 0, 0, 0x80),
    '1234567',
  ]);
  expect(rest.field('B').boolean()).toBe(true);
  expect(rest.field('U').bigint()).toBe(2n ** 64n - 1n);
  expect(() => rest.field('U').number()).toThrow(expect.objectContaining({code: 'limit'}));
  expect(rest.field('H').number()).toBe(0.5);
  expect(rest.field('S').number()).toBe(-2);
  expect(rest.field('T').number()).toBe(-128);
});

test('strings: text, bytes, length, limit', () => {
  const text = value('string', [0x2000, 6], {more: {8192: ['grüße']}});
  expect([text.text(), text.length(), text.text(2), text.missing]).toEqual(['grüß', 6, 'gr', undefined]);
  expect(text.text(3)).toBe('gr'); // not half of the ü
  expect(Array.from(text.bytes(3)!)).toEqual([0x67, 0x72, 0xc3]);
  expect(value('string', [0, 0]).text()).toBe('');
});

test('selectors follow pointers, and nil is a state of its own', () => {
  const items = {8192: [7, 0x3000, 3, 0x2100], 8448: [8, 0x3000, 2, 0], 12288: ['abc']};
  const root = value('*main.Item', [0x2000], {more: items});
  expect(root.field('Name').text()).toBe('abc');
  expect(root.field('Next').field('ID').number()).toBe(8);
  const end = root.field('Next').field('Next');
  expect([end.isNil(), end.field('ID').missing, end.field('ID').number(), end.target().missing]).toEqual([
    true,
    'unmapped',
    undefined,
    'unmapped',
  ]);
  expect(value('*int', [0x2000], {more: items}).number()).toBe(7);
});

test('slices and arrays, of values and of bytes', () => {
  const pairs = {8192: [1, 0, 2, 0, 3, 0]};
  const wide = value('main.Wide', [0x2000, 3, 8, 0, 0], {more: pairs});
  expect(Array.from(wide.field('List').elements(), (pair) => pair.field('A').number())).toEqual([1, 2, 3]);
  expect(wide.field('List').length()).toBe(3);
  const bytes = value('main.Bytes', [0x2000, 2, 2, 'wxyz1234', 5, 6], {more: {8192: ['hi']}});
  expect([bytes.field('Slice').text(), bytes.field('Array').text(), bytes.field('Array').text(1)]).toEqual(['hi', 'wxyz', 'w']);
  expect(Array.from(bytes.field('Ints').elements(), (element) => element.number())).toEqual([5, 6]);
});

test('a torn slice header yields what the dump has, not what it claims', () => {
  const wide = value('main.Wide', [0x2000, 2 ** 40, 2 ** 40, 0, 0], {more: {8192: [1, 0, 2, 0]}});
  expect(Array.from(wide.field('List').elements(), (pair) => pair.field('A').number())).toEqual([1, 2]);
  expect(
    value('main.Bytes', [0x2000, 2 ** 30, 1, 0, 0, 0], {more: {8192: ['hi']}})
      .field('Slice')
      .text(),
  ).toBeUndefined();
});

test('an allocation of several values is an array', () => {
  const source = sourceOf(memory({[AT]: [1, 0, 2, 0, 3, 0]}));
  const many = new TypedValue(source, {type: typeNamed('main.Pair'), count: 3, address: AT});
  expect([many.kind, many.type?.name, many.type?.size, many.length()]).toEqual(['array', '[3]main.Pair', 48, 3]);
  expect(Array.from(many.elements(), (pair) => pair.field('A').number())).toEqual([1, 2, 3]);
});

test('interfaces: an itab or a type, a pointer to the value or the value itself', () => {
  const more = {8192: [5, 0], 12288: [9, 0, 0, 0]};
  expect(value('interface', [ITAB, 0x2000], {more}).dynamic().field('A').number()).toBe(5);
  expect(value('interface', [RTYPE + typeNamed('main.Pair'), 0x2000], {more}).dynamic().type?.name).toBe('main.Pair');
  expect(
    value('interface', [ITAB + 8, 0x3000], {more})
      .dynamic()
      .field('Only')
      .field('ID')
      .number(),
  ).toBe(9);
  expect(
    value('interface', [RTYPE + typeNamed('*main.Item'), 0x3000], {more})
      .dynamic()
      .field('ID')
      .number(),
  ).toBe(9);
  const nil = value('interface', [0, 0]).dynamic();
  expect([nil.kind, nil.missing, nil.isNil(), nil.decode()]).toEqual(['nil', undefined, true, null]);
  expect(value('interface', [0x1234, 0x2000]).dynamic().missing).toBe('untyped');
});

test('node: the object that is pointed into', () => {
  const item = GRAPH.spans.start[0]!;
  expect(value('*main.Item', [item]).node()).toBe(2);
  expect(value('interface', [ITAB, item + 8]).node()).toBe(2);
  expect(value('*main.Item', [0x2000]).node()).toBeUndefined();
});

test('missing is a reason, and its fields are missing too', () => {
  expect(value('main.Item', []).missing).toBe('unmapped');
  expect(value('main.Item', [], {absence: 'not-kept'}).field('Name').missing).toBe('not-kept');
  expect(value('string', [0x2000, 3]).missing).toBe('unmapped');
  expect(value('string', [0x2000, 3]).text()).toBeUndefined();
  expect(value('', [1]).missing).toBe('untyped');
  expect(value('', [1]).field('any').field('depth').number()).toBeUndefined();
  const register = new TypedValue(sourceOf(memory({})), {type: typeNamed('int'), address: undefined});
  expect([register.missing, register.number()]).toEqual(['optimized-out', undefined]);
});

test('maps and channels of which types or layouts do not tell the inside say so', () => {
  const rest = value('main.Rest', [1, 2, 3, 4, 0, 0, 0, 0]);
  for (const name of ['M', 'C']) expect(rest.field(name).missing).toBe('untyped');
  expect([rest.field('P').missing, rest.field('P').isNil()]).toEqual([undefined, false]);
  expect([[...rest.field('M').entries()], rest.field('M').length(), rest.field('M').capacity()]).toEqual([[], undefined, undefined]);
  expect(rest.field('C').waiters()).toEqual({senders: [], receivers: []});
  expect([rest.field('F').text(), [...rest.field('F').captured()]]).toEqual([undefined, []]);
  const nil = value('main.Rest', [0, 0, 0, 0, 0, 0, 0, 0]).field('M');
  expect([nil.missing, nil.length(), nil.capacity(), nil.decode()]).toEqual([undefined, 0, 0, null]);
});

test('wrong questions are usage errors', () => {
  const item = value('main.Item', [1, 0, 0, 0]);
  usage(() => item.field('Nothing'));
  usage(() => item.number());
  usage(() => item.text());
  usage(() => item.isNil());
  usage(() => item.elements());
  usage(() => item.dynamic());
  usage(() => item.target());
  usage(() => item.entries());
  usage(() => item.waiters());
  usage(() => item.captured());
  usage(() => item.capacity());
  usage(() => item.field('ID').boolean());
  usage(() => item.field('ID').field('x'));
  usage(() => item.field('ID').node());
  usage(() => item.as('main.Missing'));
});

test('as: the same bytes under another type', () => {
  expect(value('main.Item', [1, 2, 3, 4]).as('[2]int').address).toBe(AT);
  expect(Array.from(value('main.Item', [1, 2, 3, 4]).as('[2]int').elements(), (element) => element.number())).toEqual([1, 2]);
});

test('decode: plain data, pointers to the given depth, decoders first', () => {
  const more = {8192: [7, 0x3000, 3, 0x2000], 12288: ['abc']};
  const root = value('*main.Item', [0x2000], {more});
  expect(root.decode(0)).toBe('0x2000');
  expect(root.decode(1)).toEqual({ID: 7, Name: 'abc', Next: '0x2000'});
  expect(root.decode(2)).toEqual({ID: 7, Name: 'abc', Next: {ID: 7, Name: 'abc', Next: '0x2000'}});
  expect(value('*main.Item', [0x2000], {more, decoders: {'main.Item': (item) => `item ${item.field('ID').number()}`}}).decode()).toBe(
    'item 7',
  );
  expect(value('main.Wide', [0, 0, 0, RTYPE + typeNamed('int'), 0x2000], {more}).decode()).toEqual({List: null, Any: 7});
  expect(value('main.Wide', [0x2000, 1, 1, 0, 0], {more}).decode()).toEqual({List: [{A: 7, B: 0, C: expect.any(Number)}], Any: null});
  expect(value('main.Rest', [1, 0, 0, 4, 0, 5, 0, 0]).decode()).toMatchObject({M: '0x1', C: null, B: false, U: 5});
  expect(value('complex128', [new Uint8Array(Float64Array.of(1, -2).buffer)]).decode()).toEqual([1, -2]);
});
