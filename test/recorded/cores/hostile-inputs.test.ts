/** A few of the soak tier's hostile cores and executables, read in this process: an answer or an error of goheap's. The soak tier has 3,000, with bounds. */
import {copyFileSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {isGoheapError} from '../../../src/base/errors.js';
import {checkGraph} from '../../../src/graph/check.js';
import {openHeap} from '../../../src/library/open-heap.js';
import {coreBytes, PT_LOAD} from '../../kit/core-bytes.js';
import {copySparse} from '../../kit/cut-cores.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {applyPatches, hostileInputs} from '../../soak/corpus.js';
import {dwarfKinds} from '../../soak/corpus-dwarf.js';
import {elfKinds} from '../../soak/corpus-elf.js';
import {runtimeKinds} from '../../soak/corpus-runtime.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-hostile-'));
afterAll(() => rmSync(folder, {recursive: true}));

test.each([
  ['from address 0 on', {address: 0, fileSize: 2 ** 54, memorySize: 2 ** 54}],
  ['in memory alone', {address: 0x400000, data: new Uint8Array(4096), memorySize: 2 ** 54}],
])('a core of one segment of 2^54 bytes, %s, costs no more than another', async (_, segment) => {
  const core = join(folder, 'large');
  writeFileSync(core, Buffer.concat([coreBytes([], [{type: PT_LOAD, flags: 6, ...segment}]), new Uint8Array(2 ** 20)]));
  const start = process.cpuUsage();
  await using heap = await openHeap(core, {executable: unpackFixture('tiny-1.26.8').executable, forceMismatch: true});
  const {user, system} = process.cpuUsage(start);
  expect(heap.complete).toBe(false);
  expect((user + system) / 1e6).toBeLessThan(10); // half a minute, when its size said how many spans there can be
});

test('one of each kind', async () => {
  const good = unpackFixture('tiny-1.26.8');
  const [core, executable] = [join(folder, 'core'), join(folder, 'exe')];
  copySparse(good.core, core);
  copyFileSync(good.executable, executable);
  const kinds = [...elfKinds(core, executable), ...dwarfKinds(executable), ...runtimeKinds({...good, core, executable})];
  const faults: string[] = [];
  let answers = 0;
  for (const {kind, number, what, patches} of hostileInputs(kinds, kinds.length, 7)) {
    const undo = applyPatches(patches);
    try {
      await using heap = await openHeap(core, {executable});
      checkGraph(heap.columns);
      answers++;
    } catch (error) {
      if (!isGoheapError(error)) faults.push(`${kind.name}, ${number}: ${what}: ${(error as Error).stack}`);
    } finally {
      undo();
    }
  }
  expect(faults).toEqual([]);
  expect(answers).toBeGreaterThan(kinds.length / 3);
});
