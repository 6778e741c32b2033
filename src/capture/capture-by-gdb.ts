/**
 * A process → its core by gdb's gcore, with all registers of all threads: for who has gdb and may use ptrace(2). The process stands for as long as gdb
 * writes, and goes on when gdb is killed: the kernel detaches it then.
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, renameSync, statSync} from 'node:fs';
import {GoheapError} from '../base/errors.js';
import {printable} from '../base/printable.js';
import type {Bytes} from '../base/units.js';

interface ByGdb {
  readonly bytes: Bytes; // of the file
  readonly pausedMs: number; // at most
  readonly threads: number;
  readonly running: 0;
}

const LONGEST_REASON = 1000;

/** Throws `io` when there is no gdb, and when it may not or fails to. Rejects with `signal.reason` when aborted. */
export async function captureByGdb(pid: number, path: string, signal: AbortSignal | undefined): Promise<ByGdb> {
  const started = performance.now();
  const threads = readdirSync(`/proc/${pid}/task`).length;
  let printed = '';
  const gdb = spawn('gcore', ['-o', path, String(pid)], {stdio: ['ignore', 'pipe', 'pipe'], detached: true});
  const stop = () => {
    try {
      process.kill(-gdb.pid!, 'SIGKILL'); // gcore is a shell script, and gdb its child
    } catch {
      // it has ended
    }
  };
  signal?.addEventListener('abort', stop);
  process.once('exit', stop);
  const listen = (text: Buffer) => {
    printed += text.toString('latin1');
  };
  gdb.stdout.on('data', listen);
  gdb.stderr.on('data', listen);
  try {
    await once(gdb, 'close');
  } catch (error) {
    throw new GoheapError('io', `gcore cannot be run: ${(error as Error).message}`, {
      hint: 'Install gdb, or leave --gdb out: goheap needs none.',
      cause: error,
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    process.removeListener('exit', stop);
  }
  signal?.throwIfAborted();
  const written = `${path}.${pid}`;
  const size = statSync(written, {throwIfNoEntry: false})?.size;
  if (gdb.exitCode !== 0 || size === undefined) {
    throw new GoheapError('io', `process ${pid}: gcore failed: ${printable(printed.slice(-LONGEST_REASON).trim())}`, {
      hint: 'docs/getting-a-core.md says when attaching is refused. Without --gdb no ptrace is needed.',
    });
  }
  renameSync(written, path);
  return {bytes: size, pausedMs: performance.now() - started, threads, running: 0};
}
