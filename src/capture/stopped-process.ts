/**
 * A process that stands still for a moment, by SIGSTOP. A second process of goheap (watchdog.js) lets it go on when this one dies, however that
 * happens; what was stopped already stays so.
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import {GoheapError} from '../base/errors.js';
import {listThreads, readStat} from './process-files.js';

/** A thread that is in the middle of a system call for the disk stops late. */
const STOPPED_WITHIN_MS = 1000;
const ENDED: ReadonlySet<string> = new Set(['Z', 'X']);
const STOPPED: ReadonlySet<string> = new Set(['T', 't', ...ENDED]);

export class StoppableProcess {
  readonly #pid: number;
  readonly #folder: string;
  /** Undefined where there is nothing to watch: the process was stopped before, and stays so. */
  readonly #watchdog: ChildProcess | undefined;
  #stoppedAt = 0;
  /** For how long it stood. */
  pausedMs = 0;

  private constructor(pid: number, folder: string, watchdog: ChildProcess | undefined) {
    this.#pid = pid;
    this.#folder = folder;
    this.#watchdog = watchdog;
  }

  /** Starts the watchdog and waits until it watches. */
  static async prepare(pid: number, folder: string): Promise<StoppableProcess> {
    const {state, started} = readStat(folder);
    if (STOPPED.has(state)) return new StoppableProcess(pid, folder, undefined);
    const program = fileURLToPath(new URL('./watchdog.js', import.meta.url));
    const watchdog = spawn(process.execPath, [program, String(pid), started], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true, // Ctrl-C is not for it
    });
    watchdog.stdin!.on('error', () => {});
    await Promise.race([once(watchdog.stdout!, 'data'), once(watchdog, 'exit')]);
    return new StoppableProcess(pid, folder, watchdog);
  }

  /** Throws `io` when nobody would let the process go on should this one be killed. Looks into /proc: no event arrives while it stands. */
  checkWatched(): void {
    if (this.#watchdog === undefined) return;
    try {
      if (this.#watchdog.exitCode === null && !ENDED.has(readStat(`/proc/${this.#watchdog.pid}`).state)) return;
    } catch {
      // it has ended
    }
    throw new GoheapError('io', `process ${this.#pid}: nobody would let it go on: the watching process has ended`, {hint: 'Try again.'});
  }

  /** Waits, without other work, until all threads stand. Throws `io` when it may not be signalled. */
  stop(): void {
    this.checkWatched();
    this.#stoppedAt = performance.now();
    try {
      process.kill(this.#pid, 'SIGSTOP');
    } catch (error) {
      throw new GoheapError('io', `process ${this.#pid}: it cannot be stopped: ${(error as Error).message}`, {
        hint: 'Run goheap as its user, or with sudo.',
        cause: error,
      });
    }
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    while (performance.now() - this.#stoppedAt < STOPPED_WITHIN_MS) {
      if (listThreads(this.#folder).every(({state}) => STOPPED.has(state))) return;
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }

  /** How long it has stood. */
  get sinceStoppedMs(): number {
    return performance.now() - this.#stoppedAt;
  }

  /** May be called more than once. */
  resume(): void {
    if (this.#stoppedAt === 0) return;
    if (this.#watchdog !== undefined) {
      try {
        process.kill(this.#pid, 'SIGCONT');
      } catch {
        // it has ended
      }
    }
    this.pausedMs = this.sinceStoppedMs;
    this.#stoppedAt = 0;
  }

  close(): void {
    this.resume();
    if (this.#watchdog === undefined) return;
    this.#watchdog.stdin!.end();
    this.#watchdog.unref();
  }
}
