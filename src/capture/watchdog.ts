/**
 * Watches over a process that goheap stops: PID, and when it was started. Standard input ends when goheap does, however it does; then the
 * process goes on, if it is still that one.
 */
import {readStat} from './process-files.js';

const [pid, started] = process.argv.slice(2) as [string, string];
process.stdin.resume().on('close', () => {
  try {
    if (readStat(`/proc/${pid}`).started === started) process.kill(Number(pid), 'SIGCONT');
  } catch {
    // it has ended
  }
  process.exit();
});
process.stdout.write('ready\n');
