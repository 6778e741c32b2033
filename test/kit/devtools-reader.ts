/**
 * A .heapsnapshot as DevTools reads it: Chromium serves its own DevTools front end, whose loader and analyses run here in one of its
 * pages. The browser is driven through a pipe (Chrome DevTools Protocol), so nothing needs to be installed besides it.
 */

import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Readable, Writable} from 'node:stream';
import {type ChildProcess, spawn, spawnSync} from './child-process.js';
import {until} from './viewer-process.js';

/** The command of a Chromium on the path, or named by the environment variable CHROMIUM. */
export function findChromium(): string | undefined {
  return [process.env.CHROMIUM, 'chromium', 'google-chrome'].find((name) => name && spawnSync('which', [name]).status === 0);
}

export interface DevToolsNode {
  readonly id: number;
  readonly name: string;
  readonly selfSize: number;
  readonly retainedSize: number;
  readonly edges: number;
}
export interface DevToolsSnapshot {
  readonly nodes: readonly DevToolsNode[];
  readonly totalSize: number;
}

/** What the Memory panel does when a file is loaded, without the panel. */
const READ = `async (text) => {
  const {HeapSnapshotLoader, HeapSnapshotWorkerDispatcher} = await import('/devtools/entrypoints/heap_snapshot_worker/heap_snapshot_worker.js');
  const channel = new MessageChannel();
  const second = new HeapSnapshotWorkerDispatcher.HeapSnapshotWorkerDispatcher(() => {});
  second.dispatchMessage({data: {callId: 1, disposition: 'setupForSecondaryInit', objectId: 1}, ports: [channel.port2]});
  const loader = new HeapSnapshotLoader.HeapSnapshotLoader({sendEvent() {}});
  for (let at = 0; at < text.length; at += 1 << 20) loader.write(text.slice(at, at + (1 << 20)));
  loader.close();
  const snapshot = await loader.buildSnapshot(channel.port1);
  const nodes = [];
  for (let index = 0; index < snapshot.nodeCount; index++) {
    const node = snapshot.createNode(index * snapshot.nodeFieldCount);
    const sizes = {selfSize: node.selfSize(), retainedSize: node.retainedSize()};
    nodes.push({id: node.id(), name: node.rawName(), edges: node.edgesCount(), ...sizes});
  }
  return JSON.stringify({nodes, totalSize: snapshot.totalSize});
}`;

/** Rejects with what the browser said when it cannot read the text. `folder` is an empty one for the browser's own files. */
export async function readInDevTools(chromium: string, text: string, folder: string): Promise<DevToolsSnapshot> {
  const profile = ['--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}`];
  const flags = ['--headless', ...profile, '--remote-debugging-pipe', '--remote-debugging-port=0'];
  const child = spawn(chromium, flags, {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
  try {
    const browser = new Protocol(child);
    const portFile = join(folder, 'DevToolsActivePort');
    await until(() => existsSync(portFile) && readFileSync(portFile, 'utf8').includes('\n'));
    const url = `http://127.0.0.1:${readFileSync(portFile, 'utf8').split('\n')[0]}/devtools/devtools_app.html`;
    const {targetId} = await browser.send<{targetId: string}>('Target.createTarget', {url});
    const {sessionId} = await browser.send<{sessionId: string}>('Target.attachToTarget', {targetId, flatten: true});
    const state = () => browser.evaluate('location.protocol + document.readyState', sessionId);
    await until(async () => (await state()) === 'http:complete');
    return JSON.parse(await browser.evaluate(`(${READ})(${JSON.stringify(text)})`, sessionId)) as DevToolsSnapshot;
  } finally {
    const ended = new Promise((resolve) => child.once('close', resolve));
    if (child.kill()) await ended;
  }
}

/** Messages of JSON, each ended by a zero byte, on file descriptors 3 and 4 of the browser. */
class Protocol {
  readonly #input: Writable;
  readonly #waiting = new Map<number, {resolve(result: unknown): void; reject(error: Error): void}>();
  #text = '';
  #last = 0;

  constructor(child: ChildProcess) {
    this.#input = child.stdio[3] as Writable;
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => this.#receive(text));
    child.once('exit', (status) => {
      for (const {reject} of this.#waiting.values()) reject(new Error(`the browser ended with ${status}`));
    });
    child.once('error', (error) => {
      for (const {reject} of this.#waiting.values()) reject(error);
    });
  }

  send<T>(method: string, params: object, sessionId?: string): Promise<T> {
    const id = ++this.#last;
    this.#input.write(`${JSON.stringify({id, method, params, sessionId})}\0`);
    return new Promise<T>((resolve, reject) => this.#waiting.set(id, {resolve: (result) => resolve(result as T), reject}));
  }

  /** The string that the expression, or its promise, gives in the page of the session. */
  async evaluate(expression: string, sessionId: string): Promise<string> {
    const params = {expression, awaitPromise: true, returnByValue: true};
    const answer = await this.send<{result: {value: string}; exceptionDetails?: object}>('Runtime.evaluate', params, sessionId);
    if (answer.exceptionDetails) throw new Error(JSON.stringify(answer.exceptionDetails));
    return answer.result.value;
  }

  #receive(text: string): void {
    const messages = (this.#text + text).split('\0');
    this.#text = messages.pop()!;
    for (const message of messages) {
      const {id, result, error} = JSON.parse(message) as {id?: number; result?: unknown; error?: {message: string}};
      const waiting = id === undefined ? undefined : this.#waiting.get(id);
      if (error) waiting?.reject(new Error(error.message));
      else waiting?.resolve(result);
    }
  }
}
