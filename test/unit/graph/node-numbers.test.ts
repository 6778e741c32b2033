/** Nodes, objects and types are numbered each in their own way: graph/objects.ts leads from one to the other, and the compiler knows them apart. */
import {expect, test} from 'vitest';
import type {NodeIndex, ObjectIndex, TypeIndex} from '../../../src/base/units.js';
import {firstObjectNode, nodeCount, nodeOfObject, objectOfNode} from '../../../src/graph/objects.js';

const graph = {roots: {count: 3}, objects: {count: 2}};

test('objects follow the program and the root nodes', () => {
  expect(firstObjectNode(graph)).toBe(4);
  expect([0, 1].map((object) => nodeOfObject(graph, object))).toEqual([4, 5]);
  expect([0, 1, 3, 4, 5].map((node) => objectOfNode(graph, node))).toEqual([undefined, undefined, undefined, 0, 1]);
  expect(nodeCount(graph)).toBe(6);
});

test('an index is no index of another kind', () => {
  const [node, object, type]: [NodeIndex, ObjectIndex, TypeIndex] = [4, 0, 7];
  // @ts-expect-error: an object is no node
  expect(objectOfNode(graph, object)).toBeUndefined();
  // @ts-expect-error: a node is no object
  expect(nodeOfObject(graph, node)).toBe(8);
  // @ts-expect-error: a type is neither
  expect(nodeOfObject(graph, type)).toBe(11);
  expect(nodeOfObject(graph, node - firstObjectNode(graph))).toBe(node); // arithmetic gives plain numbers
});
