/** What is free, from files as Linux has them. */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {freeDisk, freeMemory} from '../../../src/base/free-room.js';

const MIB = 2 ** 20;
const folder = mkdtempSync(join(tmpdir(), 'goheap-room-'));
afterAll(() => rmSync(folder, {recursive: true}));

function machine(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(folder, 'root-'));
  for (const [path, text] of Object.entries({'proc/meminfo': 'MemTotal: 9000000 kB\nMemAvailable:    1024000 kB\n', ...files})) {
    mkdirSync(dirname(join(root, path)), {recursive: true});
    writeFileSync(join(root, path), text);
  }
  return root;
}

test.each<[string, Readonly<Record<string, string>>, number]>([
  ['no groups', {}, 1000 * MIB],
  [
    'version 2: the parent has a limit',
    {
      'proc/self/cgroup': '0::/pods/one\n',
      'sys/fs/cgroup/pods/one/memory.max': 'max\n',
      'sys/fs/cgroup/pods/one/memory.current': `${5 * MIB}\n`,
      'sys/fs/cgroup/pods/memory.max': `${300 * MIB}\n`,
      'sys/fs/cgroup/pods/memory.current': `${100 * MIB}\n`,
      'sys/fs/cgroup/pods/memory.stat': `anon ${10 * MIB}\ninactive_file ${50 * MIB}\n`,
    },
    250 * MIB,
  ],
  [
    'version 1, in a container: its own group is the root',
    {
      'proc/self/cgroup': '5:cpu,cpuacct:/a\n4:memory:/docker/1\n0::/\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': `${64 * MIB}\n`,
      'sys/fs/cgroup/memory/memory.usage_in_bytes': `${65 * MIB}\n`,
    },
    0,
  ],
  [
    'version 1 without a limit',
    {
      'proc/self/cgroup': '4:memory:/\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      'sys/fs/cgroup/memory/memory.usage_in_bytes': '1\n',
    },
    1000 * MIB,
  ],
])('%s', (_, files, expected) => {
  expect(freeMemory(machine(files))).toBe(expected);
});

test('this machine has some, and so has its disk', () => {
  expect(freeMemory()).toBeGreaterThan(MIB);
  expect(freeDisk(folder)).toBeGreaterThan(MIB);
  expect(freeDisk('/no/such/folder')).toBe(Number.POSITIVE_INFINITY);
});
