/**
 * The handler of goheap's Go module in a service (capture/handler.go) → its core or heap dump in a file, and its executable beside it.
 */
import {closeSync, ftruncateSync, openSync, statSync} from 'node:fs';
import {basename} from 'node:path';
import {GoheapError} from '../base/errors.js';
import {printable} from '../base/printable.js';
import type {Work} from '../base/progress.js';
import type {Bytes} from '../base/units.js';
import {writeWhole} from '../base/write-whole.js';
import {writeWithHoles} from '../base/write-with-holes.js';
import {programBeside} from './program-beside.js';

/** A client that is no page sends it, with any value. */
const HEADER = 'goheap-capture';
const KIND = 'goheap-kind';
const LONGEST_REASON = 1000;

export interface CaptureUrlOptions {
  /** More headers, for services that ask who is calling. */
  readonly headers: Readonly<Record<string, string>>;
  /** Replace a file that is there. */
  readonly force?: boolean;
}
export interface Downloaded {
  readonly kind: string; // core, heap-dump
  readonly bytes: Bytes;
  readonly pause: string; // as Go prints it: 21.3ms
  readonly executable: string;
}

/** Throws `io` when the service does not answer, refuses or breaks off, `bad-format` when there is no such handler. Rejects with `signal.reason` when aborted. */
export async function captureUrl(url: string, path: string, {headers, force}: CaptureUrlOptions, work: Work): Promise<Downloaded> {
  const signal = work.signal ?? null;
  const answer = await ask(url, '?download', {method: 'POST', headers: {...headers, [HEADER]: '1'}, signal});
  const kind = answer.headers.get(KIND);
  if (kind === null || answer.body === null) {
    throw new GoheapError('bad-format', `${url}: what answers is not goheap's handler`, {
      hint: 'Give the address at which the service has capture.Handler: http://localhost:6061/debug/goheap/',
    });
  }
  await writeWhole(path, {force}, work, (temporary) => save(answer, temporary, url));
  const program = await ask(url, '?executable', {headers, signal});
  const executable = programBeside(path, nameOf(program));
  await writeWhole(executable, {force: true, mode: 0o700}, work, (temporary) => save(program, temporary, url));
  return {kind, bytes: statSync(path).size, pause: printable(utf8(answer.headers.get('goheap-pause') ?? '')), executable};
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

/** Holes come as zeros. */
async function save(answer: Response, path: string, url: string): Promise<void> {
  const file = openSync(path, 'wx', 0o600);
  let size = 0;
  try {
    for await (const piece of piecesOf(answer, url)) {
      writeWithHoles(file, piece, size);
      size += piece.length;
    }
    ftruncateSync(file, size);
  } finally {
    closeSync(file);
  }
  const wanted = Number(answer.headers.get('content-length') ?? Number.NaN);
  if (!Number.isNaN(wanted) && size !== wanted) throw new GoheapError('io', `${url}: ${size} of ${wanted} bytes came`);
}

async function* piecesOf(answer: Response, url: string): AsyncGenerator<Uint8Array> {
  try {
    yield* answer.body!;
  } catch (error) {
    throw new GoheapError('io', `${url}: it breaks off: ${(error as Error).message}`, {hint: 'The service may have ended.', cause: error});
  }
}

/** What the service calls its program, without folders. */
function nameOf(answer: Response): string | undefined {
  const name = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get('content-disposition') ?? '')?.[1];
  const plain = name === undefined ? '' : basename(decodeURIComponent(name));
  return /^[\w.+-]{1,200}$/.test(plain) && !plain.startsWith('.') ? plain : undefined;
}

/** Headers come as Latin-1, whatever their bytes are. */
function utf8(header: string): string {
  return Buffer.from(header, 'latin1').toString('utf8');
}
