/**
 * Types and values of zoo on every Go version and build that has DWARF: how much is typed, that no type is contradicted, that DWARF and the
 * runtime agree about sizes, and the lengths that the program printed of its maps. Shares: docs/coverage.md, written by matrix.test.ts.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {openHeap} from '../../src/index.js';
import {expectDocumentedPairs, expectDocumentedUnknowns, expectSameSizes, refusedPairs, typedShare} from '../kit/expect-types.js';
import {expectLengths} from '../kit/expect-values.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {traceCore} from '../kit/traced-core.js';
import {readTruth} from '../oracle/truth.js';
import {MATRIX} from './targets.js';

describe.skipIf(findObstacle('gcc', 'qemu-aarch64') !== undefined)('types', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-types-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test.each(MATRIX.filter(({stripped}) => !stripped))('$name', async ({name, version}) => {
    const made = makeCore(name);
    const database = openDatabase(await convertCore(made, join(folder, 'zoo.db')));
    const share = typedShare(database);
    const isNew = Number(version.split('.')[1]) >= 22;
    expect(share.bytes).toBeGreaterThanOrEqual(isNew ? 0.99 : 0.97);
    expect(share.objects).toBeGreaterThanOrEqual(isNew ? 0.98 : 0.97);
    expectDocumentedUnknowns(database, 'zoo', version);
    expect(database.prepare("SELECT message FROM warnings WHERE code LIKE 'type-%'").pluck().all()).toEqual([]);
    database.close();

    const traced = await traceCore(made.core, made.executable);
    expectDocumentedPairs(await refusedPairs(traced));
    expect(expectSameSizes(traced)).toBeGreaterThan(1500);
    traced.close();

    const heap = await openHeap(made.core, {executable: made.executable});
    expectLengths(heap, readTruth(made.truth));
    await heap.close();
  });
});
