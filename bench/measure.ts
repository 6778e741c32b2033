/**
 * A command → its wall time, CPU time and peak of resident memory, as the kernel accounts them when it ends (wait4). Node does
 * not hand out the resources of a child, so a few lines of Python do; Python is needed to compile SQLite anyway.
 */
import {spawnSync} from 'node:child_process';
import {readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/**
 * In a virtual machine whose host lends it memory, pages that nobody used lately cost several times more, and whether a command meets such
 * pages depends on what ran before it. Touching memory makes runs comparable. A process of its own: peaks are inherited.
 */
const TOUCH = `
import mmap, os
touched = min(6 << 30, os.sysconf("SC_AVPHYS_PAGES") * mmap.PAGESIZE // 2)
with mmap.mmap(-1, touched) as memory:
    for page in range(0, touched, mmap.PAGESIZE):
        memory[page] = 1
`;

const ACCOUNT = `
import json, os, sys, time
start = time.monotonic()
pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(pid, 0)
cost = {"wallSeconds": time.monotonic() - start, "cpuSeconds": used.ru_utime + used.ru_stime, "peakBytes": used.ru_maxrss * 1024}
json.dump(cost, open(sys.argv[1], "w"))
sys.exit(os.waitstatus_to_exitcode(status))
`;

/** Runs the program (an absolute path) to its end, when what ran before it is on the disk; throws with its output when it fails. */
export function measureCommand(program: string, args: readonly string[]): Cost & {readonly stdout: string} {
  spawnSync('sync'); // else a command pays for its predecessor's files
  spawnSync('python3', ['-c', TOUCH]);
  return accountCommand(program, args);
}

/** The same as things are. */
export function accountCommand(program: string, args: readonly string[]): Cost & {readonly stdout: string} {
  const account = join(tmpdir(), `goheap-bench-${process.pid}.json`);
  try {
    const {status, stdout, stderr} = spawnSync('python3', ['-c', ACCOUNT, account, program, ...args], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: status ${status}\n${stderr}`);
    return {...(JSON.parse(readFileSync(account, 'utf8')) as Cost), stdout};
  } finally {
    rmSync(account, {force: true});
  }
}

/** The middle value; of an even number of them the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

export function medianCost(costs: readonly Cost[]): Cost {
  return {
    wallSeconds: median(costs.map(({wallSeconds}) => wallSeconds)),
    cpuSeconds: median(costs.map(({cpuSeconds}) => cpuSeconds)),
    peakBytes: median(costs.map(({peakBytes}) => peakBytes)),
  };
}
