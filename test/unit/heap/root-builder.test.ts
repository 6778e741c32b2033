import {expect, test} from 'vitest';
import {StringTable} from '../../../src/base/string-table.js';
import {RootBuilder} from '../../../src/heap/roots/root-builder.js';
import {HEAP, heapIndex} from '../../kit/heap-index.js';

const index = heapIndex([{start: HEAP, pages: 1, slotSize: 64, slots: 128, free: [5]}]);
const builder = () => new RootBuilder(index, new StringTable());

test('a word of a stack belongs to the first root that claims it', () => {
  const roots = builder();
  roots.enterRegion(0x1000, 0x2000);
  const a = roots.add({kind: 'global', name: 'a', address: 0x1000, size: 16});
  const b = roots.add({kind: 'runtime', name: 'b', address: 0x1000, size: 8});
  expect(roots.addWord(a, 0, HEAP, 0x1000)).toBe(true);
  expect(roots.addWord(b, 0, HEAP, 0x1000)).toBe(false);
  expect([...roots.finish().edgeRoot]).toEqual([a]);
});

test('words that lead to no object are no edges', () => {
  const roots = builder();
  const a = roots.add({kind: 'global', name: 'a', address: 0x1000, size: 32});
  expect(roots.addWord(a, 0, 0, 0x1000)).toBe(false);
  expect(roots.addWord(a, 8, HEAP + 5 * 64, 0x1008)).toBe(false);
  expect(roots.addWord(a, 16, 0x400000, 0x1010)).toBe(false);
  expect(roots.finish().edgeRoot.length).toBe(0);
});

test('edges come out by root, then by slot, with their offsets into the target', () => {
  const roots = builder();
  const a = roots.add({kind: 'global', name: 'a', address: 0x1000, size: 32});
  roots.addWord(a, 16, HEAP + 2 * 64 + 24, 0x1010);
  roots.addWord(a, 0, HEAP, 0x1000);
  const b = roots.add({kind: 'global', name: 'b', address: 0x2000, size: 32});
  roots.addWord(b, 8, HEAP + 64, 0x2008);
  const {edgeRoot, edgeSlot, edgeObject, edgeOffset} = roots.finish();
  expect([...edgeRoot].map((root, i) => [root, edgeSlot[i], edgeObject[i], edgeOffset[i]])).toEqual([
    [a, 0, 0, 0],
    [a, 2, 2, 24],
    [b, 1, 1, 0],
  ]);
});
