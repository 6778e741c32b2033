/**
 * Typed values of cores made here: both kinds of maps, with every variation of their memory, channels, slices and functions, as the program
 * `maps` printed them; from the core and from a database with full contents.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {sqlite} from '../../formats/sqlite/export-sqlite.js';
import {openHeap, writeHeap} from '../../src/index.js';
import {expectValues} from '../kit/expect-values.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {readTruth} from '../oracle/truth.js';

const obstacle = findObstacle();
const TARGETS = ['1.17.13', '1.21.13', '1.24.13', '1.24.13-noswissmap', '1.26.8', '1.27.1', '1.27.1-mapsplitgroup'];

describe.skipIf(obstacle !== undefined)('values', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-live-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test.each(TARGETS)('maps-%s', async (target) => {
    const made = makeCore(`maps-${target}${target.includes('-') ? '+' : '-'}kabrt`);
    const truth = readTruth(made.truth);
    const heap = await openHeap(made.core, {executable: made.executable});
    expect(expectValues(heap, truth)).toBeGreaterThan(5000);
    const database = join(folder, `${target}.db`);
    await writeHeap(heap, sqlite, database, {contents: 'full'});
    const kept = await openHeap(database);
    expect(expectValues(kept, truth)).toBeGreaterThan(5000);
    await kept.close();
    await heap.close();
  });
});
