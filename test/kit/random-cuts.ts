/**
 * Cuts of a random graph, the same for the same seed: nothing, one node, one pointer, and several of both.
 */
import type {GraphCuts} from '../../src/analyses/cut-graph.js';
import type {HeapGraph} from '../../src/graph/heap-graph.js';
import {nodeCount} from '../../src/graph/objects.js';
import {seededRandom} from './random-graph.js';

export function randomCuts(graph: HeapGraph, seed: number): GraphCuts[] {
  const random = seededRandom(seed + 4242);
  const some = (count: number, limit: number) => [...new Set(Array.from({length: limit > 0 ? count : 0}, () => random(limit)))];
  const nodes = (count: number) => some(count, nodeCount(graph) - 1).map((node) => node + 1);
  const edges = (count: number) => some(count, graph.edges.count);
  return [
    {nodes: nodes(1), edges: []},
    {nodes: [], edges: edges(1)},
    {nodes: nodes(random(3)), edges: edges(random(4))},
    {nodes: nodes(3), edges: edges(3)},
  ];
}
