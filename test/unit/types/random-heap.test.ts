/**
 * Seeded random heaps of known types: whatever can be reached by typed pointers must get exactly its type, whatever the order of the
 * pointers – and an object must never get a type that its program did not give it.
 */
import {expect, test} from 'vitest';
import {slotSizeFor} from '../../../src/runtime/memory/size-classes.js';
import {HeapBuilder} from '../../kit/heap-builder.js';

function randomOf(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) >>> 0;
    return state % below;
  };
}

test.each(Array.from({length: 60}, (_, seed) => seed))('seed %d', async (seed) => {
  const random = randomOf(seed);
  const heap = new HeapBuilder();
  // Types of 2 – 6 words, word 0 a number so that no type is another one's first field; pointers to any of the types.
  const typeCount = 2 + random(5);
  const firstPointer = heap.store.count;
  const rowOf = (type: number) => firstPointer + typeCount + type;
  const pointers = Array.from({length: typeCount}, (_, type) => heap.pointer(rowOf(type)));
  const fields = pointers.map(() => Array.from({length: 1 + random(5)}, () => random(typeCount + 1) - 1)); // −1: a number
  for (const [type, targets] of fields.entries()) {
    const row = heap.struct(`main.T${type}`, [
      ['n', heap.int],
      ...targets.map((target, i) => [`f${i}`, target < 0 ? heap.int : pointers[target]!] as const),
    ]);
    expect(row).toBe(rowOf(type));
  }
  const objects = Array.from({length: 40}, (_, i) => ({name: `o${i}`, type: random(typeCount)}));
  for (const {name, type} of objects) {
    const scan = fields[type]!.some((target) => target >= 0);
    const bits = `0${fields[type]!.map((target) => (target < 0 ? '0' : '1')).join('')}`;
    heap.object(name, slotSizeFor(8 * bits.length, scan), scan ? {bits} : {noscan: true});
  }
  const edges = new Map<string, string[]>();
  const point = (from: string, word: number, type: number) => {
    const candidates = objects.filter((object) => object.type === type);
    if (candidates.length === 0 || random(4) === 0) return; // nil
    const to = candidates[random(candidates.length)]!.name;
    heap.point(from, word, to);
    edges.set(from, [...(edges.get(from) ?? []), to]);
  };
  for (const {name, type} of objects) for (const [i, target] of fields[type]!.entries()) if (target >= 0) point(name, i + 1, target);
  for (let i = 0; i < 5; i++) {
    const type = random(typeCount);
    heap.root(`r${i}`, pointers[type]!);
    point(`r${i}`, 0, type);
  }
  const reached = new Set<string>();
  const open = ['r0', 'r1', 'r2', 'r3', 'r4'];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const to of edges.get(node) ?? []) if (!reached.has(to) && reached.add(to)) open.push(to);
  }
  const typed = await heap.assign();
  for (const {name, type} of objects) {
    const expected = reached.has(name) ? {type: `main.T${type}`, length: 1} : {type: '', length: 0};
    expect(typed[name], name).toMatchObject(expected);
  }
});
