/** A few of the soak tier's hostile cores and executables, read in this process: an answer or an error of goheap's. The soak tier has 3,000, with bounds. */
import {copyFileSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {isGoheapError} from '../../../src/base/errors.js';
import {checkGraph} from '../../../src/graph/check.js';
import {openHeap} from '../../../src/library/open-heap.js';
import {copySparse} from '../../kit/cut-cores.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {applyPatches, hostileInputs} from '../../soak/corpus.js';
import {dwarfKinds} from '../../soak/corpus-dwarf.js';
import {elfKinds} from '../../soak/corpus-elf.js';
import {runtimeKinds} from '../../soak/corpus-runtime.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-hostile-'));
afterAll(() => rmSync(folder, {recursive: true}));

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
