/** Why a claim that an exact type refuses may be true all the same. */
import {expect, test} from 'vitest';
import {KIND} from '../../../src/runtime/types/kinds.js';
import {explainRefusal} from '../../../src/types/assign/refusals.js';
import {PointerShapes} from '../../../src/types/catalog/pointer-shape.js';
import {HeapBuilder} from '../../kit/heap-builder.js';

const heap = new HeapBuilder();
const pointer = heap.pointer(heap.int);
const node = heap.struct('main.Node', [['p', pointer], ['n', heap.int]]); // biome-ignore format: one line a type
const twin = heap.struct('main.Twin', [['p', pointer], ['id', heap.int]]); // biome-ignore format: one line a type
const mirror = heap.struct('main.Mirror', [['n', heap.int], ['p', pointer]]); // biome-ignore format: one line a type
const padded = heap.struct('main.Padded', [['node', node], ['pad', heap.int]]); // biome-ignore format: one line a type
const nodes = heap.array(padded, 3);

test.each([
  ['a struct, claimed to be its first field', padded, node, 'first part'],
  ['an array, claimed to be what its first element begins with', nodes, pointer, 'first part'],
  ['elements, claimed to be the array of them', padded, nodes, 'elements'],
  ['a type of the same layout', node, twin, 'same layout'],
  ['a type with pointers elsewhere', node, mirror, undefined],
  ['a type of another size', padded, twin, undefined],
] as const)('%s', (_, exact, claimed, why) => {
  const shapes = new PointerShapes(heap.store);
  for (const type of [exact, claimed]) shapes.prepare(type);
  expect(heap.store.describe(exact).kind).not.toBe(KIND.unknown);
  expect(explainRefusal(shapes, exact, claimed)).toBe(why);
});
