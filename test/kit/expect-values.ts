/**
 * What the fixture program `maps` printed of its maps, channels, slices and functions against what the library reads: every key and value,
 * every length, who waits, what closures captured. Of a core as of a database with full contents.
 */
import {expect} from 'vitest';
import type {Heap, Type, Value} from '../../src/index.js';
import type {Truth} from '../oracle/truth.js';

/** Follows all pointers that the program's values have in each other. */
const DEPTH = 6;

/** Returns the number of entries that were compared. */
export function expectValues(heap: Heap, truth: Truth): number {
  let compared = 0;
  let expected = 0;
  for (const [fact, text] of Object.entries(truth.facts)) {
    const [what, place = ''] = fact.split(' ');
    if (what === 'map') compared += expectMap(variable(heap, place), text, fact);
    else if (what === 'len') {
      expect(variable(heap, place).length(), fact).toBe(Number(text));
      expected += Number(text);
    } else if (what === 'sync' || what === 'sync.Map') {
      expectSyncMap(variable(heap, place || 'MSync'), text, fact);
    } else if (what === 'chan' || what === 'slice') expect(JSON.stringify(sequence(variable(heap, place))), fact).toBe(text);
  }
  expect(compared).toBe(expected);
  expectWaiters(heap, truth);
  expectFunctions(heap);
  expectRest(heap);
  return compared;
}

/** The lengths that zoo printed of its maps, as many entries read, and what its sync.Map and its channel hold. */
export function expectLengths(heap: Heap, truth: Truth): void {
  const lengths = Object.entries(truth.facts).filter(([fact]) => fact.startsWith('len '));
  expect(lengths.length).toBeGreaterThan(15);
  for (const [fact, length] of lengths) {
    const map = heap.global(`main.${fact.slice('len '.length)}`);
    expect([map.length(), [...map.entries()].length], fact).toEqual([Number(length), Number(length)]);
  }
  const synced = Array.from({length: 50}, (_, i) => [`sm-${i}`, {A: i, B: i + 1, C: i + 2}] as const);
  expect(heap.global('main.GSyncMap').decode(3)).toEqual(new Map(synced));
  const channel = heap.global('main.GChan');
  expect([channel.length(), channel.capacity()]).toEqual([4, 10]);
  expect(Array.from(channel.elements(), (node) => node.field('Val').number())).toEqual([5002, 5003, 5004, 5005]);
}

function variable(heap: Heap, place: string): Value {
  const [name, ...fields] = place.split('.');
  return fields.reduce((value, field) => value.field(field), heap.global(`main.${name}`));
}

function expectMap(map: Value, text: string, fact: string): number {
  expect([map.kind, map.missing], fact).toEqual(['map', undefined]);
  const entries = [...map.entries()].map(([key, element]): unknown => [key.decode(DEPTH), element.decode(DEPTH)]);
  const found = map.isNil() ? null : entries;
  expect(canonical(found, map.type!), fact).toBe(canonical(JSON.parse(text), map.type!));
  expect(map.capacity(), fact).toBeGreaterThanOrEqual(entries.length);
  return entries.length;
}

function expectSyncMap(map: Value, text: string, fact: string): void {
  const byKey = ([a]: readonly unknown[], [b]: readonly unknown[]) => (String(a) < String(b) ? -1 : 1);
  const data = map.decode(DEPTH) as Map<unknown, unknown>;
  expect([...data].sort(byKey), fact).toEqual((JSON.parse(text) as unknown[][]).sort(byKey));
}

/** JSON in which the pairs of maps have an order. */
function canonical(data: unknown, type: Type): string {
  return JSON.stringify(sorted(data, type), (_, part) => (Number.isNaN(part) ? 'NaN' : part));
}
function sorted(data: unknown, type: Type): unknown {
  if (type.kind !== 'map' || data === null) return data;
  const pairs: [unknown, unknown][] = data instanceof Map ? [...data] : (data as [unknown, unknown][]);
  const inside = pairs.map(([key, element]) => [key, sorted(element, type.element!)] as const);
  const text = (pair: unknown) => JSON.stringify(pair, (_, part) => (Number.isNaN(part) ? 'NaN' : part));
  return inside
    .map((pair) => [text(pair), pair] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, pair]) => pair);
}

function sequence(value: Value): unknown {
  return [value.length(), value.capacity(), Array.from(value.elements(), (element) => element.decode(DEPTH))];
}

function expectWaiters(heap: Heap, truth: Truth): void {
  const {CFull, CEmpty} = Object.fromEntries(JSON.parse(truth.facts.waiters!) as [string, number[]][]);
  expect(variable(heap, 'CFull').waiters()).toEqual({senders: CFull, receivers: []});
  expect(variable(heap, 'CEmpty').waiters()).toEqual({senders: [], receivers: CEmpty});
  expect(variable(heap, 'CClosed').waiters()).toEqual({senders: [], receivers: []});
  const nil = variable(heap, 'CEdge.Nil');
  expect([nil.isNil(), nil.missing, nil.length(), nil.capacity(), [...nil.elements()]]).toEqual([true, undefined, 0, 0, []]);
}

function expectFunctions(heap: Heap): void {
  expect(variable(heap, 'FStatic.F').text()).toBe('main.double');
  expect(variable(heap, 'FClosure').text()).toBe('main.adder.func1');
  expect(variable(heap, 'FMethod').text()).toBe('main.(*Item).Label-fm');
  const [[, base], [, item]] = [...variable(heap, 'FClosure').captured()] as [[string, Value], [string, Value]];
  expect(base.decode(0)).toBe(10);
  expect(heap.value(item.node()!).as('main.Item').decode()).toEqual({ID: 32, Name: 'item 32'}); // not every version tells its type
  const nil = variable(heap, 'FNil.F');
  expect([nil.isNil(), nil.text(), nil.decode()]).toEqual([true, undefined, null]);
}

function expectRest(heap: Heap): void {
  const numbers = variable(heap, 'VNum');
  expect(numbers.decode(1)).toEqual({C64: [1, 2], C128: [3, -4], U64: 2n ** 64n - 1n, I64: -(2n ** 63n), F32: 0.5});
  const item = variable(heap, 'MEdge').field('Item');
  expect([heap.node(item.node()!).type?.name, item.field('Name').text()]).toEqual(['main.Item', 'item 1']);
}
