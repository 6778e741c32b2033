/**
 * Damaged cores end in an answer with warnings or in an error of goheap's, in bounded time and memory, and never in a wrong total
 * that nothing marks: cut, with bits inverted at seeded places, compressed, with a wrong executable or none. Runs dist.
 * A failure prints the place: `offset` and `mask` are the flip, the seed is the target's.
 */

import {mkdirSync, mkdtempSync, rmSync, statSync, truncateSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {spawnSync} from '../kit/child-process.js';
import {copySparse} from '../kit/cut-cores.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {convertGood, damageCore, findFault, type Outcome, Worker} from './damage.js';
import {writeSoakReport} from './soak-report.js';

const obstacle = findObstacle();

/** Target, and how many bits are inverted in it, one at a time. */
const FLIPS: readonly (readonly [target: string, count: number])[] = [
  ['tiny-1.26.8-kabrt', 400],
  ['tiny-1.26.8', 150],
  ['tiny-1.17.13-kabrt', 100],
  ['tiny-1.21.13-kabrt', 100],
  ['zoo-1.26.8-kabrt', 250],
];
const CUT = ['tiny-1.26.8-kabrt', 'zoo-1.26.8', 'zoo-1.26.8-kabrt', 'zoo-1.26.8-pie+kabrt'];
const folder = mkdtempSync(join(tmpdir(), 'goheap-damage-'));
const flipRows: (readonly (string | number)[])[] = [];
const fileRows: (readonly (string | number)[])[] = [];
afterAll(() => {
  rmSync(folder, {recursive: true});
  if (flipRows.length < FLIPS.length || fileRows.length < CUT.length * 8) return;
  writeSoakReport('soak-damage', [
    {
      title: 'Inverted bits',
      text: 'One bit inverted at a time, at seeded places: half of them anywhere, half in the structures of the runtime. *Marked*: the answer has a warning that the good core has not; all other answers have the same totals.',
      header: ['core', 'bits', 'answers', 'marked', 'errors', 'crashes, hangs, wrong totals'],
      rows: flipRows,
    },
    {
      title: 'Cut and compressed cores',
      text: 'Time and memory beside those of the whole core.',
      header: ['core', 'file', 'outcome', 'complete', 'time', 'memory'],
      rows: fileRows,
    },
  ]);
});

function addFileRow(target: string, file: string, outcome: Outcome, good: Outcome): void {
  const {totals, error, milliseconds, peakBytes} = outcome;
  const found = totals ? `${totals.objects} of ${good.totals!.objects} objects, ${totals.goroutines} goroutines` : `error ${error}`;
  const ratio = (value: number, base: number) => `${(value / base).toFixed(2)} ×`;
  fileRows.push([target, file, found, totals?.complete ?? '', ratio(milliseconds, good.milliseconds), ratio(peakBytes, good.peakBytes)]);
}

describe.skipIf(obstacle !== undefined).each(FLIPS)('%s', (target, count) => {
  test(`${count} bits inverted`, {timeout: 7_200_000}, async () => {
    const {faults, answers, marked, errors} = await damageCore(makeCore(target), folder, count);
    flipRows.push([target, count, answers, marked, errors, faults.length]);
    expect(faults).toEqual([]);
    expect(answers).toBeGreaterThan(count / 2);
  });
});

describe.skipIf(obstacle !== undefined).each(CUT)('%s', (target) => {
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
      addFileRow(target, length === 4096 ? 'cut to 4 KiB' : `cut to ${Math.round((length / size) * 100)} %`, cut, good);
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
      addFileRow(target, end, packed, good);
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
});
