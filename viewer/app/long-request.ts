/**
 * Questions whose answers may take a while: how far the server is, and a way to call it off. Asked a moment late, so that going through a list
 * asks for the row that one stays at.
 */
import {useState} from 'preact/hooks';
import type {StageProgress} from '../../src/base/stage-progress.js';
import type {LongRequest} from '../long-protocol.js';
import {type Pending, usePromise} from './api.js';
import {request} from './request.js';

export interface LongPending<T> extends Pending<T> {
  readonly progress: StageProgress | undefined;
  readonly isCancelled: boolean;
  readonly cancel: () => void;
}

const SETTLE_MILLISECONDS = 150;
const POLL_MILLISECONDS = 400;
let asked = 0;

/** `body` without `request`; undefined asks for nothing. */
export function useLong<T>(path: string, body: object | undefined): LongPending<T> {
  const key = body && `${path} ${JSON.stringify(body)}`;
  const [cancelled, setCancelled] = useState<string | undefined>(undefined);
  const [progress, setProgress] = useState<StageProgress | undefined>(undefined);
  const isCancelled = key !== undefined && key === cancelled;
  const pending = usePromise(isCancelled ? undefined : key, (abort) => askLong<T>(path, body!, abort, setProgress));
  return {
    ...pending,
    progress: pending.isLoading ? progress : undefined,
    isCancelled,
    cancel: () => setCancelled(key),
    retry: isCancelled ? () => setCancelled(undefined) : pending.retry,
  };
}

export type TellLong = (progress: StageProgress | undefined) => void;

export async function askLong<T>(path: string, body: object, abort: AbortSignal, tell: TellLong): Promise<T> {
  tell(undefined);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MILLISECONDS));
  abort.throwIfAborted();
  const named: LongRequest = {request: `${performance.timeOrigin} ${++asked}`};
  const timer = setInterval(async () => {
    const now = await request<Partial<StageProgress>>('/api/progress', named).catch(() => undefined);
    if (now?.stage !== undefined) tell(now as StageProgress);
  }, POLL_MILLISECONDS);
  abort.addEventListener('abort', () => clearInterval(timer), {once: true});
  try {
    return await request<T>(path, {...body, ...named}, abort);
  } finally {
    clearInterval(timer);
  }
}
