/**
 * Exports that cannot end: a full disk, a limit on file sizes, Ctrl-C, a folder that is not there. Whatever the format, nothing is left.
 */

import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {syntheticHeap} from '../../../bench/rows/synthetic-heap.js';
import {formats} from '../../../formats/index.js';
import {sqlite} from '../../../formats/sqlite/export-sqlite.js';
import {computeAnalyses} from '../../../src/analyses/analyze.js';
import {checkGraph} from '../../../src/graph/check.js';
import {writeHeap} from '../../../src/library/write-heap.js';
import {execFileSync} from '../../kit/child-process.js';
import {exportText, temporaryFolder, ZOO} from '../../kit/exported.js';
import {heapFromGraph} from '../../kit/library-heap.js';

const OBJECTS = 90_000;

async function largeHeap() {
  const {graph, contents} = syntheticHeap(OBJECTS);
  checkGraph(graph);
  return computeAnalyses(graph, contents);
}

process.on('SIGXFSZ', () => {}); // Node ignores it, until a package that listens to all signals has come and gone in this process
const limit = (bytes: string) => execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`]);

describe.each(formats)('$name', (format) => {
  const {graph, contents} = syntheticHeap(OBJECTS);
  const heap = heapFromGraph(graph, contents);

  test('a limit on file sizes: an error that names the file, and nothing is left', async () => {
    const folder = temporaryFolder();
    const path = join(folder, `heap${format.extension}`);
    await heap.analyze();
    limit('200');
    try {
      await expect(writeHeap(heap, format, path, {})).rejects.toMatchObject({
        code: 'io',
        message: expect.stringContaining(path),
        hint: expect.stringContaining('ulimit -f'),
      });
    } finally {
      limit('unlimited');
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a signal at any time: nothing is left', async () => {
    const folder = temporaryFolder();
    const path = join(folder, `heap${format.extension}`);
    await heap.analyze();
    let reports = 0;
    await writeHeap(heap, format, path, {}, {onProgress: () => void reports++});
    expect(existsSync(path)).toBe(true);
    expect(reports).toBeGreaterThan(2);
    for (const stopAt of [1, Math.ceil(reports / 2), reports - 1]) {
      const controller = new AbortController();
      let report = 0;
      const onProgress = () => void (++report === stopAt && controller.abort(new Error('stopped by the test')));
      const interrupted = writeHeap(heap, format, `${path}.${stopAt}`, {}, {signal: controller.signal, onProgress});
      await expect(interrupted, `report ${stopAt}`).rejects.toThrow('stopped by the test');
    }
    expect(readdirSync(folder)).toEqual([`heap${format.extension}`]);
  });
});

test('a limit on file sizes in the middle of a large table', async () => {
  const columns = await largeHeap();
  const path = join(temporaryFolder(), 'heap.db');
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
