/**
 * The telling paths of a heap against brute force: the same holders by the same pointers, and depths that count them.
 */
import {expect} from 'vitest';
import type {ToldHeap} from '../../src/answers/told-heap.js';
import {NONE} from '../../src/base/units.js';
import {tellingHolders} from './told-brute-force.js';

/** How many objects have been compared. */
export function expectTellingPaths(told: ToldHeap, text: string): number {
  const {depth, holder, holderSlot, graph} = told.columns;
  const {roots} = graph;
  const truth = tellingHolders(told);
  for (let node = roots.count + 1; node < depth.length; node++) {
    const expected = truth.get(node);
    const found = expected === undefined ? undefined : {holder: holder[node]!, slot: holderSlot[node]!};
    if (found?.holder !== expected?.holder || found?.slot !== expected?.slot) expect(found, `node ${node} of ${text}`).toEqual(expected);
    if (expected === undefined) expect([depth[node], holder[node], holderSlot[node]], text).toEqual([NONE, NONE, NONE]);
    else if (depth[node] !== depth[holder[node]!]! + 1) expect.unreachable(`depth of node ${node} of ${text}`);
  }
  for (let root = 1; root <= roots.count; root++) expect([depth[root], holder[root]], text).toEqual([0, roots.parent[root - 1]]);
  return truth.size;
}
