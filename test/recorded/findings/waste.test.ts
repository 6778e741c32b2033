/** Waste of recorded cores: no byte is two kinds, all rows together are what their objects say one by one, and copies are copies. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {AnalysisColumns} from '../../../src/analyses/analysis-columns.js';
import {computeAnalyses} from '../../../src/analyses/analyze.js';
import {computeOwners} from '../../../src/answers/owners.js';
import {tellHeap} from '../../../src/answers/told-heap.js';
import {createBitset, getBit} from '../../../src/base/bitset.js';
import {NONE} from '../../../src/base/units.js';
import {computeDuplicates} from '../../../src/findings/duplicates.js';
import {computePooled} from '../../../src/findings/pooled.js';
import {listRuntimeObjects} from '../../../src/findings/runtime-objects.js';
import {computeWaste} from '../../../src/findings/waste.js';
import type {WasteKind} from '../../../src/findings/waste-kinds.js';
import {addressOf, nodeCount, nodeOfObject, sizeOf, spanOf, usedOf} from '../../../src/graph/objects.js';
import {openCoreHeap} from '../../../src/open-core-heap.js';
import {type ArrayViews, computeArrayViews, isText, ROW, ROW_WORDS, TINY_SLOT, VIEW} from '../../../src/values/array-views.js';
import {listByteTypes} from '../../../src/values/byte-uses.js';
import {ExtentSums} from '../../../src/values/extent-sums.js';
import {unpackFixture} from '../../kit/fixtures.js';

describe.each(['zoo-1.26.8', 'maps-1.21.13'])('%s', (name) => {
  let columns: AnalysisColumns;
  let views: ArrayViews;
  let close = () => {};
  beforeAll(async () => {
    const {core, executable} = unpackFixture(name);
    const heap = await openCoreHeap(core, {executable});
    close = heap.close;
    columns = await computeAnalyses(heap.graph, heap.contents);
    views = computeArrayViews(heap.graph, heap.contents, columns.reachable);
  });
  afterAll(() => close());

  test('of every array, in use + reserve + lost = slot; sums of kinds are sums over objects', () => {
    const told = tellHeap(columns);
    const pooled = computePooled(told, listRuntimeObjects(columns).pools);
    const {rows, fixFor} = computeWaste({...told, owners: computeOwners(told), views, pooled, duplicates: false});
    const {graph, reachable} = columns;
    const sums = new ExtentSums(views);
    const wrong: number[] = [];
    let [arrays, slots, covered, reserve, typed, poolBytes] = [0, 0, 0, 0, 0, 0];
    for (let object = 0; object < graph.objects.count; object++) {
      const node = nodeOfObject(graph, object);
      const slot = sizeOf(graph, object);
      const row = views.rowOf[object]!;
      if (getBit(pooled, node)) poolBytes += slot;
      else if (row !== NONE) {
        sums.measure(row, slot);
        if (!getBit(reachable, node) || Math.min(sums.covered, sums.reserve, slot - sums.covered - sums.reserve) < 0) wrong.push(node);
        arrays++;
        slots += slot;
        covered += sums.covered;
        reserve += sums.reserve;
      } else if (getBit(reachable, node)) typed += slot - (usedOf(graph, object) ?? slot);
    }
    expect(wrong).toEqual([]);
    expect(arrays).toBeGreaterThan(100);
    const bytesOf = (...kinds: WasteKind[]) => rows.reduce((sum, row) => sum + (kinds.includes(row.kind) ? row.bytes : 0), 0);
    expect(bytesOf('capacity')).toBe(reserve);
    expect(bytesOf('pooled')).toBe(poolBytes);
    // Another order of fields saves some of what is rounded up, and some that is in use.
    const rounded = bytesOf('size-class', 'pinned');
    expect(rounded).toBeLessThanOrEqual(slots - covered - reserve + typed);
    expect(rounded + bytesOf('padding')).toBeGreaterThanOrEqual(slots - covered - reserve + typed);
    expect(rows.map(({bytes}) => bytes)).toEqual(rows.map(({bytes}) => bytes).sort((a, b) => b - a));
    for (const row of rows) expect(fixFor(row), row.kind).not.toBe('');
    expect(new Set(rows.map(({kind, path, type, owner}) => `${kind} ${path} ${type} ${owner}`)).size).toBe(rows.length);
  });

  test('copies are what equals another value, found with all values in memory', () => {
    const {graph, contents} = columns;
    const {copies} = computeDuplicates(graph, contents, views, createBitset(nodeCount(graph)));
    const isBytes = listByteTypes(graph.types);
    const counts = new Map<string, {values: number; copies: number}>(); // by kind and value
    for (let object = 0; object < graph.objects.count; object++) {
      const row = views.rowOf[object]!;
      if (row === NONE || sizeOf(graph, object) === TINY_SLOT || graph.spans.scan[spanOf(graph.objects, object)] === 1) continue;
      const [start, end, flags, further] = [ROW.start, ROW.end, ROW.flags, ROW.further].map(
        (word) => views.rows[row * ROW_WORDS + word]!,
      ) as [number, number, number, number];
      const isOne = (flags & (VIEW.value | VIEW.whole)) === VIEW.value && further === NONE;
      const kind = isText(views, row) ? 'string' : isBytes[graph.objects.type[object]!] === 1 ? 'slice' : undefined;
      if (!isOne || end === start || kind === undefined) continue;
      const bytes = contents.bytes(addressOf(graph, object) + start, end - start)!;
      const value = `${kind} ${Buffer.from(bytes).toString('latin1')}`;
      const count = counts.get(value) ?? {values: 0, copies: 0};
      counts.set(value, {values: count.values + 1, copies: count.copies + copies[row]!});
    }
    const wrong = [...counts].filter(([, count]) => count.copies !== count.values - 1);
    expect(wrong).toEqual([]);
    expect(counts.size).toBeGreaterThan(20); // zoo's are equal in a few cases
  });
});
