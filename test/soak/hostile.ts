/**
 * Hostile inputs → what goheap's commands made of them, in processes with limits, and the rule that all of them must meet: an answer or an error
 * of goheap's, within the time and memory of the good input and some, and nothing on the terminal that is not text.
 */
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {type ChildProcess, fork} from '../kit/child-process.js';

export interface CommandRun {
  readonly command: string;
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}
export interface Handling {
  readonly runs: readonly CommandRun[];
  readonly milliseconds: number; // of CPU
  readonly peakBytes: number;
  /** How the process ended, when it did. */
  readonly ended?: string;
}
export type CommandLine = readonly string[];

/** The status of `goheap check` for a dump that breaks a limit: an answer. */
export const CHECK_FAILED = 3;
const MORE_MILLISECONDS = 5000;
const MORE_BYTES = 200 * 2 ** 20;
/** A process that is busy for longer, or larger, is ended: whatever it would say comes too late. */
const ENDED_AFTER_MS = 90_000;
const ENDED_ABOVE_BYTES = 3 * 2 ** 30;
const WATCH_MS = 200;

export class HostileWorker {
  readonly #folder: string;
  #child: ChildProcess | undefined;

  /** `folder`: where it works, and all that it may write to. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  run(lines: readonly CommandLine[]): Promise<Handling> {
    this.#child ??= this.#start();
    const child = this.#child;
    return new Promise((resolve) => {
      const started = performance.now();
      let reason = '';
      const answer = (message: Handling | object) => {
        if ('runs' in message) end(message); // else a command says which files are temporary
      };
      const end = (handling: Handling) => {
        clearInterval(watch);
        child.off('message', answer);
        child.off('exit', crash);
        resolve(handling);
      };
      const crash = (code: number | null, signal: string | null) => {
        this.#child = undefined;
        end({
          runs: [],
          milliseconds: performance.now() - started,
          peakBytes: 0,
          ended: reason || `the process ended with ${code ?? signal}`,
        });
      };
      const watch = setInterval(() => {
        const bytes = residentBytes(child.pid!);
        if (performance.now() - started > ENDED_AFTER_MS) reason = `it took more than ${ENDED_AFTER_MS / 1000} s`;
        else if (bytes > ENDED_ABOVE_BYTES) reason = `it took ${bytes} bytes of memory`;
        if (reason !== '') child.kill('SIGKILL');
      }, WATCH_MS);
      child.on('message', answer);
      child.on('exit', crash);
      child.send({lines});
    });
  }

  close(): void {
    this.#child?.disconnect();
    this.#child = undefined;
  }

  #start(): ChildProcess {
    const module = fileURLToPath(new URL('hostile-worker.js', import.meta.url));
    const env = {...process.env, HOME: this.#folder, TMPDIR: this.#folder, XDG_CACHE_HOME: this.#folder, XDG_CONFIG_HOME: this.#folder};
    return fork(module, [], {execArgv: ['--expose-gc', '--max-old-space-size=2048'], cwd: this.#folder, env});
  }
}

function residentBytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0; // it has ended
  }
}

/** Escape sequences and what turns text around: of controls, tables and messages have nothing but ends of lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NO_TEXT = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** What is wrong with the outcome, or undefined. */
export function findHostileFault({runs, milliseconds, peakBytes, ended}: Handling, good: Handling): string | undefined {
  if (ended !== undefined) return ended;
  for (const {command, status, stdout, stderr} of runs) {
    const text = stdout + stderr;
    if (/Internal error|a fault of goheap|"code": "internal"|^Thrown:|\n {4}at /.test(text)) return `${command}: ${text.slice(0, 1500)}`;
    const found = NO_TEXT.exec(text);
    if (found) return `${command}: ${JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 60))} is not text`;
    if (status !== 0 && status !== CHECK_FAILED && !/^(Error|Note|Warning|\{"stage")|"error": \{/m.test(text))
      return `${command}: status ${status} without a word: ${text.slice(0, 300)}`;
  }
  if (milliseconds > 2 * good.milliseconds + MORE_MILLISECONDS)
    return `${Math.round(milliseconds)} ms of CPU; the good input takes ${Math.round(good.milliseconds)} ms`;
  if (peakBytes > 1.5 * good.peakBytes + MORE_BYTES) return `${peakBytes} bytes of memory; the good input takes ${good.peakBytes}`;
  return undefined;
}
