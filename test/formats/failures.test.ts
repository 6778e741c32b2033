/**
 * Exports that cannot end: a full disk, a limit on file sizes, Ctrl-C, a folder that is not there.
 */
import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {syntheticHeap} from '../../bench/rows/synthetic-heap.js';
import {sqlite} from '../../formats/sqlite/export.js';
import {computeAnalyses} from '../../src/analyses/analyze.js';
import {checkGraph} from '../../src/graph/check.js';
import {exportText, temporaryFolder, ZOO} from './exported.js';

const OBJECTS = 90_000;

async function largeHeap() {
  const {graph, contents} = syntheticHeap(OBJECTS);
  checkGraph(graph);
  return computeAnalyses(graph, contents);
}

test('a limit on file sizes ends in an error with a hint', async () => {
  const columns = await largeHeap();
  const path = join(temporaryFolder(), 'heap.db');
  const limit = (bytes: string) => execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`]);
  limit('1000000');
  try {
    await expect(sqlite.write({columns}, path, {}, {})).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining(path),
      hint: expect.stringContaining('ulimit -f'),
    });
  } finally {
    limit('unlimited');
  }
});

test('a folder that does not exist', async () => {
  const {columns} = await exportText(ZOO);
  await expect(sqlite.write({columns}, '/nowhere/heap.db', {}, {})).rejects.toMatchObject({
    code: 'io',
    message: expect.stringContaining('/nowhere/heap.db'),
  });
});

test('a signal stops the rows of a large table, and progress counts them', async () => {
  const columns = await largeHeap();
  const path = join(temporaryFolder(), 'heap.db');
  const controller = new AbortController();
  const stages = new Set<string>();
  const work = {
    signal: controller.signal,
    onProgress(stage: string, done: number, total: number) {
      stages.add(stage);
      expect(done).toBeLessThanOrEqual(total);
      if (stage === 'write edges' && done > 0) controller.abort(new Error('stopped by the test'));
    },
  };
  await expect(sqlite.write({columns}, path, {}, work)).rejects.toThrow('stopped by the test');
  expect(stages).toContain('write objects');
  expect(stages).not.toContain('write referrers');
});
