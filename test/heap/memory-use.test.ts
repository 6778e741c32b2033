/**
 * The accounts of memory against the runtime's own: its counters in the core, and the MemStats that the program had printed. What
 * changes in between is the program's: stacks of new threads, pages that the scavenger gives back.
 */
import {describe, expect, test} from 'vitest';
import {openCoreHeap} from '../../src/open-heap.js';
import {fixtureNames} from '../kit/fixtures.js';
import {differingFields, memoryByField} from '../kit/memory-rows.js';
import {openFixture} from '../kit/open-fixture.js';
import {readRuntimeCounters} from '../kit/runtime-counters.js';
import {readTruth} from '../oracle/truth.js';

describe.each(fixtureNames())('%s', async (name) => {
  const {fixture, files, go} = openFixture(name);
  const heap = await openCoreHeap(fixture.core, {executable: fixture.executable});
  const rows = heap.graph.memory;
  const found = memoryByField(rows);
  heap.close();

  test('rows equal the counters in the core', () => {
    expect(differingFields(found, readRuntimeCounters(go))).toEqual([]);
  });

  test('rows equal MemStats but for what happened since', () => {
    const {memstats} = readTruth(fixture.truth);
    const {HeapIdle, HeapReleased, StackInuse, ...settled} = found;
    expect(differingFields(settled, memstats)).toEqual([]);
    expect(differingFields({sum: HeapIdle! + StackInuse!}, {sum: memstats.HeapIdle! + memstats.StackInuse!})).toEqual([]);
    expect(HeapReleased! - memstats.HeapReleased!).toBeLessThan(1 << 20);
  });

  test('rows sum up to the union of the segments', () => {
    const ranges = files.addressSpace(go.image.bias).ranges.toSorted((a, b) => a.start - b.start);
    let [union, behind] = [0, 0];
    for (const {start, end} of ranges) {
      union += Math.max(0, end - Math.max(start, behind));
      behind = Math.max(behind, end);
    }
    expect(rows.reduce((sum, {bytes}) => sum + bytes, 0)).toBe(union);
  });
});
