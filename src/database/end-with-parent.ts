/**
 * A child process that nobody waits for any more ends itself. While SQLite computes, it sees neither messages nor the closed channel of a
 * parent that was killed: a thread beside it looks who the parent is. This file is both: what the child calls, and the thread.
 */
import {isMainThread, Worker, workerData} from 'node:worker_threads';

const INTERVAL_MS = 500;
let isWatched = false;

interface Watched {
  readonly watchedParent: number;
}

/** For a child that only reads, or cleans up when it exits. Ctrl-C reaches the whole process group and is the parent's to decide about. */
export function endWithParent(): void {
  process.on('SIGINT', () => {});
  process.on('SIGHUP', () => {});
  process.once('disconnect', () => process.exit(1));
}

/** Also while it computes without a pause; the thread takes 10 MB, and a process has one of them. */
export function endWithParentAtOnce(): void {
  if (isWatched) return;
  isWatched = true;
  const data: Watched = {watchedParent: process.ppid};
  new Worker(new URL(import.meta.url), {workerData: data}).unref();
}

const watched = isMainThread ? undefined : (workerData as Watched | undefined)?.watchedParent;
if (watched !== undefined) {
  setInterval(() => {
    if (process.ppid !== watched) process.kill(process.pid, 'SIGKILL');
  }, INTERVAL_MS);
}
