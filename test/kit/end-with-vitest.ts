/**
 * A worker of vitest whose main process was killed ends itself, and with it all that the tests of its file have started: also while it waits in
 * `spawnSync`, which is why a thread looks.
 */
import {Worker} from 'node:worker_threads';

const WATCH = `const {ppid} = process;
setInterval(() => {
  if (process.ppid !== ppid) process.kill(process.pid, 'SIGKILL');
}, 500);`;

new Worker(WATCH, {eval: true}).unref();
