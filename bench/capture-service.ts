/**
 * The service of bench/capture/main.go as a child process: what it has done and how long it stood still, by its own clock, and what it is asked.
 */
import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline/promises';
import {fileURLToPath} from 'node:url';
import {median} from './measure.js';

const SOURCES = fileURLToPath(new URL('../../bench/capture', import.meta.url)); // from dist/bench
/** Windows in which the throughput is counted. */
const WINDOW_MS = 100;
/** Throughput is as before when a window reaches this share of it. */
const NORMAL = 0.9;

export interface Answer {
  readonly path: string;
  readonly size: number;
  readonly written: number;
  readonly pause_ns: number;
  readonly elapsed_ns: number;
}

interface Bins {
  readonly started: number;
  readonly binMs: number;
  readonly done: readonly number[];
  readonly longestUs: readonly number[];
  readonly go: string;
}

/** What happened to the service between two moments, in milliseconds since 1970. */
export interface Effect {
  readonly pauseMs: number; // the longest that its heartbeat was late
  readonly seconds: number;
  /** Share of the throughput before, in the slowest window. */
  readonly slowest: number;
  /** From the end until the throughput was as before. */
  readonly normalAfterMs: number;
}

export class CaptureService {
  readonly executable: string;
  readonly #child: ChildProcess;
  readonly #url: string;

  private constructor(executable: string, child: ChildProcess, url: string) {
    this.executable = executable;
    this.#child = child;
    this.#url = url;
  }

  /** Builds it into `folder` and waits until it has its heap. */
  static async start(folder: string, store: string, megabytes: number): Promise<CaptureService> {
    const executable = join(folder, 'service');
    execFileSync('go', ['build', '-o', executable, '.'], {cwd: SOURCES, env: {...process.env, CGO_ENABLED: '0', GOFLAGS: ''}});
    const child = spawn(executable, [store, String(megabytes)], {stdio: ['ignore', 'pipe', 'inherit']});
    process.once('exit', () => child.kill('SIGKILL'));
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
    return new CaptureService(executable, child, url);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Memory that a core should have: touched, and of no file that was not changed. */
  get populatedBytes(): number {
    const text = readFileSync(`/proc/${this.pid}/smaps_rollup`, 'utf8');
    return 1024 * (Number(/^Anonymous:\s+(\d+)/m.exec(text)![1]) + Number(/^Swap:\s+(\d+)/m.exec(text)![1]));
  }

  async capture(query = ''): Promise<Response> {
    const response = await fetch(`${this.#url}/debug/goheap/${query}`, {method: 'POST', headers: {'Goheap-Capture': '1'}});
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return response;
  }

  async captureIntoStore(): Promise<Answer> {
    return (await (await this.capture()).json()) as Answer;
  }

  /** Stops the load. */
  async rest(): Promise<void> {
    await fetch(`${this.#url}/idle`);
  }

  async goVersion(): Promise<string> {
    return (await this.#bins()).go;
  }

  /** What an action did to the service, which works before and after it for `restMs`. */
  async during<T>(restMs: number, action: () => T | Promise<T>): Promise<{readonly result: T; readonly effect: Effect}> {
    const wait = () => new Promise((resolve) => setTimeout(resolve, restMs));
    await wait();
    const from = Date.now();
    const result = await action();
    const to = Date.now();
    await wait();
    return {result, effect: effectOf(await this.#bins(), {from, to, restMs})};
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  async #bins(): Promise<Bins> {
    return (await (await fetch(`${this.#url}/bins`)).json()) as Bins;
  }
}

function effectOf({started, binMs, done, longestUs}: Bins, {from, to, restMs}: {from: number; to: number; restMs: number}): Effect {
  const binAt = (time: number) => Math.floor((time - started) / binMs);
  const width = WINDOW_MS / binMs;
  const windows = (start: number, end: number) => {
    const counts: number[] = [];
    for (let at = start; at + width <= end; at += width) counts.push(done.slice(at, at + width).reduce((sum, count) => sum + count, 0));
    return counts;
  };
  const usual = median(windows(binAt(from - restMs), binAt(from)));
  const after = windows(binAt(to), done.length);
  // A gap is written down when it ends, which may be after the capture.
  const gaps = longestUs
    .map((microseconds) => microseconds / 1000)
    .filter((gap, at) => at >= binAt(from) && started + at * binMs - gap < to);
  const back = after.findIndex((count) => count >= NORMAL * usual);
  return {
    pauseMs: Math.max(...gaps),
    seconds: (to - from) / 1000,
    slowest: Math.min(...windows(binAt(from), Math.max(binAt(to), binAt(from) + width))) / usual,
    normalAfterMs: back < 0 ? Number.POSITIVE_INFINITY : back * WINDOW_MS,
  };
}
