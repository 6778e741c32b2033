/**
 * The built command line in this process, for tests of what commands print: a process of its own costs ten times as much. It goes the way of
 * bin/run.js from arguments to exit status, with the streams, the environment and the end of the process caught.
 * What a process sees – signals, limits, users, closed pipes – is for run-goheap.ts.
 */
import {createRequire} from 'node:module';
import {run} from '@oclif/core/run';
import {RUN} from './goheap.js';
import type {RunResult} from './run-goheap.js';

export interface HereOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Of the terminal that standard output is taken for; without it, a pipe. */
  readonly columns?: number;
}

/** Node's own loader, as oclif's: the classes of errors are then the same. */
const {endWithError} = createRequire(RUN)('../dist/src/cli/end-with-error.js') as {endWithError(error: unknown): never};
let last: Promise<unknown> = Promise.resolve();

/** Runs `goheap …arguments`, one at a time. Never rejects for a failing command. */
export function goheapHere(args: readonly string[], options: HereOptions = {}): Promise<RunResult> {
  const result = last.then(() => runCaught(args, options));
  last = result.catch(() => {});
  return result;
}

/** Converts a core and gives the database's path; throws with what goheap printed when that fails. */
export async function convertCore(
  input: {readonly core: string; readonly executable: string},
  database: string,
  flags: readonly string[] = [],
): Promise<string> {
  const where = ['--to', 'sqlite', '-o', database, '--force', '--quiet'];
  const {status, stdout, stderr} = await goheapHere(['convert', input.core, '--exe', input.executable, ...where, ...flags]);
  if (status !== 0) throw new Error(`goheap convert ${input.core}: status ${status}\n${stderr}${stdout}`);
  return database;
}

/** Runs with --json and --quiet, expects success, and returns the parsed output. */
export async function goheapJson<T>(args: readonly string[], options: HereOptions = {}): Promise<T> {
  const {status, stdout, stderr} = await goheapHere([...args, '--json', '--quiet'], options);
  if (status !== 0) throw new Error(`goheap ${args.join(' ')} ended with ${status}: ${stderr || stdout}`);
  return JSON.parse(stdout) as T;
}

class Exit {
  readonly status: number;
  constructor(status: unknown) {
    this.status = Number(status ?? process.exitCode ?? 0);
  }
}

async function runCaught(args: readonly string[], {cwd = process.cwd(), environment = {}, columns}: HereOptions): Promise<RunResult> {
  const written = {stdout: '', stderr: ''};
  const into =
    (stream: keyof typeof written) =>
    (text: string | Uint8Array, ...more: unknown[]) => {
      written[stream] += typeof text === 'string' ? text : Buffer.from(text).toString();
      const done = more.at(-1);
      if (typeof done === 'function') process.nextTick(done);
      return true;
    };
  const before = {cwd: process.cwd(), env: {...process.env}, exitCode: process.exitCode};
  const restore = [
    replace(process, {
      argv: [process.execPath, RUN, ...args],
      exit: (status?: unknown) => {
        throw new Exit(status);
      },
    }),
    replace(process.stdout, {write: into('stdout'), isTTY: columns !== undefined, columns}),
    replace(process.stderr, {write: into('stderr')}),
    keepListeners(process),
    keepListeners(process.stdout),
  ];
  Object.assign(process.env, environment);
  process.chdir(cwd);
  process.exitCode = undefined;
  try {
    try {
      await run([...args], {root: RUN, userPlugins: false, devPlugins: false});
    } catch (error) {
      if (error instanceof Exit) throw error;
      endWithError(error);
    }
    return {status: Number(process.exitCode ?? 0), ...written};
  } catch (exit) {
    if (!(exit instanceof Exit)) throw exit;
    return {status: exit.status, ...written};
  } finally {
    for (const undo of restore) undo();
    for (const name of Object.keys(environment)) delete process.env[name];
    Object.assign(process.env, before.env);
    process.chdir(before.cwd);
    process.exitCode = before.exitCode;
  }
}

/** Sets properties, and gives back what puts the former ones in their place. */
function replace(object: object, properties: object): () => void {
  const former = Object.keys(properties).map((key) => [key, Object.getOwnPropertyDescriptor(object, key)] as const);
  for (const [key, value] of Object.entries(properties)) Object.defineProperty(object, key, {value, configurable: true, writable: true});
  return () => {
    for (const [key, descriptor] of former) {
      if (descriptor) Object.defineProperty(object, key, descriptor);
      else Reflect.deleteProperty(object, key);
    }
  };
}

/** What removes the listeners that are added from now on: a process of its own takes them with it. */
function keepListeners(emitter: NodeJS.EventEmitter): () => void {
  const former = new Map(emitter.eventNames().map((name) => [name, emitter.rawListeners(name)]));
  return () => {
    for (const name of emitter.eventNames()) {
      for (const listener of emitter.rawListeners(name)) {
        if (!former.get(name)?.includes(listener)) emitter.removeListener(name, listener as () => void);
      }
    }
  };
}
