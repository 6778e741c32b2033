/**
 * The command line as users run it: bin/run.js in a process of its own. `npm test` builds dist first (bin/setup.js), so what runs is what the sources say.
 */

import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import Database from 'better-sqlite3';
import {spawnSync} from './child-process.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const RUN = join(ROOT, 'bin', 'run.js');

export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one goheap command to its end. */
export function runGoheap(args: readonly string[], options: {readonly cwd?: string; readonly env?: NodeJS.ProcessEnv} = {}): Result {
  const {status, stdout, stderr} = spawnSync(process.execPath, [RUN, ...args], {encoding: 'utf8', maxBuffer: 2 ** 28, ...options});
  return {status, stdout, stderr};
}

export function openDatabase(path: string): Database.Database {
  return new Database(path, {readonly: true, fileMustExist: true});
}
