/**
 * zoo's memory by use on every Go version and in every build: the rows sum up to what was dumped, and are what the runtime had counted.
 */
import {describe, expect, test} from 'vitest';
import {WarningLog} from '../../src/base/warnings.js';
import {openDump} from '../../src/image/open-dump.js';
import {openCoreHeap} from '../../src/open-core-heap.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {expectCounters, expectMemStats, expectUnion, memoryByField} from '../kit/memory-rows.js';
import {openMadeCore} from '../kit/open-fixture.js';
import {readRuntimeCounters} from '../kit/runtime-counters.js';
import {readTruth} from '../oracle/truth.js';
import {MATRIX} from './targets.js';

describe.skipIf(findObstacle() !== undefined)('memory by use', () => {
  test.each(MATRIX.filter(({stripped}) => !stripped))('$name', async ({name}) => {
    const made = makeCore(name);
    const rows = await memoryOf(made);
    const {files, go} = openMadeCore(made);
    expectUnion(rows, files.addressSpace(go.image.bias));
    expectCounters(rows, readRuntimeCounters(go));
    expect(expectMemStats(rows, readTruth(made.truth).memstats)).toEqual(Object.keys(memoryByField(rows)));
    files.close();
  });

  /** Without symbols some parts of the runtime are not told apart. */
  test.each(MATRIX.filter(({stripped}) => stripped))('$name', async ({name}) => {
    const made = makeCore(name);
    const rows = await memoryOf(made);
    const files = openDump(made.core, {executable: made.executable}, new WarningLog());
    expectUnion(rows, files.addressSpace(0));
    files.close();
    const {memstats} = readTruth(made.truth);
    const found = memoryByField(rows);
    for (const field of ['HeapInuse', 'MSpanInuse'])
      expect(Math.abs(found[field]! - memstats[field]!), field).toBeLessThanOrEqual(16 * 1024);
  });
});

async function memoryOf({core, executable}: {readonly core: string; readonly executable: string}) {
  const heap = await openCoreHeap(core, {executable});
  heap.close();
  return heap.graph.memory;
}
