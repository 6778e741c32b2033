/**
 * Damaged cores end in an answer with warnings or in an error of goheap's, in bounded time and memory, and never in a wrong total
 * that nothing marks: cut, with bits inverted at seeded places, compressed, with a wrong executable or none. Runs dist.
 * A failure prints the place: `offset` and `mask` are the flip, the seed is the target's.
 */
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, statSync, truncateSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {convertGood, copySparse, damageCore, findFault, Worker} from './damage.js';

const obstacle = findObstacle();

/** Target, and how many bits are inverted in it, one at a time. */
const FLIPS: readonly (readonly [target: string, count: number])[] = [
  ['tiny-1.26.8-kabrt', 900],
  ['tiny-1.26.8', 300],
  ['tiny-1.17.13-kabrt', 200],
  ['tiny-1.21.13-kabrt', 200],
  ['zoo-1.26.8-kabrt', 400],
];
const folder = mkdtempSync(join(tmpdir(), 'goheap-damage-'));
afterAll(() => rmSync(folder, {recursive: true}));

describe.skipIf(obstacle !== undefined).each(FLIPS)('%s', (target, count) => {
  test(`${count} bits inverted`, {timeout: 7_200_000}, async () => {
    const {faults, answers} = await damageCore(makeCore(target), folder, count);
    expect(faults).toEqual([]);
    expect(answers).toBeGreaterThan(count / 2);
  });
});

describe.skipIf(obstacle !== undefined).each(['tiny-1.26.8-kabrt', 'zoo-1.26.8', 'zoo-1.26.8-kabrt', 'zoo-1.26.8-pie+kabrt'])(
  '%s',
  (target) => {
    test('cut, compressed, without its executable', {timeout: 1_200_000}, async () => {
      const {core, executable} = makeCore(target);
      const place = join(folder, 'files');
      mkdirSync(place, {recursive: true});
      const copy = join(place, 'core');
      copySparse(core, copy);
      const worker = new Worker(join(folder, 'files.db'));
      await worker.use({core: copy, executable});
      const good = await convertGood(worker);
      const {size} = statSync(core);
      for (const length of [99, 60, 20, 1].map((percent) => Math.floor((size * percent) / 100)).concat(4096)) {
        truncateSync(copy, length);
        const cut = await worker.convert(copy, {executable});
        expect(findFault(cut, good), `${length} bytes`).toBeUndefined();
        if (cut.totals) expect(cut.totals.complete, `${length} bytes`).toBe(0);
      }
      for (const [tool, end] of [
        ['gzip', 'gz'],
        ['zstd', 'zst'],
        ['lz4', 'lz4'],
      ] as const) {
        if (spawnSync('bash', ['-c', `${tool} -q -1 -c "$0" > "$1"`, core, `${copy}.${end}`]).status !== 0) continue;
        const packed = await worker.convert(`${copy}.${end}`, {executable, temporaryFolder: folder});
        expect(findFault(packed, good), tool).toBeUndefined();
        expect(packed.totals, tool).toEqual(good.totals);
        rmSync(`${copy}.${end}`);
      }
      const other = makeCore(target === 'tiny-1.26.8-kabrt' ? 'zoo-1.26.8' : 'tiny-1.26.8-kabrt');
      expect(await worker.convert(core, {executable: other.executable})).toMatchObject({error: 'mismatch'});
      const none = await worker.convert(core, {executable: '/nonexistent/program'});
      expect(none).toMatchObject({error: 'io'});
      worker.close();
      rmSync(place, {recursive: true});
    });
  },
);
