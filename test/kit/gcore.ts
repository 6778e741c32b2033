/** gdb's gcore, for tests. */
import {existsSync, renameSync} from 'node:fs';
import {spawnSync} from './child-process.js';

/** Writes the process's core to `core`; the process goes on, or stays stopped. Throws with what gdb says when there is none. */
export function gcore(pid: number, core: string): void {
  const written = `${core}.${pid}`;
  const {status, signal, stdout, stderr} = spawnSync('gcore', ['-o', core, String(pid)], {encoding: 'utf8'});
  if (status !== 0 || !existsSync(written)) throw new Error(`gcore of process ${pid}: status ${status ?? signal}: ${stdout}${stderr}`);
  renameSync(written, core);
}
