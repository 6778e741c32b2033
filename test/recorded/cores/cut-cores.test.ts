/** Recorded cores without the memory in which the runtime keeps track of its spans: what the walk finds, beside what the whole core has. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {openCoreHeap} from '../../../src/open-core-heap.js';
import {compareCut, dropSpans} from '../../kit/cut-cores.js';
import {unpackFixture} from '../../kit/fixtures.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-cut-'));
afterAll(() => rmSync(folder, {recursive: true}));

/** Where the collector's bits tell of small objects, and where only types do. */
test.each([
  ['leak-1.26.8', 0.99],
  ['maps-1.21.13', 0.99],
])('%s: objects are found without any span', async (name, share) => {
  const fixture = unpackFixture(name);
  const {executable} = fixture;
  const copy = join(folder, name);
  dropSpans(fixture, copy);
  const whole = await openCoreHeap(fixture.core, {executable});
  const cut = await openCoreHeap(copy, {executable});
  const {present, found, sameType, wrong, objects} = compareCut(whole.graph, cut.graph, copy);
  expect(found / present).toBeGreaterThan(share);
  expect(sameType / found).toBeGreaterThan(0.98);
  expect(wrong / objects).toBeLessThan(0.005);
  expect(cut.graph.goroutines.count).toBe(whole.graph.goroutines.count);
  expect(cut.graph.spans.evidence.every((evidence) => evidence === 1)).toBe(true);
  expect(whole.graph.spans.evidence.includes(1)).toBe(false);
  expect(cut.graph.metadata.complete).toBe(0);
  whole.close();
  cut.close();
});
