import {expect, test} from 'vitest';
import {StringTable} from '../../../src/base/string-table.js';
import {RootBuilder} from '../../../src/heap/roots/root-builder.js';
import {addFinalizerObjects} from '../../../src/heap/roots/special-roots.js';
import {HEAP, heapIndex, tracedEdges} from '../../kit/heap-index.js';

/** The objects that get a node of kind finalizer-object, with the objects that the node's words lead to. */
function check(
  targets: readonly (readonly number[])[],
  options: {roots?: number[]; finalized: number[]; g?: number[]},
  expected: [number, number[]][],
): void {
  const index = heapIndex([{start: HEAP, pages: 1, slotSize: 64, slots: 128}]);
  const roots = new RootBuilder(index, new StringTable());
  for (const object of options.roots ?? []) roots.addEdge(roots.add({kind: 'global', name: 'g'}), 0, object, 0);
  const before = roots.count;
  addFinalizerObjects(roots, tracedEdges(index, targets), Uint32Array.from(options.finalized), Uint32Array.from(options.g ?? []));
  const {table, edgeRoot, edgeObject} = roots.finish();
  const found = Array.from({length: table.count - before}, (_, i): [number, number[]] => [
    table.object[before + i]!,
    [...edgeObject.filter((_, edge) => edgeRoot[edge] === before + i)],
  ]);
  expect(found).toEqual(expected);
}

test('an object that nothing else reaches keeps what it points to, not itself', () => {
  check([[1, 2], [], []], {finalized: [0]}, [[0, [1, 2]]]);
});
test('an object that a root reaches needs no node', () => {
  check([[1], [], [0]], {roots: [2], finalized: [0]}, []);
});
test('of a chain only its head gets a node, in whatever order the objects lie', () => {
  check([[1], [2], []], {finalized: [0, 1]}, [[0, [1]]]);
  check([[2], [0], []], {finalized: [0, 1]}, [[1, [0]]]);
});
test('of a cycle the first gets a node', () => {
  check([[1], [0]], {finalized: [0, 1]}, [[0, [1]]]);
});
test('an object without pointers keeps nothing', () => {
  check([[]], {finalized: [0]}, []);
});
test("a g's own pointers reach nothing: its goroutine owns them", () => {
  check([[1], [2], []], {roots: [0], g: [0], finalized: [1]}, [[1, [2]]]);
});
