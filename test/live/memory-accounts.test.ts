/**
 * The accounts of memory of one process, dumped twice: by gcore while it waits, then by the kernel when it aborts. All rows of Go must be
 * the same; gdb and the kernel differ in what they dump of reservations and of the kernel's own mappings.
 */

import {copyFileSync, existsSync, mkdtempSync, renameSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout} from 'node:timers/promises';
import {afterAll, describe, expect, test} from 'vitest';
import type {MemoryUse} from '../../src/graph/heap-graph.js';
import {openCoreHeap} from '../../src/open-core-heap.js';
import {spawn} from '../kit/child-process.js';
import {gcore} from '../kit/gcore.js';
import {findInstalledGo, findObstacle, makeCore} from '../kit/live-cores.js';
import {expectMemStats} from '../kit/memory-rows.js';
import {readTruth} from '../oracle/truth.js';

/** Runs the program in `folder` until it is ready, and leaves gcore.core and kernel.core there. */
async function dumpTwice(folder: string): Promise<void> {
  const shell = 'ulimit -c unlimited; exec env -i GOTRACEBACK=crash ./exe';
  const child = spawn('bash', ['-c', shell], {cwd: folder, stdio: ['pipe', 'pipe', 'ignore']});
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve)); // READY
  await setTimeout(300); // the threads come to rest
  child.kill('SIGSTOP'); // timers and the scavenger would go on between the dumps
  gcore(child.pid!, join(folder, 'gcore.core'));
  child.kill('SIGABRT');
  child.kill('SIGCONT');
  await ended;
  const core = [`core.${child.pid}`, 'core'].find((name) => existsSync(join(folder, name)))!;
  renameSync(join(folder, core), join(folder, 'kernel.core'));
}

async function memoryOf(folder: string, core: string): Promise<readonly MemoryUse[]> {
  const heap = await openCoreHeap(join(folder, core), {executable: join(folder, 'exe')});
  heap.close();
  return heap.graph.memory;
}

/**
 * Go's rows. Idle pages are one row here, released or not: the scavenger may wake up in the moment between the continuation and the abort.
 */
function rowsOfGo(rows: readonly MemoryUse[]): Omit<MemoryUse, 'touched'>[] {
  const isIdle = ({part}: MemoryUse) => part === 'idle pages' || part === 'released pages';
  const bytes = rows.filter(isIdle).reduce((sum, row) => sum + row.bytes, 0);
  const others = rows.filter((row) => !isIdle(row) && row.category !== 'reserved' && row.category !== 'other');
  return [
    ...others.map(({category, part, bytes}) => ({category, part, bytes})),
    {category: 'heap', part: 'idle pages, released or not', bytes},
  ];
}

describe.skipIf(findObstacle() !== undefined)('one process, two cores', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-memory-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test.each(['zoo', 'tiny'])('%s', async (program) => {
    const {executable} = makeCore(`${program}-${findInstalledGo()}-kabrt`);
    copyFileSync(executable, join(folder, 'exe'));
    await dumpTwice(folder);
    const [gcore, kernel] = [await memoryOf(folder, 'gcore.core'), await memoryOf(folder, 'kernel.core')];
    expect(rowsOfGo(kernel)).toEqual(rowsOfGo(gcore));
    expect(rowsOfGo(gcore).length).toBeGreaterThan(20);
    expectMemStats(gcore, readTruth(join(folder, 'truth.json')).memstats);
  });
});
