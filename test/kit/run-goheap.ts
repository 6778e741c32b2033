/**
 * The built command line for tests that must act while it runs (signals) or run it in special surroundings (limits, users, environments).
 * For what commands print there is goheap-here.ts, for a plain call that may block the test goheap.ts.
 */
import {type ChildProcess, spawn} from './child-process.js';
import {RUN} from './goheap.js';

export interface RunOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Run through bash, behind this command: `ulimit -f 10`. */
  readonly after?: string;
  /** Called once it runs: to send signals later. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Called with standard error so far, whenever it grows: to send signals at the right time. */
  readonly onStderr?: (text: string, child: ChildProcess) => void;
  /** Run as this user; needs root. */
  readonly uid?: number;
}
export interface RunResult {
  readonly status: number | string | null; // the signal's name when one ended it
  readonly stdout: string;
  readonly stderr: string;
}

/** Of runs that get a signal on the way, the first that it did not find at its end; of many the last. */
export async function firstInterrupted(run: () => Promise<RunResult>): Promise<RunResult> {
  let result = await run();
  for (let attempts = 1; attempts < 20 && result.status === 0; attempts++) result = await run();
  return result;
}

/** Runs `goheap …arguments`. Never rejects for a failing command. */
export function runGoheap(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const command = [process.execPath, RUN, ...args];
  const line = options.after === undefined ? command : ['bash', '-c', `${options.after}; exec "$@"`, 'bash', ...command];
  const child = spawn(line[0]!, line.slice(1), {
    cwd: options.cwd,
    env: {...process.env, ...options.environment},
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : {uid: options.uid, gid: options.uid}),
  });
  options.onStart?.(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    options.onStderr?.(stderr, child);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({status: code ?? signal, stdout, stderr}));
  });
}
