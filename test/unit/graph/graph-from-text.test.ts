import {describe, expect, test} from 'vitest';
import {headerOf, objectOfNode, sizeOf, usedOf} from '../../../src/graph/objects.js';
import {graphFromText, nameOfNode, nodeNamed} from '../../kit/graph-from-text.js';

describe('graphFromText', () => {
  test('the line of its header', () => {
    const graph = graphFromText('roots: a; goroutine 1 -> b; a -> b c; b -> d:8; type T 16; a: T x3');
    expect([0, 1, 2, 3, 4, 5, 6].map((node) => nameOfNode(graph, node))).toEqual(['program', 'main.a', 'goroutine 1', 'a', 'b', 'c', 'd']);
    const a = objectOfNode(graph, nodeNamed(graph, 'a'))!;
    expect([sizeOf(graph, a), usedOf(graph, a), graph.objects.length[a]]).toEqual([48, 48, 3]);
    expect([...graph.edges.firstEdge]).toEqual([0, 0, 1, 2, 4, 5, 5, 5]);
    expect([...graph.edges.target]).toEqual([3, 4, 4, 5, 6]);
    expect([...graph.edges.interiorEdge, ...graph.edges.interiorOffset]).toEqual([4, 8]);
    expect(sizeOf(graph, objectOfNode(graph, nodeNamed(graph, 'd'))!)).toBe(16);
  });

  test('roots of every shape, headers, offsets and edges that are not followed', () => {
    const graph = graphFromText(`
      type main.T 24 next@0:*main.T name@8:string
      global main.x : main.T -> a 16=b
      goroutine 7 -> b; local y in 7 -> !c
      a : main.T x2 size=64 header=8 -> b
      a -> 40=!b:16     # to the second element's name
    `);
    expect([...graph.roots.parent]).toEqual([0, 0, 2]);
    expect([...graph.roots.size]).toEqual([24, 8, 8]);
    expect([...graph.roots.goroutine]).toEqual([0xffffffff, 0, 0]);
    const a = nodeNamed(graph, 'a');
    expect(headerOf(graph, objectOfNode(graph, a)!)).toBe(8);
    expect([...graph.edges.slot.subarray(graph.edges.firstEdge[a]!, graph.edges.firstEdge[a + 1]!)]).toEqual([1, 5]);
    expect([...graph.edges.notFollowed]).toEqual([3, 5]);
    expect(graph.types.pointerWords[graph.types.name.indexOf('main.T')]).toBe(2);
    expect(graph.types.package[graph.types.name.indexOf('main.T')]).toBe('main');
  });

  test('a pointer to the start of the data is not interior, with a header in front', () => {
    expect(graphFromText('roots: a; a : 64 header=8; b -> a:8').edges.interiorEdge).toHaveLength(0);
  });

  test('unknown names are errors', () => {
    expect(() => nodeNamed(graphFromText('roots: a'), 'z')).toThrow("no node 'z'");
  });
});
