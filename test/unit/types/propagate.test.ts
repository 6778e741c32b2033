/** Which claim gives an object its type: one rule of `propagate` a test. */
import {describe, expect, test} from 'vitest';
import {HeapBuilder} from '../../kit/heap-builder.js';

describe('claims of pointers', () => {
  test('a list: its head by the variable, the rest by fields; a cycle ends', async () => {
    const heap = new HeapBuilder();
    const node = heap.node('main.Node', (pointer) => [
      ['next', pointer],
      ['value', heap.int],
    ]);
    for (const name of ['a', 'b', 'c']) heap.object(name, 16, {bits: '10'});
    heap.root('main.head', heap.pointer(node));
    heap.point('main.head', 0, 'a');
    heap.point('a', 0, 'b');
    heap.point('b', 0, 'c');
    heap.point('c', 0, 'a');
    const typed = await heap.assign();
    expect(typed.a).toEqual({type: 'main.Node', length: 1, evidence: 'field'}); // c's field says more than the variable
    expect(typed.b).toEqual({type: 'main.Node', length: 1, evidence: 'field'});
    expect(typed.c).toEqual({type: 'main.Node', length: 1, evidence: 'field'});
  });

  test('a variable alone is evidence of its own kind; a pointer of an array is an element', async () => {
    const heap = new HeapBuilder();
    const leaf = heap.struct('main.Leaf', [['x', heap.opaque]]);
    heap.object('direct', 8, {bits: '1'});
    heap.object('array', 32, {bits: '1111'});
    heap.object('element', 8, {bits: '1'});
    heap.root('main.p', heap.pointer(leaf));
    heap.root('main.s', heap.slice(heap.pointer(leaf)));
    heap.point('main.p', 0, 'direct');
    heap.point('main.s', 0, 'array', {numbers: [1, 4]});
    heap.point('array', 2, 'element');
    const typed = await heap.assign();
    expect(typed.direct!.evidence).toBe('global');
    expect(typed.array).toEqual({type: '*main.Leaf', length: 4, evidence: 'global'});
    expect(typed.element).toEqual({type: 'main.Leaf', length: 1, evidence: 'element'});
  });

  test.each([
    ['small first', 0],
    ['large first', 1],
  ])('the container wins over what it contains: %s', async (_, order) => {
    const heap = new HeapBuilder();
    const inner = heap.struct('main.Inner', [
      ['p', heap.opaque],
      ['n', heap.int],
    ]);
    const same = heap.struct('main.Same', [['inner', inner]]);
    const outer = heap.struct('main.Outer', [
      ['inner', inner],
      ['q', heap.opaque],
      ['m', heap.int],
    ]);
    heap.object('alike', 16, {bits: '10'});
    heap.object('larger', 32, {bits: '1010'});
    const variables = [
      ['inner', inner, same],
      ['container', same, outer],
    ] as const;
    for (const [name, first, second] of order === 0 ? variables : [...variables].reverse()) {
      heap.root(`${name} 1`, heap.pointer(first));
      heap.root(`${name} 2`, heap.pointer(name === 'inner' ? inner : second));
      heap.point(`${name} 1`, 0, 'alike');
      heap.point(`${name} 2`, 0, 'larger');
    }
    const typed = await heap.assign();
    expect(typed.alike!.type).toBe('main.Same');
    expect(typed.larger!.type).toBe('main.Outer');
  });

  test.each([
    ['the type is larger than the slot', '1000', 32, 40, [0]],
    ['the type has a pointer where the object has none', '1000', 32, 32, [0, 2]],
    ['the object has a pointer where the type has none', '1010', 32, 32, [0]],
    ['the type has no pointers', '1000', 32, 32, []],
  ])('rejected when %s', async (_, bits, slot, size, pointers) => {
    const heap = new HeapBuilder();
    const words = Array.from(
      {length: size / 8},
      (__, word) => [`f${word}`, (pointers as number[]).includes(word) ? heap.opaque : heap.int] as const,
    );
    heap.object('o', slot, {bits});
    heap.root('main.p', heap.pointer(heap.struct('main.T', words)));
    heap.point('main.p', 0, 'o');
    expect((await heap.assign()).o).toEqual({type: '', length: 0, evidence: 'unknown'});
  });

  test('rejected when the type has pointers and the span none', async () => {
    const heap = new HeapBuilder();
    heap.object('o', 32, {noscan: true});
    heap.root('main.p', heap.pointer(heap.struct('main.T', [['p', heap.opaque]])));
    heap.point('main.p', 0, 'o');
    expect((await heap.assign()).o!.type).toBe('');
  });

  test('types without pointers are most of the bytes', async () => {
    const heap = new HeapBuilder();
    heap.object('o', 24, {noscan: true});
    heap.root(
      'main.p',
      heap.pointer(
        heap.struct('main.Scalar', [
          ['a', heap.int],
          ['b', heap.int],
          ['c', heap.int],
        ]),
      ),
    );
    heap.point('main.p', 0, 'o');
    expect((await heap.assign()).o).toEqual({type: 'main.Scalar', length: 1, evidence: 'global'});
  });

  test('unsafe.Pointer claims nothing, a type without size neither', async () => {
    const heap = new HeapBuilder();
    heap.object('a', 16, {noscan: true});
    heap.object('b', 16, {noscan: true});
    heap.root('main.u', heap.opaque);
    heap.root('main.z', heap.pointer(heap.struct('main.Empty', [])));
    heap.point('main.u', 0, 'a');
    heap.point('main.z', 0, 'b');
    const typed = await heap.assign();
    expect([typed.a!.type, typed.b!.type]).toEqual(['', '']);
  });

  test('pointers to pointers, and to arrays', async () => {
    const heap = new HeapBuilder();
    heap.object('pointer', 8, {bits: '1'});
    heap.object('array', 32, {bits: '1111'});
    heap.object('end', 8, {noscan: true});
    const pointer = heap.pointer(heap.int);
    heap.root('main.pp', heap.pointer(pointer));
    heap.root('main.pa', heap.pointer(heap.array(pointer, 4)));
    heap.point('main.pp', 0, 'pointer');
    heap.point('main.pa', 0, 'array');
    heap.point('array', 3, 'end');
    const typed = await heap.assign();
    expect(typed.pointer!.type).toBe('*int');
    expect(typed.array).toEqual({type: '[4]*int', length: 1, evidence: 'global'});
    expect(typed.end).toEqual({type: 'int', length: 1, evidence: 'guess'}); // an int gets a block of 16 bytes, not a slot of 8
  });
});

describe('exact types', () => {
  test('the header wins over every claim, and its size class tells the number of elements', async () => {
    const heap = new HeapBuilder();
    const element = heap.struct('main.Element', [
      ['p', heap.opaque],
      ['n', heap.int],
    ]);
    const big = heap.struct(
      'main.Big',
      Array.from({length: 76}, (_, i) => [`f${i}`, i === 0 ? heap.opaque : heap.int] as const),
    );
    heap.object('array', 640, {header: element}); // over 576 − 8 bytes of 16 each: 36 to 39
    heap.object('one', 640, {header: big}); // 608 bytes
    heap.root('main.p', heap.pointer(heap.struct('main.Wrong', [['e', big]])));
    heap.point('main.p', 0, 'array');
    heap.point('main.p', 0, 'one');
    const typed = await heap.assign();
    expect(typed.array).toEqual({type: 'main.Element', length: 36, evidence: 'header'});
    expect(typed.one).toEqual({type: 'main.Big', length: 1, evidence: 'header'});
  });

  test('a capacity and the last pointer say more about the number of elements', async () => {
    const heap = new HeapBuilder();
    const element = heap.struct('main.Element', [
      ['p', heap.opaque],
      ['n', heap.int],
    ]);
    heap.object('sliced', 640, {header: element});
    heap.object('pointed', 640, {header: element});
    heap.object('target', 16, {noscan: true});
    heap.root('main.s', heap.slice(element));
    heap.point('main.s', 0, 'sliced', {numbers: [2, 38]});
    heap.point('pointed', 36 * 2, 'target');
    const typed = await heap.assign();
    expect(typed.sliced!.length).toBe(38);
    expect(typed.pointed!.length).toBe(37);
  });

  test("the runtime's own type for a map's insides gives way to the one that knows key and element, and to no other", async () => {
    const heap = new HeapBuilder();
    const generic = heap.struct('internal/runtime/maps.table', [
      ['used', heap.int],
      ['groups', heap.opaque],
    ]);
    const table = heap.struct('table<int,int>', [
      ['used', heap.int],
      ['groups', heap.opaque],
    ]);
    const larger = heap.array(heap.pointer(table), 3);
    heap.object('directory', 640, {header: heap.pointer(generic)});
    heap.object('other', 640, {header: heap.pointer(generic)});
    heap.object('table', 16, {bits: '01'});
    heap.root('main.d', heap.slice(heap.pointer(table)));
    heap.root('main.o', heap.pointer(larger));
    heap.point('main.d', 0, 'directory', {numbers: [79, 79]});
    heap.point('main.o', 0, 'other');
    heap.point('directory', 5, 'table');
    const typed = await heap.assign();
    expect(typed.directory).toEqual({type: '*table<int,int>', length: 79, evidence: 'global'});
    expect(typed.table).toEqual({type: 'table<int,int>', length: 1, evidence: 'element'});
    expect(typed.other!.type).toBe('*internal/runtime/maps.table');
  });

  test("an interface's copy of a value is exact, its pointer is a claim like others", async () => {
    const heap = new HeapBuilder();
    const value = heap.struct('main.Value', [
      ['p', heap.opaque],
      ['n', heap.int],
    ]);
    const same = heap.struct('main.Same', [['value', value]]);
    heap.object('copy', 16, {bits: '10'});
    heap.object('pointed', 16, {bits: '10'});
    heap.root('main.e', heap.any);
    heap.root('main.f', heap.any);
    heap.root('main.p', heap.pointer(same));
    heap.root('main.q', heap.pointer(same));
    heap.point('main.e', 1, 'copy', {dynamic: value});
    heap.point('main.f', 1, 'pointed', {dynamic: heap.pointer(value)});
    heap.point('main.p', 0, 'copy');
    heap.point('main.q', 0, 'pointed');
    const typed = await heap.assign();
    expect(typed.copy).toEqual({type: 'main.Value', length: 1, evidence: 'interface'});
    expect(typed.pointed!.type).toBe('main.Same');
  });

  test('a word after a type is evidence where the owner has an interface, or no type and no pointer before it', async () => {
    const heap = new HeapBuilder();
    const value = heap.struct('main.Value', [
      ['p', heap.opaque],
      ['n', heap.int],
    ]);
    heap.object('typed owner', 16, {bits: '01'});
    heap.object('untyped owner', 32, {bits: '0100'});
    heap.object('owner of two pointers', 32, {bits: '1100'});
    heap.object('d', 16, {bits: '10'});
    heap.object('a', 16, {bits: '10'});
    heap.object('b', 16, {bits: '10'});
    heap.object('c', 16, {bits: '10'});
    heap.root(
      'main.o',
      heap.pointer(
        heap.struct('main.Owner', [
          ['word', heap.int],
          ['hidden', heap.opaque],
        ]),
      ),
    );
    heap.point('main.o', 0, 'typed owner');
    heap.point('typed owner', 1, 'a', {dynamic: value});
    heap.point('untyped owner', 1, 'b', {dynamic: value});
    heap.point('owner of two pointers', 1, 'd', {dynamic: value});
    const typed = await heap.assign();
    expect(typed.a!.type).toBe('');
    expect(typed.b).toEqual({type: 'main.Value', length: 1, evidence: 'interface'});
    expect(typed.d).toEqual({type: 'main.Value', length: 1, evidence: 'guess'});
    expect(typed.c!.type).toBe('');
  });
});

describe('guesses', () => {
  test('a type that only fits the first bytes, and what follows from it, is a guess', async () => {
    const heap = new HeapBuilder();
    const node = heap.struct('main.Node', [
      ['p', heap.opaque],
      ['n', heap.int],
    ]);
    const head = heap.struct('main.Head', [
      ['node', heap.pointer(node)],
      ['n', heap.int],
    ]);
    heap.object('container', 48, {bits: '100011'});
    heap.object('next', 16, {bits: '10'});
    heap.root('main.h', heap.pointer(head));
    heap.point('main.h', 0, 'container');
    heap.point('container', 0, 'next');
    const typed = await heap.assign();
    expect(typed.container).toEqual({type: 'main.Head', length: 1, evidence: 'guess'});
    expect(typed.next).toEqual({type: 'main.Node', length: 1, evidence: 'guess'});
  });

  test('a pointer to the first of several stays one value until a slice claims more', async () => {
    const heap = new HeapBuilder();
    const node = heap.struct('main.Node', [
      ['p', heap.opaque],
      ['n', heap.int],
    ]);
    heap.object('alone', 64, {bits: '10101010'});
    heap.object('sliced', 64, {bits: '10101010'});
    heap.root('main.p', heap.pointer(node));
    heap.root('main.q', heap.pointer(node));
    heap.root('main.s', heap.slice(node));
    heap.point('main.p', 0, 'alone');
    heap.point('main.q', 0, 'sliced');
    heap.point('main.s', 0, 'sliced', {numbers: [4, 4]});
    const typed = await heap.assign();
    expect(typed.alone).toEqual({type: 'main.Node', length: 1, evidence: 'guess'});
    expect(typed.sliced).toEqual({type: 'main.Node', length: 4, evidence: 'global'});
  });

  test('a single pointer into the middle', async () => {
    const heap = new HeapBuilder();
    heap.object('o', 128, {noscan: true});
    heap.root('main.p', heap.pointer(heap.int));
    heap.point('main.p', 0, 'o', {offset: 40});
    expect((await heap.assign()).o).toMatchObject({type: 'int', evidence: 'guess'});
  });
});
