/**
 * The heap dump that each recorded program wrote right before its core, as a source; and dumps that are cut, damaged or made up.
 */
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {isGoheapError} from '../../../src/base/errors.js';
import {openCoreHeap} from '../../../src/open-core-heap.js';
import {expectSameGraph} from '../../kit/expect-same-graph.js';
import {fixtureNames, unpackFixture} from '../../kit/fixtures.js';
import {HeapDumpWriter} from '../../kit/heap-dump-writer.js';
import {seededRandom} from '../../kit/random-graph.js';

const SEED = 20_26;
/** Each version of Go; what the others have is much the same. */
const COMPARED = fixtureNames().filter((name) => name.startsWith('tiny') || name === 'zoo-1.26.8' || name === 'zoo-1.22.12');

test.each(COMPARED)('%s', (name) => expectSameGraph(unpackFixture(name)));

describe('what is no whole dump', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-dumps-'));
  afterAll(() => rmSync(folder, {recursive: true}));
  const {heapDump, executable} = unpackFixture('tiny-1.26.8');
  const bytes = readFileSync(heapDump);
  const open = (contents: Uint8Array, options: object = {executable}) => {
    const path = join(folder, 'heap.dump');
    writeFileSync(path, contents);
    return openCoreHeap(path, options);
  };

  test('without an executable, or with another program of it', async () => {
    await expect(open(bytes, {})).rejects.toMatchObject({code: 'usage', hint: expect.stringContaining('--exe')});
    await expect(open(bytes, {executable: unpackFixture('tiny-1.24.13').executable})).rejects.toMatchObject({code: 'mismatch'});
  });

  test('of other machines, and in older formats', async () => {
    const of = (goarch: string) => new HeapDumpWriter().parameters(goarch, 'go1.26.8').finish();
    await expect(open(of('riscv64'))).rejects.toMatchObject({code: 'unsupported', message: expect.stringContaining('riscv64')});
    await expect(open(of('arm64'))).rejects.toMatchObject({code: 'mismatch'});
    await expect(open(Buffer.from('go1.4 heap dump\n'.padEnd(64)))).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('go1.4'),
    });
  });

  test.each([0.2, 0.5, 0.8, 0.99])('cut to %d of its length: what is there, with a warning', async (share) => {
    const heap = await open(bytes.subarray(0, bytes.length * share));
    expect(heap.graph.warnings.map(({code}) => code)).toContain('core-truncated');
    expect(heap.graph.metadata.complete).toBe(0);
    expect(heap.graph.objects.count).toBeGreaterThan(share >= 0.5 ? 50 : 0);
    heap.close();
  });

  test('counts and lengths that cannot be, and bytes that are no records', async () => {
    const huge = 2 ** 48;
    const start = () => new HeapDumpWriter().parameters('amd64', 'go1.26.8');
    const object = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const dumps = [
      start().record(1, 0xc000000000, huge),
      start().record(1, 0xc000000001, object, 0),
      start().record(1, huge * 1000, object, 0),
      start().object(0xc000000000, object, [huge]).object(0xc000000000, object).object(0xc000000008, new Uint8Array(24)),
      start().record(16, 1, 64, huge),
      start().record(5, 0xc000000000, 0, 0, huge),
      start().record(99),
      start().record(3, 0x400000, 8).record(huge),
      new HeapDumpWriter().record(12, 1),
    ];
    for (const dump of dumps) {
      try {
        const heap = await open(dump.finish());
        expect(heap.graph.warnings.length).toBeGreaterThan(1);
        heap.close();
      } catch (error) {
        if (!isGoheapError(error)) throw error;
      }
    }
  });

  test('bytes changed at random: an answer or an error of goheap', async () => {
    const random = seededRandom(SEED);
    for (let round = 0; round < 12; round++) {
      const changed = Uint8Array.from(bytes);
      for (let i = 0; i < 1 + random(8); i++) changed[16 + random(changed.length - 16)] = random(256);
      try {
        (await open(changed)).close();
      } catch (error) {
        if (!isGoheapError(error)) throw error;
      }
    }
  });
});
