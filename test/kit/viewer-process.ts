/**
 * `goheap view` in a process of its own, and HTTP requests to it as no browser would send them: any header, any bytes.
 */

import {readdirSync, readFileSync} from 'node:fs';
import {type Agent, type IncomingHttpHeaders, request} from 'node:http';
import {connect} from 'node:net';
import type {Failure} from '../../src/base/failure.js';
import type {Answer, Status} from '../../viewer/protocol.js';
import {afterFile} from './after-file.js';
import {type ChildProcess, spawn} from './child-process.js';
import {RUN} from './goheap.js';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}
export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
}

/** Starts it without a browser and waits for the address. Ended after the tests of the file. */
export async function startViewer(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<ViewerProcess> {
  const child = spawn(process.execPath, [RUN, 'view', ...args, '--no-open'], {
    env: {...process.env, ...environment},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const viewer = new ViewerProcess(child);
  afterFile(() => child.kill('SIGKILL'));
  await viewer.listening();
  return viewer;
}

export class ViewerProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
  }

  get url(): URL {
    const [line] = this.stdout.split('\n') as [string];
    return new URL(line.startsWith('{') ? (JSON.parse(line) as {url: string}).url : line);
  }
  get token(): string {
    return this.url.hash.slice('#token='.length);
  }
  get pid(): number {
    return this.child.pid!;
  }
  /** Processes that it started and that are not over. */
  get children(): number[] {
    return childrenOf(this.pid);
  }
  get residentMegabytes(): number {
    return residentMegabytes(this.pid);
  }
  /** Of its children too. */
  get cpuMilliseconds(): number {
    return [this.pid, ...this.children].reduce((sum, pid) => sum + cpuMilliseconds(pid), 0);
  }

  async listening(): Promise<void> {
    await until(() => this.stdout.includes('\n') || this.child.exitCode !== null);
    if (!this.stdout.includes('\n')) throw new Error(`goheap view ended with ${this.child.exitCode}: ${this.stderr}`);
  }

  /** Without a token unless the headers have one. */
  send(path: string, {method = 'GET', headers = {}, body, agent}: RequestOptions = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as Record<string, string>;
      const sent = request({host: '127.0.0.1', port: this.url.port, path, method, headers: given, agent}, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({status: response.statusCode!, headers: response.headers, text: Buffer.concat(parts).toString('utf8')}),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** A question as the page asks it. */
  ask(path: string, body?: object, options: RequestOptions = {}): Promise<Reply> {
    return this.send(path, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
      ...options,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : {'content-type': 'application/json'}),
        ...options.headers,
      },
    });
  }
  async query(id: string, params: Readonly<Record<string, string | number>> = {}): Promise<Answer> {
    return answerOf(await this.ask('/api/query', {id, params}));
  }
  sql(sql: string, more: object = {}): Promise<Reply> {
    return this.ask('/api/sql', {sql, request: 'r', ...more});
  }
  async status(): Promise<Status> {
    return answerOf(await this.ask('/api/status'));
  }

  /** Bytes that need not be HTTP → what comes back until the connection ends. */
  raw(bytes: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(Number(this.url.port), '127.0.0.1', () => socket.write(bytes));
      socket.setTimeout(60_000, () => socket.end());
      socket.on('data', (part) => {
        text += part.toString('latin1');
      });
      socket.on('close', () => resolve(text));
      socket.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(text) : reject(error),
      );
    });
  }

  /** Sends the signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | string | null> {
    this.child.kill(signal);
    await until(() => this.child.exitCode !== null || this.child.signalCode !== null);
    return this.child.exitCode ?? this.child.signalCode;
  }
}

export function answerOf<T>({status, text}: Reply): T {
  if (status !== 200) throw new Error(`${status}: ${text}`);
  return JSON.parse(text) as T;
}
export function failureOf({text}: Reply): Failure {
  return JSON.parse(text) as Failure;
}

/** Whichever of its threads has started them; none of a process that is over. */
export function childrenOf(pid: number): number[] {
  const threads = ofRunning(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  return threads.flatMap((thread) => {
    const list = ofRunning(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')) ?? '';
    return list.split(' ').filter(Boolean).map(Number);
  });
}

/** With theirs, and so on. */
export function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

export function residentMegabytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

/** What the process has computed so far, all threads together, in steps of 10 ms: unlike the time of day, other processes do not change it. 0 once it is over. */
export function cpuMilliseconds(pid: number): number {
  const stat = ofRunning(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === undefined) return 0;
  const fields = stat.split(') ')[1]!.split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12])); // utime and stime, in USER_HZ, which is 100 on amd64 and arm64
}

/** Whether there is such a process that is not over. */
export function isRunning(pid: number): boolean {
  const status = ofRunning(() => readFileSync(`/proc/${pid}/status`, 'utf8'));
  return status !== undefined && !/^State:\s+Z/m.test(status);
}

/** Undefined when the process or thread is over: it may end between any two looks at /proc, also while a file there is being read. */
function ofRunning<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** The limit is for what never comes to be so: on a machine with much to do a second of CPU takes half a minute. */
export async function until(isSo: () => boolean | Promise<boolean>, seconds = 240, everyMs = 20): Promise<void> {
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  throw new Error(`not within ${seconds} seconds: ${isSo}`);
}
