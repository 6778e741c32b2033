/**
 * How much memory and disk this process may still use: of memory the smallest of what the machine has available and what its control groups leave.
 * Truth: proc(5), Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst of Linux.
 */
import {readFileSync, statfsSync} from 'node:fs';
import {freemem} from 'node:os';
import {dirname, join} from 'node:path';
import type {Bytes} from './units.js';

/** Names of the limit and of the usage in a group's folder, by version of cgroups. */
const GROUP_FILES = [
  {root: 'sys/fs/cgroup', controller: '', limit: 'memory.max', usage: 'memory.current'},
  {root: 'sys/fs/cgroup/memory', controller: 'memory', limit: 'memory.limit_in_bytes', usage: 'memory.usage_in_bytes'},
] as const;

/** `root`: where /proc and /sys are. */
export function freeMemory(root = '/'): Bytes {
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(read(join(root, 'proc/meminfo')))?.[1];
  const ofMachine = available === undefined ? freemem() : Number(available) * 1024;
  return Math.min(ofMachine, ...leftByGroups(root));
}

/** Bytes that a user other than root may still write in the folder; Infinity where the system does not tell. */
export function freeDisk(folder: string): Bytes {
  try {
    const {bavail, bsize} = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** A limit of any group above is one. Pages of files that nobody used lately are given back when memory is short. */
function* leftByGroups(root: string): Generator<Bytes> {
  for (const [, controllers, path] of read(join(root, 'proc/self/cgroup')).matchAll(/^\d+:([^:]*):(.*)$/gm)) {
    for (const {root: mount, controller, limit, usage} of GROUP_FILES) {
      if (!controllers!.split(',').includes(controller)) continue;
      for (let group = path!; ; group = dirname(group)) {
        const textOf = (name: string) => read(join(root, mount, group, name));
        const [most, used] = [limit, usage].map((name) => Number.parseInt(textOf(name), 10));
        const unused = Number(/^(?:total_)?inactive_file (\d+)$/m.exec(textOf('memory.stat'))?.[1] ?? 0);
        if (most! >= 0 && used! >= 0) yield Math.max(0, most! - used! + unused); // `max` is no number
        if (group === '/' || group === '.') break;
      }
    }
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
