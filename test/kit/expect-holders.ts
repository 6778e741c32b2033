/**
 * Holders against their definition: every child of a node in the dominator tree is in one row, and the rows add up to what the node
 * retains. The roots that lead to a row are found by walking forwards from each root node.
 */
import {expect} from 'vitest';
import {computeReferrers} from '../../src/analyses/referrers.js';
import {HolderSearch} from '../../src/answers/holder-search.js';
import {computeHolders, type HolderOptions, type HolderRow} from '../../src/answers/holders.js';
import {listOwnerTypes} from '../../src/answers/owners.js';
import type {ToldHeap} from '../../src/answers/told-heap.js';
import {NONE, type NodeIndex} from '../../src/base/units.js';
import {ROOT_KINDS} from '../../src/graph/heap-graph.js';
import {objectOfNode, sizeOf} from '../../src/graph/objects.js';
import {firstNamedAbove, listArrows, rootsReaching} from './told-brute-force.js';

/** Of the level below `under`. */
export function expectPartition(told: ToldHeap, text: string, options: HolderOptions = {}): HolderRow[] {
  const {graph, dominator, retained} = told.columns;
  const {under = 0} = options;
  const rows = computeHolders(told, {...options, unfold: false, most: Number.POSITIVE_INFINITY});
  const object = objectOfNode(graph, under);
  const sum = rows.reduce((total, row) => total + row.retained, 0);
  expect(sum, text).toBe(retained[under]! - (object === undefined ? 0 : sizeOf(graph, object)));
  const members = rows.flatMap((row) => [...row.nodes]);
  expect(new Set(members).size, text).toBe(members.length);
  const children = [...dominator.keys()].filter((node) => dominator[node] === under && retained[node]! > 0);
  const isChild = new Set(members);
  for (const child of children) expect(isChild.has(child), `node ${child} of ${text}`).toBe(true);
  const goroutines = new Set<number>();
  for (const row of rows) {
    expect(row.retained, text).toBe(row.nodes.reduce((total, node) => total + retained[node]!, 0));
    expect(retained[row.example], text).toBe(Math.max(...row.nodes.map((node) => retained[node]!)));
    if (row.kind === 'goroutine') {
      expect(goroutines.has(row.group), text).toBe(false);
      goroutines.add(row.group);
    } else {
      expect(row.count, text).toBe(row.nodes.length);
      for (const node of row.nodes) expect(told.names.textOf(told.names.idOf(node)), text).toBe(row.name);
    }
  }
  return rows;
}

/** The roots that hold a row of objects, exactly. */
export function expectHeldBy(told: ToldHeap, rows: readonly HolderRow[], text: string): void {
  const {graph} = told.columns;
  const search = new HolderSearch(told.columns, computeReferrers(graph));
  const owns = listOwnerTypes(graph);
  const arrows = listArrows(told);
  for (const row of rows) {
    const found = search.find(row, Number.POSITIVE_INFINITY);
    expect(found.exact, text).toBe(true);
    if (row.kind !== 'object') {
      expect([found.variables, found.goroutines, ROOT_KINDS[graph.roots.kind[found.root - 1]!]], text).toEqual([0, 0, row.kind]);
      continue;
    }
    let best: NodeIndex = row.example;
    while (best > graph.roots.count) best = told.columns.holder[best]!;
    const named = new Set(Array.from(row.nodes, (node) => firstNamedAbove(told, node, (type) => owns[type] === 1)));
    named.delete(NONE);
    const reaching = rootsReaching(told, arrows, new Set(row.nodes), named);
    const goroutineOf = (root: NodeIndex) => graph.roots.goroutine[root - 1]!;
    const variables = reaching.filter((root) => goroutineOf(root) === NONE && root !== best);
    const goroutines = new Set(reaching.map(goroutineOf).filter((goroutine) => goroutine !== NONE && goroutine !== goroutineOf(best)));
    expect(found, `${row.name} of ${text}`).toEqual({root: best, variables: variables.length, goroutines: goroutines.size, exact: true});
  }
}
