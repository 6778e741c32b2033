/**
 * One child process that answers one task after the other, and is killed when a task takes too long, needs too much memory, or is cancelled:
 * SQLite computes without a pause, so nothing less than its process can be stopped. Children only read, there is nothing to clean up. A child that
 * died of something else is replaced, and its task is given to the next one once.
 */
import {type ChildProcess, fork} from 'node:child_process';
import {readFileSync} from 'node:fs';
import type {Failure} from '../base/failure.js';
import type {StageProgress} from '../base/stage-progress.js';
import {RequestError} from './request-error.js';
import type {WorkerReply} from './worker-messages.js';

export interface WorkerLimits {
  readonly seconds: number;
  /** What a task may need beyond what the child had when it began. */
  readonly megabytes: number;
  /** Whether its task is ended when nobody waits for it any more; else it is finished in vain. */
  readonly endsUnwanted: boolean;
}

interface Job {
  readonly task: string;
  readonly body: object;
  readonly resolve: (text: string) => void;
  readonly reject: (error: RequestError) => void;
  readonly onProgress: ((progress: StageProgress) => void) | undefined;
  attempts: number;
  /** Of its first attempt. */
  startedMs: number;
}

const POLL_MS = 100;
const MOST_WAITING = 100;
const CANCELLED: Failure = {code: 'cancelled', message: 'cancelled'};

export class WorkerProcess {
  readonly #config: object;
  readonly #limits: WorkerLimits;
  readonly #entry: URL;
  readonly #waiting: Job[] = [];
  #child: ChildProcess | undefined;
  #job: Job | undefined;
  #poll: NodeJS.Timeout | undefined;
  #count = 0;
  #isRetiring = false;

  /** `config` is the only argument of `entry`, the module that the child runs: it takes `WorkerMessage`s and gives a `WorkerReply` for each. */
  constructor(config: object, limits: WorkerLimits, entry: URL) {
    this.#config = config;
    this.#limits = limits;
    this.#entry = entry;
  }

  /** The child while there is one: it is started with the first task. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** The answer's text. Rejects with a RequestError. */
  run(task: string, body: object, signal: AbortSignal, onProgress?: (progress: StageProgress) => void): Promise<string> {
    if (this.#waiting.length >= MOST_WAITING)
      throw new RequestError({code: 'busy', message: 'too many questions wait for their answers', hint: 'Try again in a moment.'});
    return new Promise((resolve, reject) => {
      const job: Job = {task, body, resolve, reject, onProgress, attempts: 0, startedMs: 0};
      signal.addEventListener('abort', () => this.#leave(job), {once: true});
      this.#waiting.push(job);
      this.#next();
    });
  }

  /** Closes when it has answered what it was asked. */
  retire(): void {
    this.#isRetiring = true;
    if (!this.#job) this.close();
  }

  close(): void {
    for (const job of this.#waiting.splice(0)) job.reject(new RequestError(CANCELLED));
    this.#end(CANCELLED);
  }

  #next(): void {
    if (this.#job) return;
    const job = this.#waiting.shift();
    if (!job && this.#isRetiring && this.#child) this.close();
    if (!job) return;
    this.#job = job;
    if (++job.attempts === 1) job.startedMs = performance.now();
    this.#child ??= this.#start();
    this.#child.send({id: ++this.#count, task: job.task, body: job.body}, () => {}); // a child that is gone tells by its exit
    this.#watch(this.#child, job.startedMs);
  }

  #start(): ChildProcess {
    const child = fork(this.#entry, [JSON.stringify(this.#config)], {stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: []});
    child.on('message', (reply: WorkerReply) => {
      if (reply.id !== this.#count || child !== this.#child) return;
      if (reply.progress) return this.#job?.onProgress?.(reply.progress);
      if (reply.text !== undefined) this.#settle()?.resolve(reply.text);
      else this.#settle()?.reject(new RequestError(reply.failure!));
      this.#next();
    });
    child.on('error', () => this.#replace(child, 'it could not be started'));
    child.on('exit', (code, signal) => this.#replace(child, signal ?? `status ${code}`));
    return child;
  }

  /** Of a child that ended by itself, or by somebody else's hand. */
  #replace(child: ChildProcess, reason: string): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    const job = this.#settle();
    if (job?.attempts === 1) this.#waiting.unshift(job);
    else {
      const message = `the process that reads the database ended (${reason})`;
      job?.reject(new RequestError({code: 'io', message, hint: 'Try again: another one has taken its place.'}));
    }
    this.#next();
  }

  #settle(): Job | undefined {
    const job = this.#job;
    this.#job = undefined;
    clearInterval(this.#poll);
    return job;
  }

  /** Kills the child; its task fails with the reason. */
  #end(failure: Failure): void {
    const child = this.#child;
    this.#child = undefined;
    child?.kill('SIGKILL');
    this.#settle()?.reject(new RequestError(failure));
    this.#next();
  }

  #leave(job: Job): void {
    const place = this.#waiting.indexOf(job);
    if (place >= 0) {
      this.#waiting.splice(place, 1);
      job.reject(new RequestError(CANCELLED));
    } else if (this.#job === job && this.#limits.endsUnwanted) this.#end(CANCELLED);
  }

  #watch(child: ChildProcess, startedMs: number): void {
    const {seconds, megabytes} = this.#limits;
    const most = residentMegabytes(child) + megabytes;
    this.#poll = setInterval(() => {
      if (performance.now() - startedMs > seconds * 1000) {
        this.#end({
          code: 'limit',
          message: `ended after ${seconds} seconds`,
          hint: 'Ask for less: LIMIT the rows, or narrow what is looked at.',
        });
      } else if (residentMegabytes(child) > most) {
        const message = `ended because it needed more than ${megabytes} MB of memory`;
        this.#end({code: 'limit', message, hint: 'Ask for less: sorting, grouping and long texts are kept in memory.'});
      }
    }, POLL_MS);
  }
}

/** 0 where the system does not tell. */
function residentMegabytes({pid}: ChildProcess): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
