/**
 * Watches over a process that goheap stops: PID, when it was started, and `continue` or `leave`. Standard input ends when goheap does, however it does; then the
 * process goes on, if it is still that one.
 */
import {readStat} from './process-files.js';

const [pid, started, what] = process.argv.slice(2) as [string, string, string];
process.stdin.resume().on('close', () => {
  try {
    if (what === 'continue' && readStat(`/proc/${pid}`).started === started) process.kill(Number(pid), 'SIGCONT');
  } catch {
    // it has ended
  }
  process.exit();
});
process.stdout.write('ready\n');
