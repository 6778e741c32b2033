/**
 * `goheap convert` killed while it writes, and on a disk that is full: whatever the format, under the target's name there is the whole file or none, and
 * what a killed one left beside it goes with the next run.
 */

import {existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, watch, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {formats} from '../../formats/index.js';
import {type ChildProcess, spawnSync} from '../kit/child-process.js';
import {temporaryFolder} from '../kit/exported.js';
import {unpackFixture} from '../kit/fixtures.js';
import {runGoheap} from '../kit/run-goheap.js';

/** Writes half, waits long enough to be killed, writes the rest. */
const SLOW = `import {appendFileSync} from 'node:fs';
import {setTimeout as wait} from 'node:timers/promises';
export default {name: 'slow', extension: '.slow', summary: 'slow', losses: [], async write(heap, path) {
  appendFileSync(path, 'half');
  await wait(Number(process.env.SLOW_FOR));
  appendFileSync(path, 'whole');
}};
`;
const NAMES = [...formats.map(({name}) => name), './slow.mjs'];
const {core, executable} = unpackFixture('zoo-1.26.8');

function convert(folder: string, name: string, more: Parameters<typeof runGoheap>[1] = {}) {
  const args = ['convert', core, '--exe', executable, '--to', name, '-o', join(folder, 'heap.out'), '--force'];
  return runGoheap(args, {cwd: folder, environment: {SLOW_FOR: '0'}, ...more});
}

test.each(NAMES)('%s killed at several moments of writing', async (name) => {
  const folder = temporaryFolder();
  const target = join(folder, 'heap.out');
  writeFileSync(join(folder, 'slow.mjs'), SLOW);
  const sizes: number[] = []; // of the file where it was there: killed between the last step and the end of the process
  for (const milliseconds of [0, 20, 100]) {
    let child: ChildProcess | undefined;
    const watcher = watch(folder, () => void wait(milliseconds).then(() => child?.kill('SIGKILL')));
    const onStart = (running: ChildProcess) => {
      child = running;
    };
    const {status} = await convert(folder, name, {onStart, environment: {SLOW_FOR: '2000'}});
    watcher.close();
    expect(status === 0 || status === 'SIGKILL', String(status)).toBe(true);
    if (status === 0) break; // it was faster: then the file is there, and whole
    if (existsSync(target)) sizes.push(statSync(target).size);
    rmSync(target, {force: true});
  }
  for (const left of readdirSync(folder, {recursive: true}) as string[]) if (left.startsWith('.')) utimesSync(join(folder, left), 1, 1);
  expect((await convert(folder, name)).status).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(['heap.out', 'slow.mjs']);
  for (const size of sizes) expect(size).toBe(statSync(target).size);
});

const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
if (!canMount) console.warn('No full disk is tried: no file system can be mounted here.');

test.skipIf(!canMount).each(formats.map(({name}) => name))('%s on a full disk', async (name) => {
  const folder = temporaryFolder();
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  // What is on the disk can be seen in the namespace of the mount only: it is listed there, behind the command's own output.
  const after = `set -- unshare -m bash -c 'mount -t tmpfs -o size=8k tmpfs ${disk} && cd ${disk}; "$@"; echo status $?; ls -A ${disk}' bash "$@"`;
  const {stdout, stderr} = await convert(disk, name, {cwd: folder, after});
  expect(stdout).toMatch(/status 1\n$/); // and no file
  expect(stderr).toMatch(/heap\.out: .*(full|ENOSPC)/s);
});
