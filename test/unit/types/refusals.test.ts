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
const text = heap.string;
const named = heap.basic('main.Text', text);
const config = heap.struct('main.Config', [['first', text], ['n', heap.int]]); // biome-ignore format: one line a type
const inner = heap.struct('main.Inner', [['config', config], ['p', pointer]]); // biome-ignore format: one line a type

test.each([
  ['a struct, claimed to be its first field', padded, node, 'first part'],
  ['an array, claimed to be what its first element begins with', nodes, pointer, 'first part'],
  ['elements, claimed to be the array of them', padded, nodes, 'elements'],
  ['a type of the same layout', node, twin, 'same layout'],
  ['a struct, claimed to be a named type that is made from what its first field is', config, named, 'first part'],
  ['the same one struct further in', inner, named, 'first part'],
  ['a struct, claimed to be the first field of what it has second', inner, pointer, undefined],
  ['a struct, claimed to be what its first field is not', config, heap.int, undefined],
  ['a type with pointers elsewhere', node, mirror, undefined],
  ['a struct, claimed to be of the layout of its first field', padded, twin, 'first part'],
  ['a type of another size', padded, mirror, undefined],
] as const)('%s', (_, exact, claimed, why) => {
  const shapes = new PointerShapes(heap.store);
  for (const type of [exact, claimed]) shapes.prepare(type);
  expect(heap.store.describe(exact).kind).not.toBe(KIND.unknown);
  expect(explainRefusal(shapes, exact, claimed)).toBe(why);
});

test('a contradiction is told of pointers that the program reaches, and not of garbage', async () => {
  const build = (withRoot: boolean) => {
    const small = new HeapBuilder();
    const leaf = small.struct('main.Leaf', [['p', small.opaque], ['more', small.array(small.opaque, 74)]]); // biome-ignore format: one line a type
    const other = small.struct('main.Other', [['n', small.int], ['more', small.array(small.opaque, 74)]]); // biome-ignore format: one line a type
    const owner = small.struct('main.Owner', [['leaf', small.pointer(other)], ['more', small.array(small.opaque, 74)]]); // biome-ignore format: one line a type
    small.object('owner', 640, {header: owner});
    small.object('leaf', 640, {header: leaf});
    small.point('owner', 0, 'leaf');
    if (withRoot) {
      small.root('main.owner', small.pointer(owner));
      small.point('main.owner', 0, 'owner');
    }
    return small.contradictions();
  };
  expect(await build(true)).toEqual([expect.stringMatching(/^1 pointers .* is main\.Other, but the allocator made main\.Leaf: /)]);
  expect(await build(false)).toEqual([]);
});
