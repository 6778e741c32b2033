/**
 * A database that is written on a thread of its own, while the next rows are being made. Batches travel in a few buffers, which come back when
 * they are written: so the thread is never far behind, and nothing is allocated for a batch.
 */
import {Worker} from 'node:worker_threads';
import type {Batch, BatchColumn} from '../../base/column-batch.js';
import type {Work} from '../../base/progress.js';
import {NewDatabase} from './create-database.js';
import {fromSentError, type SentError} from './sent-error.js';
import type {DatabaseWriter, TableHead} from './write-table.js';

/** How many batches may be under way. */
const BUFFERS = 4;
const BUFFER_BYTES = 1 << 20;

/** What the thread is sent. */
export type WriteMessage =
  | {readonly begin: TableHead}
  | {readonly batch: Batch; readonly buffer: ArrayBuffer}
  | {readonly end: true}
  | {readonly show: true}
  | {readonly finish: true};

/** What it sends. */
export type WrittenMessage = {readonly buffer: ArrayBuffer} | {readonly done: true} | {readonly failure: SentError};

/** Creates the file (an existing one must be empty) with the tables, views and indexes of `schema`. Rejects with `signal.reason` when aborted. */
export function writeAside(path: string, schema: string, work: Work): DatabaseWriter {
  // Run from sources (tests), there is no compiled file to start a thread with.
  return import.meta.url.endsWith('.js') ? new AsideDatabase(path, schema, work) : new NewDatabase(path, schema);
}

class AsideDatabase implements DatabaseWriter {
  readonly #worker: Worker;
  readonly #signal: AbortSignal | undefined;
  readonly #buffers: ArrayBuffer[] = Array.from({length: BUFFERS}, () => new ArrayBuffer(BUFFER_BYTES));
  #done = false;
  #failure: {readonly error: unknown} | undefined;
  #wake: () => void = () => {};

  constructor(path: string, schema: string, {signal}: Work) {
    this.#worker = new Worker(new URL('./write-thread.js', import.meta.url), {workerData: {path, schema}});
    this.#worker.on('message', (message: WrittenMessage) => {
      if ('failure' in message) this.#fail(fromSentError(message.failure));
      else if ('buffer' in message) this.#buffers.push(message.buffer);
      else this.#done = true;
      this.#wake();
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`The writing thread ended with code ${code}.`)));
    this.#signal = signal;
    signal?.addEventListener('abort', this.#abort, {once: true});
  }

  begin(begin: TableHead): void {
    this.#send({begin});
  }

  async add(batch: Batch): Promise<void> {
    await this.#until(() => this.#buffers.length > 0);
    const packed = packBatch(batch, this.#buffers.pop()!);
    this.#send(packed, [packed.buffer]);
  }

  end(): void {
    this.#send({end: true});
  }

  show(): Promise<void> {
    return this.#ask({show: true});
  }

  finish(): Promise<void> {
    return this.#ask({finish: true});
  }

  /** The file is closed, and nobody writes it, when this is done. */
  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#abort);
    await this.#worker.terminate();
  }

  async #ask(message: WriteMessage): Promise<void> {
    this.#done = false;
    this.#send(message);
    await this.#until(() => this.#done);
  }

  #send(message: WriteMessage, transfer: ArrayBuffer[] = []): void {
    this.#throwFailure();
    this.#worker.postMessage(message, transfer);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      this.#throwFailure();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#throwFailure();
  }

  readonly #abort = (): void => this.#fail(this.#signal?.reason);

  /** The first is the cause of what follows. */
  #fail(error: unknown): void {
    this.#failure ??= {error};
    this.#wake();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}

/** Copies the columns into the buffer, or into a larger one. Lists of cells stay lists. */
function packBatch({count, columns}: Batch, buffer: ArrayBuffer): {readonly batch: Batch; readonly buffer: ArrayBuffer} {
  const size = columns.reduce((sum, column) => sum + packedBytes(column, count), 0);
  const into = size <= buffer.byteLength ? buffer : new ArrayBuffer(2 * size);
  let end = 0;
  const copy = <T extends Uint8Array | Uint32Array | Float64Array>(column: T, length = count): T => {
    const Values = column instanceof Uint8Array ? Uint8Array : column instanceof Uint32Array ? Uint32Array : Float64Array;
    const copied = new Values(into, end, length);
    copied.set(column.subarray(0, length));
    end += aligned(copied.byteLength);
    return copied as T;
  };
  const packed = columns.map((column): BatchColumn => {
    if ('pool' in column) return {pool: copy(column.pool, column.pool.length), start: copy(column.start), length: copy(column.length)};
    return 'subarray' in column ? copy(column) : column;
  });
  return {batch: {count, columns: packed}, buffer: into};
}

function packedBytes(column: BatchColumn, count: number): number {
  if ('pool' in column) return aligned(column.pool.length) + 2 * aligned(4 * count);
  return 'subarray' in column ? aligned(column.BYTES_PER_ELEMENT * count) : 0;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
