/**
 * The handler of goheap's Go module in a service (capture/handler.go) → its core or heap dump in a file, and its executable beside it.
 */
import {createWriteStream, renameSync, rmSync, statSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {GoheapError, isGoheapError} from '../base/errors.js';
import {printable} from '../base/printable.js';
import type {Bytes} from '../base/units.js';

/** A client that is no page sends it, with any value. */
const HEADER = 'goheap-capture';
const KIND = 'goheap-kind';
const LONGEST_REASON = 1000;

export interface CaptureUrlOptions {
  /** More headers, for services that ask who is calling. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly onTemporary?: ((path: string) => void) | undefined;
}
export interface Downloaded {
  readonly kind: string; // core, heap-dump
  readonly bytes: Bytes;
  readonly pause: string; // as Go prints it: 21.3ms
  readonly executable: string;
}

/** Throws `io` when the service does not answer, refuses or breaks off, `bad-format` when there is no such handler. Rejects with `signal.reason` when aborted. */
export async function captureUrl(url: string, path: string, options: CaptureUrlOptions): Promise<Downloaded> {
  const headers = {...options.headers, [HEADER]: '1'};
  const answer = await ask(url, '?download', {method: 'POST', headers, signal: options.signal ?? null});
  const kind = answer.headers.get(KIND);
  if (kind === null || answer.body === null) {
    throw new GoheapError('bad-format', `${url}: what answers is not goheap's handler`, {
      hint: 'Give the address at which the service has capture.Handler: http://localhost:6061/debug/goheap/',
    });
  }
  await save(answer, path, url, options);
  const program = await ask(url, '?executable', {headers: options.headers, signal: options.signal ?? null});
  const executable = join(dirname(path), nameOf(program) ?? `${basename(path)}.exe`);
  if (executable !== path) await save(program, executable, url, options);
  return {kind, bytes: statSync(path).size, pause: printable(answer.headers.get('goheap-pause') ?? ''), executable};
}

async function ask(url: string, query: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(new URL(query, url), init);
  } catch (error) {
    init.signal?.throwIfAborted();
    const cause = (error as Error).cause as Error | undefined;
    throw new GoheapError('io', `${url}: ${cause?.message || (error as Error).message}`, {
      hint: 'See whether the service listens there.',
      cause: error,
    });
  }
  if (answer.ok) return answer;
  const reason = printable((await answer.text()).slice(0, LONGEST_REASON).trim());
  throw new GoheapError('io', `${url}: the service refuses (${answer.status}): ${reason}`, {hint: HINTS[answer.status]});
}

const HINTS: Readonly<Record<number, string>> = {
  403: 'Without Options.Authorize only this machine is answered: ssh -L or kubectl port-forward brings you there; --header sends what Authorize asks for.',
  404: 'Give the address at which the service has capture.Handler: http://localhost:6061/debug/goheap/',
  409: 'Another capture runs: try again in a moment.',
  429: 'Try again in a moment.',
};

async function save(answer: Response, path: string, url: string, {signal, onTemporary}: CaptureUrlOptions): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    onTemporary?.(temporary);
    await pipeline(
      Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]),
      createWriteStream(temporary, {flags: 'wx', mode: 0o600}),
      {
        ...(signal ? {signal} : {}),
      },
    );
    const wanted = Number(answer.headers.get('content-length') ?? Number.NaN);
    const {size} = statSync(temporary);
    if (!Number.isNaN(wanted) && size !== wanted) throw new GoheapError('io', `${url}: ${size} of ${wanted} bytes came`);
    renameSync(temporary, path);
  } catch (error) {
    signal?.throwIfAborted();
    if (isGoheapError(error)) throw error;
    throw new GoheapError('io', `${url}: ${(error as Error).message}`, {
      hint: 'The service may have ended, or the disk is full.',
      cause: error,
    });
  } finally {
    rmSync(temporary, {force: true});
  }
}

/** What the service calls its program, without folders. */
function nameOf(answer: Response): string | undefined {
  const name = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get('content-disposition') ?? '')?.[1];
  const plain = name === undefined ? '' : basename(decodeURIComponent(name));
  return /^[\w.+-]{1,200}$/.test(plain) && !plain.startsWith('.') ? plain : undefined;
}
