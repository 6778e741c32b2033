/**
 * The accounts of memory against the runtime's own: its counters in the core, and the MemStats that the program had printed.
 */
import {describe, expect, test} from 'vitest';
import {memoryFigures} from '../../../src/database/queries/memory-figures.js';
import {analyzedFixture} from '../../kit/analyzed-fixture.js';
import {fixtureNames} from '../../kit/fixtures.js';
import {expectCounters, expectMemStats, expectUnion} from '../../kit/memory-rows.js';
import {openFixture} from '../../kit/open-fixture.js';
import {readRuntimeCounters} from '../../kit/runtime-counters.js';
import {readTruth} from '../../oracle/truth.js';

describe.each(fixtureNames())('%s', async (name) => {
  const {fixture, files, go} = openFixture(name);
  const rows = (await analyzedFixture(name)).columns.graph.memory;

  test('rows equal the counters in the core', () => {
    expectCounters(rows, readRuntimeCounters(go));
  });

  test('rows equal MemStats but for what happened since', () => {
    const compared = expectMemStats(rows, readTruth(fixture.truth).memstats);
    expect(compared).toEqual(
      expect.arrayContaining(['HeapInuse', 'HeapIdle', 'StackInuse', 'MSpanInuse', 'MCacheInuse', 'GCSys', 'OtherSys']),
    );
  });

  test('Sys is what MemStats says', () => {
    const {Sys} = readTruth(fixture.truth).memstats;
    expect(Math.abs(memoryFigures(rows).sys - Sys!)).toBeLessThan(Math.max(16 * 1024, Sys! / 100));
  });

  test('rows sum up to the union of the segments', () => {
    expectUnion(rows, files.addressSpace(go.image.bias));
  });
});
