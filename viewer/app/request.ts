/**
 * One request to the server: JSON there and back, with the token. Whatever goes wrong is a `RequestFailed` with a Failure that a screen can
 * show: also a server that is gone, and a token that it does not know.
 */
import {signal} from '@preact/signals';
import type {Failure} from '../../src/base/failure.js';
import type {Status} from '../protocol.js';
import {askOtherTabs, currentToken, keepToken} from './token.js';

export class RequestFailed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** locked: the server wants a token that no tab of this browser has. gone: it does not answer. */
export const connection = signal<'open' | 'locked' | 'gone'>('open');

const GONE: Failure = {code: 'gone', message: 'goheap does not answer', hint: 'It was stopped, or has ended. Start goheap view again.'};

export async function request<T>(path: string, body?: unknown, abort?: AbortSignal): Promise<T> {
  const response = await send(path, body, abort);
  connection.value = 'open';
  if (response.ok) return (await response.json()) as T;
  const failure = await readFailure(response);
  if (response.status === 401) connection.value = 'locked';
  throw new RequestFailed(failure);
}

async function send(path: string, body: unknown, abort: AbortSignal | undefined): Promise<Response> {
  const headers: Record<string, string> = {Authorization: `Bearer ${currentToken() ?? ''}`};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const post = body === undefined ? {} : {method: 'POST', body: JSON.stringify(body)};
  try {
    return await fetch(path, {headers, ...post, signal: abort ?? null, cache: 'no-store'});
  } catch (error) {
    if (abort?.aborted) throw error;
    connection.value = 'gone';
    throw new RequestFailed(GONE);
  }
}

async function readFailure(response: Response): Promise<Failure> {
  try {
    const failure = (await response.json()) as Failure;
    if (typeof failure.message === 'string') return failure;
  } catch {
    // No JSON: the status has to do.
  }
  return {code: 'internal', message: `The server answered with status ${response.status}`};
}

export function failureOf(error: unknown): Failure {
  if (error instanceof RequestFailed) return error.failure;
  return {code: 'internal', message: error instanceof Error ? error.message : String(error)};
}

export const getStatus = () => request<Status>('/api/status');

/** Tries the token of this tab, then those of other tabs; the state of `connection` is the answer. */
export async function findToken(): Promise<Status | undefined> {
  const attempt = () => getStatus().catch(() => undefined);
  const known = currentToken() === undefined ? undefined : await attempt();
  if (known !== undefined || connection.value === 'gone') return known;
  for (const token of await askOtherTabs()) {
    keepToken(token);
    const status = await attempt();
    if (status !== undefined) return status;
  }
  connection.value = 'locked';
  return undefined;
}
