/**
 * node:child_process for tests: what they start ends when the test's process does, however that ends – a worker of vitest that is killed runs no
 * `afterAll`, and one that waits in `spawnSync` hears nothing. The kernel sends the signal (prctl's PDEATHSIG, set by util-linux's
 * setpriv, which then becomes the command). Where there is no setpriv, tests run all the same. What a child starts is its own to end.
 */
import * as node from 'node:child_process';
import {existsSync} from 'node:fs';
import {delimiter, join} from 'node:path';

export type {ChildProcess} from 'node:child_process';

/** With its path: a test may give the child an environment without one. */
const setpriv = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'setpriv'))
  .find((path) => existsSync(path) && node.spawnSync(path, ['--pdeathsig', 'KILL', 'true']).status === 0);
const PREFIX = setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL', '--'];

/** A command that cannot be found gives the status 127, as in a shell. */
export const spawn = tied(node.spawn);
export const spawnSync = tied(node.spawnSync);
export const execFileSync = tied(node.execFileSync);

export interface ForkOptions {
  readonly execArgv: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export function fork(module: string, args: readonly string[], {execArgv, ...where}: ForkOptions): node.ChildProcess {
  const [execPath, ...more] = [...PREFIX, process.execPath, ...execArgv] as [string, ...string[]];
  return node.fork(module, args, {...where, execPath, execArgv: more});
}

/** The same function, whose commands run behind PREFIX. */
function tied<T extends (command: string, args: string[], ...more: never[]) => unknown>(start: T): T {
  const behind = (command: string, args: readonly string[], ...more: never[]) => {
    const [first, ...rest] = [...PREFIX, command, ...args] as [string, ...string[]];
    return start(first, rest, ...more);
  };
  return behind as unknown as T;
}
