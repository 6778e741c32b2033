/** Recorded cores without the memory in which the runtime keeps track of its spans: what the walk finds, beside what the whole core has. */
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {openCoreHeap} from '../../../src/open-core-heap.js';
import {compareCut, dropSpans} from '../../kit/cut-cores.js';
import {unpackFixture} from '../../kit/fixtures.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-cut-'));
afterAll(() => rmSync(folder, {recursive: true}));

/** Of an ELF64 header. */
const E_SHOFF = 40;
const E_SHNUM = 60;

/** Where the collector's bits tell of small objects, and where only types do. */
/** A stripper's work: no section is left. */
function withoutSections(executable: string): string {
  const bytes = readFileSync(executable);
  bytes.writeBigUInt64LE(0n, E_SHOFF);
  bytes.writeUInt32LE(0, E_SHNUM); // and e_shstrndx
  const path = join(folder, 'stripped');
  writeFileSync(path, bytes);
  return path;
}

test('of a stripped program the heap and its goroutines are found, as far as the collector tells', async () => {
  const fixture = unpackFixture('leak-1.26.8');
  const copy = join(folder, 'cut');
  dropSpans(fixture, copy);
  const executable = withoutSections(fixture.executable);
  const whole = await openCoreHeap(fixture.core, {executable});
  const cut = await openCoreHeap(copy, {executable});
  const {wrong, objects, goroutines, goroutinesFound} = compareCut(whole.graph, cut.graph, copy);
  expect(objects).toBeGreaterThan(100);
  expect(wrong / objects).toBeLessThan(0.005);
  expect([goroutinesFound, cut.graph.goroutines.count]).toEqual([goroutines, whole.graph.goroutines.count]);
  expect(cut.graph.metadata.complete).toBe(0);
  whole.close();
  cut.close();
});

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
