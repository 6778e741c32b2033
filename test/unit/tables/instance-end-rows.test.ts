/**
 * The first objects of each type in each order, against sorting all of them, on graphs with garbage, unknown types, equal numbers and lists that only grow.
 */
import {expect, test} from 'vitest';
import type {AnalysisColumns} from '../../../src/analyses/analysis-columns.js';
import {computeAnalyses} from '../../../src/analyses/analyze.js';
import {getBit} from '../../../src/base/bitset.js';
import type {Cell} from '../../../src/base/column-batch.js';
import {lengthOf, nodeOfObject, sizeOf} from '../../../src/graph/objects.js';
import {instanceEndTable} from '../../../src/tables/instance-end-rows.js';
import {graphFromText, noContents} from '../../kit/graph-from-text.js';
import {randomGraphText, seededRandom} from '../../kit/random-graph.js';
import {readRows} from '../../kit/table-batches.js';

/** Each object holds the one before it: what they retain grows with the address, and so does the number of objects. */
function growing(): string {
  const random = seededRandom(1);
  const node = (at: number) => `o${at} : main.Node x${1 + random(3)} size=48${at === 0 ? '' : ` -> o${at - 1}`}`;
  const lines = Array.from({length: 300}, (_, at) => node(at));
  return ['type main.Node 16 Next@0:*main.Node', 'global main.last : *main.Node -> o299', ...lines].join('\n');
}

const GRAPHS = [growing(), ...Array.from({length: 20}, (_, seed) => randomGraphText(seed))];

test.each(GRAPHS.map((text, at) => [at === 0 ? 'a list' : `random graph ${at - 1}`, text]))('%s', async (_, text) => {
  const columns = await computeAnalyses(graphFromText(text), noContents);
  for (const limits of [
    {objects: 2, rows: 3},
    {objects: 10, rows: 7},
  ]) {
    const rows = await readRows(instanceEndTable(columns, limits).batches());
    expect(rows).toEqual(expectedRows(columns, limits));
  }
  expect(await readRows(instanceEndTable(columns).batches())).toEqual([]);
});

function expectedRows(columns: AnalysisColumns, {objects: least, rows}: {objects: number; rows: number}): Cell[][] {
  const {graph, reachable, retained, retainedObjects} = columns;
  const all = Array.from(graph.objects.type, (type, object) => {
    const node = nodeOfObject(graph, object);
    const isReachable = getBit(reachable, node);
    return {
      type,
      node,
      address: node,
      length: type === 0 ? null : lengthOf(graph.objects, object) || null,
      reachable: Number(isReachable),
      retained: isReachable ? retained[node]! : null,
      retained_objects: isReachable ? retainedObjects[node]! : null,
      size: sizeOf(graph, object),
    };
  });
  const expected: Cell[][] = [];
  for (let type = 0; type < graph.types.count; type++) {
    const ofType = all.filter((each) => each.type === type);
    if (ofType.length <= least) continue;
    for (const order of ['address', 'length', 'reachable', 'retained', 'retained_objects', 'size'] as const) {
      for (const down of [0, 1]) {
        const known = ofType.filter((each) => each[order] !== null);
        known.sort((a, b) => (down ? b[order]! - a[order]! : a[order]! - b[order]!) || a.node - b.node);
        const list = [...known, ...ofType.filter((each) => each[order] === null)].slice(0, rows);
        expected.push(...list.map(({node}, at) => [type, order, down, at + 1, node]));
      }
    }
  }
  return expected;
}
