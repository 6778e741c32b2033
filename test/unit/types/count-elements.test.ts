/** How many elements typed objects have, and blocks that several values share. */
import {describe, expect, test} from 'vitest';
import {HeapBuilder} from '../../kit/heap-builder.js';

describe('slices and strings', () => {
  test('bytes have the length of the longest string, clipped to the slot', async () => {
    const heap = new HeapBuilder();
    const both = heap.struct('main.Both', [
      ['s', heap.string],
      ['t', heap.string],
    ]);
    heap.object('text', 48, {noscan: true});
    heap.object('damaged', 48, {noscan: true});
    heap.root('main.b', both);
    heap.root('main.c', heap.string);
    heap.point('main.b', 0, 'text', {numbers: [33]});
    heap.point('main.b', 2, 'text', {numbers: [40]});
    heap.point('main.c', 0, 'damaged', {numbers: [1e9]});
    const typed = await heap.assign();
    expect(typed.text).toEqual({type: 'uint8', length: 40, evidence: 'global'});
    expect(typed.damaged!.length).toBe(48);
  });

  test('the capacity counts, in objects too; small arrays with pointers know it themselves', async () => {
    const heap = new HeapBuilder();
    const holder = heap.struct('main.Holder', [
      ['n', heap.int],
      ['list', heap.slice(heap.int)],
      ['refs', heap.slice(heap.pointer(heap.int))],
    ]);
    heap.object('holder', 64, {bits: '01001000'});
    heap.object('ints', 112, {noscan: true});
    heap.object('refs', 48, {bits: '11111'});
    heap.root('main.h', heap.pointer(holder));
    heap.point('main.h', 0, 'holder');
    heap.point('holder', 1, 'ints', {numbers: [3, 13]});
    heap.point('holder', 4, 'refs', {numbers: [1, 2]});
    const typed = await heap.assign();
    expect(typed.ints).toEqual({type: 'int', length: 13, evidence: 'field'});
    expect(typed.refs).toEqual({type: '*int', length: 5, evidence: 'field'});
  });

  test('a slice of the middle types an object that nobody points to the start of, and counts what lies before', async () => {
    const heap = new HeapBuilder();
    heap.object('ints', 128, {noscan: true});
    heap.object('refs', 64, {bits: '11111111'});
    heap.object('target', 16, {bits: '10'});
    const node = heap.struct('main.Node', [
      ['p', heap.opaque],
      ['n', heap.int],
    ]);
    heap.root('main.s', heap.slice(heap.int));
    heap.root('main.r', heap.slice(heap.pointer(node)));
    heap.point('main.s', 0, 'ints', {offset: 40, numbers: [2, 9]});
    heap.point('main.r', 0, 'refs', {offset: 24, numbers: [1, 5]});
    heap.point('refs', 1, 'target');
    const typed = await heap.assign();
    expect(typed.ints).toEqual({type: 'int', length: 14, evidence: 'global'});
    expect(typed.refs).toEqual({type: '*main.Node', length: 8, evidence: 'global'});
    expect(typed.target).toEqual({type: 'main.Node', length: 1, evidence: 'element'});
  });

  test('a slice of the middle that does not tile the object claims nothing', async () => {
    const heap = new HeapBuilder();
    heap.object('o', 64, {noscan: true});
    heap.root(
      'main.s',
      heap.slice(
        heap.struct('main.Pair', [
          ['a', heap.int],
          ['b', heap.int],
        ]),
      ),
    );
    heap.point('main.s', 0, 'o', {offset: 8, numbers: [1, 1]});
    expect((await heap.assign()).o!.type).toBe('');
  });

  test('more elements than the column counts are kept apart', async () => {
    const heap = new HeapBuilder();
    heap.object('o', 5 * 2 ** 30, {noscan: true});
    heap.root('main.s', heap.slice(heap.byte));
    heap.write('main.s', 1, 0);
    heap.point('main.s', 0, 'o', {numbers: [0, 5 * 2 ** 30]});
    expect((await heap.assign()).o!.length).toBe(5 * 2 ** 30);
  });
});

describe('blocks of several small values', () => {
  test('bytes are bytes, of one string or of two', async () => {
    const heap = new HeapBuilder();
    for (const name of ['alone', 'shared']) heap.object(name, 16, {noscan: true});
    for (const name of ['a', 'b', 'c']) heap.root(name, heap.string);
    heap.point('a', 0, 'alone', {numbers: [5]});
    heap.point('b', 0, 'shared', {numbers: [5]});
    heap.point('c', 0, 'shared', {offset: 5, numbers: [7]});
    const typed = await heap.assign();
    expect(typed.alone).toEqual({type: 'uint8', length: 5, evidence: 'global'});
    expect(typed.shared).toEqual({type: 'uint8', length: 12, evidence: 'global'});
  });

  test('values of one type that follow each other are several of it; others are parts', async () => {
    const heap = new HeapBuilder();
    for (const name of ['mixed', 'pair', 'second']) heap.object(name, 16, {noscan: true});
    heap.root('a', heap.pointer(heap.struct('main.Small', [['n', heap.int]])));
    heap.root('b', heap.string);
    heap.root('c', heap.pointer(heap.int));
    heap.root('d', heap.pointer(heap.int));
    heap.point('a', 0, 'mixed');
    heap.point('b', 0, 'mixed', {offset: 8, numbers: [7]});
    heap.point('c', 0, 'pair');
    heap.point('d', 0, 'pair', {offset: 8});
    heap.root('e', heap.pointer(heap.int));
    heap.point('e', 0, 'second', {offset: 8});
    const typed = await heap.assign();
    expect(typed.mixed).toEqual({type: 'tiny block { at0 main.Small; at8 [7]uint8 }', length: 1, evidence: 'global'});
    expect(typed.pair).toEqual({type: 'int', length: 2, evidence: 'global'});
    expect(typed.second).toEqual({type: 'tiny block { at8 int }', length: 1, evidence: 'global'});
  });

  test('strings inside others, and strings that overlap, are one run of bytes', async () => {
    const heap = new HeapBuilder();
    heap.object('o', 16, {noscan: true});
    for (const [name, offset, length] of [
      ['a', 1, 8],
      ['b', 2, 3],
      ['c', 6, 7],
    ] as const) {
      heap.root(name, heap.string);
      heap.point(name, 0, 'o', {offset, numbers: [length]});
    }
    expect((await heap.assign()).o).toEqual({type: 'uint8', length: 13, evidence: 'global'});
  });

  test('where two values overlap that cannot both be there, nothing is said', async () => {
    const heap = new HeapBuilder();
    heap.object('o', 16, {noscan: true});
    heap.root('number', heap.pointer(heap.int));
    heap.root('text', heap.string);
    heap.point('number', 0, 'o', {offset: 8});
    heap.point('text', 0, 'o', {offset: 5, numbers: [5]});
    expect((await heap.assign()).o).toEqual({type: '', length: 0, evidence: 'unknown'});
  });
});
