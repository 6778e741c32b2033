/** The public API over graphs of text: what each call answers, and what it refuses. */
import {expect, test} from 'vitest';
import type {Heap} from '../../../src/index.js';
import {memory} from '../../kit/bytes-in-memory.js';
import {nodeNamed} from '../../kit/graph-from-text.js';
import {heapFromText} from '../../kit/library-heap.js';

const HEAP_START = 0xc000000000;
const TEXT = `
  type main.Item 32 ID@0:int Name@8:string Next@24:*main.Item
  type main.Cache 32 lock@0:int items@8:[]*main.Item
  global main.cache : *main.Cache -> cache
  goroutine 17 -> 16=last
  local item in 17 : *main.Item -> first
  global main.count : int -> any
  cache : main.Cache -> 8=table
  table : *main.Item x4 evidence=element -> 24=first
  first : main.Item size=48 -> 24=second
  second : main.Item size=48 -> 24=first 8=name
  last : main.Item size=48
  name : uint8 x5 noscan
  any -> 16=name
  dead : main.Item size=48 -> 24=name
  meta go_version=go1.26.8
`;
const heap = heapFromText(TEXT);
const id = (name: string) => heap.id(nodeNamed(heap.columns, name));
const usage = (question: () => unknown) => expect(question).toThrow(expect.objectContaining({code: 'usage'}));

test('info, types, nodes', () => {
  expect(heap.info.go_version).toBe('go1.26.8');
  expect([heap.complete, heap.warnings]).toEqual([true, []]);
  expect(heap.type('main.Missing')).toBeUndefined();
  const item = heap.type('main.Item')!;
  expect([item.kind, item.size, item.fields.map((field) => `${field.name} ${field.type.name}`)]).toEqual([
    'struct',
    32,
    ['ID int', 'Name string', 'Next *main.Item'],
  ]);
  expect(item.fields[2]!.type.element).toBe(item);
  expect(heap.node(id('first'))).toMatchObject({kind: 'object', name: 'main.Item', size: 48, used: 32, type: item, evidence: 'header'});
  expect(heap.node(id('table'))).toMatchObject({name: '[4]*main.Item', size: 32, used: 32, evidence: 'element'});
  expect(heap.node(id('any'))).toMatchObject({name: 'unknown', used: undefined, type: undefined, evidence: 'unknown'});
  expect(heap.node(id('main.cache'))).toMatchObject({kind: 'global', name: 'main.cache', size: 8, evidence: 'global'});
  expect(heap.node(id('item'))).toMatchObject({kind: 'local', name: 'goroutine 17 item'});
  expect(heap.node(heap.id(0))).toMatchObject({kind: 'program', size: 0});
});

test('objects: live by default, by type, size and test; lazy and repeatable', () => {
  const items = heap.objects({type: 'main.Item'});
  expect([...items]).toEqual([id('last'), id('first'), id('second')].sort((a, b) => a - b));
  expect([items.count(), items.bytes(), [...items].length]).toEqual([3, 144, 3]);
  expect([...heap.objects({type: 'main.Item', garbage: 'only'})]).toEqual([id('dead')]);
  expect(heap.objects({garbage: 'include'}).count()).toBe(8);
  expect(heap.objects({type: /^main\./}).count()).toBe(4);
  expect(heap.objects({type: /nothing/g}).count()).toBe(0);
  expect([...heap.objects({minBytes: 33})]).toEqual([...items]);
  expect([...items.where((node) => node !== id('first')).where((node) => node !== id('last'))]).toEqual([id('second')]);
  usage(() => heap.objects({type: 'main.Missing'}));
});

test('addresses and ids', () => {
  const {address} = heap.node(id('first'));
  expect(() => heap.at(1n as unknown as number)).toThrow(
    expect.objectContaining({code: 'usage', message: '1: no address', hint: expect.any(String)}),
  );
  expect([heap.at(address!), heap.at(address! + 47), heap.at(1), heap.at(HEAP_START - 1)]).toEqual([
    id('first'),
    id('first'),
    undefined,
    undefined,
  ]);
  expect(heap.at(heap.node(id('main.cache')).address! + 7)).toBe(id('main.cache'));
  for (const wrong of [-1, 1.5, 1000, Number.NaN]) usage(() => heap.id(wrong));
});

test('roots and goroutines', () => {
  expect([...heap.roots()].length).toBe(4);
  expect([...heap.roots('local')]).toEqual([id('item')]);
  usage(() => [...heap.roots('planet')]);
  expect([...heap.goroutines()]).toMatchObject([{id: 17, node: id('goroutine 17'), frames: []}]);
});

test('pointers both ways, with fields', () => {
  expect([...heap.references(id('table'))]).toEqual([{source: id('table'), offset: 24, target: id('first'), field: '[3]'}]);
  expect([...heap.references(id('main.cache'))].map((edge) => edge.field)).toEqual([undefined]);
  const into = [...heap.referrers(id('first'))].map((edge) => [heap.node(edge.source).name, edge.field]);
  expect(into).toEqual([
    ['goroutine 17 item', undefined],
    ['[4]*main.Item', '[3]'],
    ['main.Item', 'Next'],
  ]);
});

test('values of globals and objects', () => {
  const start = heap.node(id('first')).address!;
  const bytes = memory({
    [heap.node(id('main.cache')).address!]: [heap.node(id('cache')).address!],
    [heap.node(id('cache')).address!]: [0, heap.node(id('table')).address!, 4, 4],
    [heap.node(id('table')).address!]: [0, 0, 0, start],
    [start]: [42, heap.node(id('name')).address!, 5, 0],
    [heap.node(id('name')).address!]: ['hello'],
  });
  const full = heapFromText(TEXT, bytes, {'main.Item': (value) => value.field('ID').number()});
  const [, , , item] = [...full.global('main.cache').field('items').elements()];
  expect([item!.field('Name').text(), item!.node(), item!.decode()]).toEqual(['hello', id('first'), 42]);
  expect(full.value(id('table')).length()).toBe(4);
  expect(full.value(id('name')).text()).toBe('hello');
  expect(full.value(id('any')).missing).toBe('untyped');
  usage(() => full.global('main.missing'));
  usage(() => full.value(full.id(0)));
});

test('once: one result per heap and function', () => {
  let runs = 0;
  const analysis = (given: Heap) => [++runs, given];
  expect(heap.once(analysis)).toBe(heap.once(analysis));
  expect(runs).toBe(1);
});

test('analyzed: retained, dominators, releases', async () => {
  const analyzed = await heap.analyze();
  expect(await analyzed.analyze()).toBe(analyzed);
  expect(analyzed.columns.roots).toBe(heap.columns.roots);
  expect(analyzed.retained(id('cache'))).toBe(64); // itself and its table: the items are held by a local too
  expect(analyzed.retained(id('dead'))).toBeUndefined();
  expect(analyzed.dominator(id('second'))).toBe(id('first'));
  expect([analyzed.dominator(id('item')), analyzed.dominator(analyzed.id(0)), analyzed.dominator(id('dead'))]).toEqual([
    id('goroutine 17'),
    undefined,
    undefined,
  ]);
  expect([...analyzed.dominated(id('first'))]).toEqual([id('second')]);
  const children = [...analyzed.dominated(analyzed.id(0))].map((child) => analyzed.retained(child)!);
  expect(children).toEqual([...children].sort((a, b) => b - a));
  expect(children.reduce((sum, bytes) => sum + bytes, 0)).toBe(analyzed.objects().bytes());
  const [toTable] = analyzed.references(id('cache'));
  expect(analyzed.releases(toTable!)).toBe(32);
  expect(analyzed.releases([...analyzed.references(id('table'))][0]!)).toBe(0);
  usage(() => analyzed.releases({source: id('cache'), offset: 800, target: id('table')}));
  const together = analyzed.retainedTogether([id('cache'), id('item')]);
  expect(together).toBe(64 + 48 + 48);
  const answer = analyzed.whatIf({cut: [toTable!], drop: [id('item')]});
  expect(answer).toMatchObject({garbage: {objects: 3, bytes: 32 + 48 + 48}, stays: {objects: 1, bytes: analyzed.node(id('name')).size}});
  expect(answer.held).toMatchObject([{name: 'main.count‹untyped›', type: 'uint8', node: id('name'), count: 1}]);
  expect(analyzed.whatIf({})).toEqual({garbage: {objects: 0, bytes: 0}, stays: {objects: 0, bytes: 0}, types: [], owners: [], held: []});
  usage(() => analyzed.whatIf({cut: [{source: id('cache'), offset: 800, target: id('table')}]}));
});

test('analyze stops when it is aborted', async () => {
  const abort = new AbortController();
  abort.abort(new Error('enough'));
  await expect(heap.analyze({signal: abort.signal})).rejects.toThrow('enough');
});

test('paths in the words of Go: the shortest first, of an analyzed heap the telling one', async () => {
  const shortest = ['goroutine 17 item.Next', 'main.cache.items[3].Next'];
  for (const any of [heap, await heap.analyze()]) {
    const texts = Array.from(any.paths(id('second')), String);
    expect(texts).toEqual(any === heap ? shortest : shortest.toReversed());
    expect(Array.from(any.paths(id('second'), undefined, {shortest: true}), String)).toEqual(shortest);
    const [path] = any.paths(id('first'), (edge) => edge.source === id('item'));
    expect(String(path)).toBe('main.cache.items[3]');
    expect(Array.from(path!, (edge) => edge.target)).toEqual([id('cache'), id('table'), id('first')]);
    expect([...any.paths(id('dead'))]).toEqual([]);
    expect(String([...any.paths(id('name'), undefined, {shortest: true})][0])).toBe('main.count+0x10');
  }
});

test('close: columns stay', async () => {
  const closing = heapFromText('roots: a');
  await closing.close();
  expect(closing.columns.objects.count).toBe(1);
});
