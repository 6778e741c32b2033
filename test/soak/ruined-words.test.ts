/**
 * Single words of the runtime's structs that are what they cannot be – nothing, all ones, negative, beyond what numbers hold – end in answers or in
 * errors that say what is wrong, and never in a fault of goheap.
 */
import {copyFileSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {sqlite} from '../../formats/sqlite/export-sqlite.js';
import {isGoheapError} from '../../src/base/errors.js';
import {openHeap} from '../../src/library/open-heap.js';
import {writeHeap} from '../../src/library/write-heap.js';
import {unpackFixture} from '../kit/fixtures.js';
import {openFixture} from '../kit/open-fixture.js';
import {seededRandom} from '../kit/random-graph.js';
import {RUINS, runtimeWords, withRuin} from '../kit/ruined-words.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-ruined-'));
afterAll(() => rmSync(folder, {recursive: true}));

const ROUNDS = 100;
const SEED = 1;

test.each(['tiny-1.26.8', 'zoo-1.26.8'])('%s', async (name) => {
  const {executable, core} = unpackFixture(name);
  const opened = openFixture(name);
  const words = runtimeWords(opened);
  opened.files.close();
  const copy = join(folder, 'core');
  copyFileSync(core, copy);
  const random = seededRandom(SEED);
  const faults: string[] = [];
  let answers = 0;
  const rounds = name.startsWith('zoo') ? ROUNDS / 10 : ROUNDS;
  for (let round = 0; round < rounds; round++) {
    const word = words[random(words.length)]!;
    const value = RUINS[random(RUINS.length)]!;
    await withRuin(copy, word, value, async () => {
      try {
        await using heap = await openHeap(copy, {executable, analyze: true});
        await writeHeap(heap, sqlite, join(folder, 'heap.db'), {force: true});
        answers++;
      } catch (error) {
        if (!isGoheapError(error)) faults.push(`${word.name} = 0x${value.toString(16)}: ${(error as Error).stack}`);
      }
    });
  }
  console.log(`${name}: ${words.length} words, ${rounds} rounds, ${answers} answers`);
  expect(faults).toEqual([]);
  expect(answers).toBeGreaterThan(rounds / 2);
});
