/**
 * What the kit has made for a test file and removes behind it. Several files run in one process, which loads this module once: the setup file, which
 * runs for each of them, says when.
 */
import {Worker} from 'node:worker_threads';

const WATCH = `const {ppid} = process;
setInterval(() => {
  if (process.ppid !== ppid) process.kill(process.pid, 'SIGKILL');
}, 500);`;

let watcher: Worker | undefined;
const pending: (() => void)[] = [];

export function afterFile(clean: () => void): void {
  pending.push(clean);
}

export function cleanUp(): void {
  for (const clean of pending.splice(0)) clean();
}

/**
 * A worker of vitest whose main process was killed ends itself, and with it all that the tests of its file have started: also while it waits in
 * `spawnSync`, which is why a thread looks.
 */
export function endWithVitest(): void {
  watcher ??= new Worker(WATCH, {eval: true});
  watcher.unref();
}
