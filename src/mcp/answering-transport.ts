/**
 * Standard input and output as the protocol's package speaks over them, which drops what it has not answered when the input ends. Here the input ends for it only when
 * all that was asked is answered: so that a script can pipe its questions in and read the answers.
 */
import {once} from 'node:events';
import {PassThrough, type Readable, type Writable} from 'node:stream';
import {setImmediate as turn} from 'node:timers/promises';
import type {McpSdk} from './load-sdk.js';

type Stdio = InstanceType<McpSdk['StdioServerTransport']>;
type Message = Parameters<Stdio['send']>[0];

/** A request that stays open as long as the connection does. */
const WITHOUT_END = 'subscriptions/listen';

export class AnsweringTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: Message) => void;
  readonly #input: PassThrough;
  readonly #wire: Stdio;
  readonly #asked = new Set<unknown>();
  #isAnswered = () => {};

  constructor({StdioServerTransport}: Pick<McpSdk, 'StdioServerTransport'>, input: Readable, output: Writable) {
    this.#input = input.pipe(new PassThrough(), {end: false});
    this.#wire = new StdioServerTransport(this.#input, output);
    this.#wire.onclose = () => this.onclose?.();
    this.#wire.onerror = (error) => this.onerror?.(error);
    this.#wire.onmessage = (message) => {
      this.#note(message);
      this.onmessage?.(message);
    };
  }

  start(): Promise<void> {
    return this.#wire.start();
  }
  close(): Promise<void> {
    return this.#wire.close();
  }
  async send(message: Message): Promise<void> {
    try {
      await this.#wire.send(message);
    } finally {
      if (!('method' in message)) this.#settle(message.id);
    }
  }

  /** Once all that came before the end of the input is answered. */
  async answered(): Promise<void> {
    while (this.#input.readableLength + this.#input.writableLength > 0) await turn();
    await turn();
    if (this.#asked.size > 0) await new Promise<void>((resolve) => (this.#isAnswered = resolve));
  }

  #note(message: Message): void {
    if (!('method' in message)) return;
    if ('id' in message && message.method !== WITHOUT_END) this.#asked.add(message.id);
    if (message.method === 'notifications/cancelled') this.#settle((message.params as {requestId?: unknown} | undefined)?.requestId);
  }

  #settle(id: unknown): void {
    this.#asked.delete(id);
    if (this.#asked.size === 0) this.#isAnswered();
  }
}

/** Until the input ends. */
export async function ended(input: Readable): Promise<void> {
  if (!input.readableEnded && !input.destroyed) await Promise.race([once(input, 'end'), once(input, 'close')]);
}
