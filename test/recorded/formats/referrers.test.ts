/**
 * The counting sort behind `referrers` gives the same rows however small its scratch is.
 */
import {expect, test} from 'vitest';
import type {HeapGraph} from '../../../src/graph/heap-graph.js';
import {nodeCount} from '../../../src/graph/objects.js';
import {referrerTable} from '../../../src/tables/edge-rows.js';
import {ZOO} from '../../kit/exported.js';
import {graphFromText} from '../../kit/graph-from-text.js';
import {randomGraphText} from '../../kit/random-graph.js';
import {readRows} from '../../kit/table-batches.js';

test.each([ZOO, ...Array.from({length: 30}, (_, seed) => randomGraphText(seed + 900))])('any size of a pass %#', async (text) => {
  const graph = graphFromText(text);
  const expected = sortedReferrers(graph);
  for (const edgesPerPass of [1, 2, 3, 7, 1000]) expect(await readRows(referrerTable(graph, edgesPerPass).batches())).toEqual(expected);
});

function sortedReferrers(graph: HeapGraph): number[][] {
  const rows: number[][] = [];
  for (let node = 0; node < nodeCount(graph); node++) {
    for (let edge = graph.edges.firstEdge[node]!; edge < graph.edges.firstEdge[node + 1]!; edge++) {
      rows.push([graph.edges.target[edge]!, node, graph.edges.slot[edge]! * 8]);
    }
  }
  return rows.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!);
}
