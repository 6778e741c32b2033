/**
 * What became another since a base, where --base gave one: asked once for each base, for the screen Compare and for the columns Δ of the others. Going from
 * one of them to another does not call it off.
 */
import {signal} from '@preact/signals';
import type {StageProgress} from '../../src/base/stage-progress.js';
import type {Comparison} from '../protocol.js';
import {status, usePromise} from './api.js';
import {askLong, type LongPending} from './long-request.js';

/** Index of the base that is compared with. */
export const chosenBase = signal(0);

interface Asked {
  readonly answer: Promise<Comparison>;
  readonly abort: AbortController;
}

const asked = new Map<number, Asked>();
const progress = signal<StageProgress | undefined>(undefined);
/** The base whose comparison was called off last. */
const calledOff = signal<number | undefined>(undefined);

/** Asks for nothing while the base is not open. */
export function useComparison(base = chosenBase.value): LongPending<Comparison> {
  const isOpen = status.value?.bases[base]?.state === 'ready' && status.value.state === 'ready';
  const isCancelled = calledOff.value === base;
  const pending = usePromise(isOpen && !isCancelled ? String(base) : undefined, () => compareWith(base));
  return {
    ...pending,
    progress: pending.isLoading ? progress.value : undefined,
    isCancelled,
    cancel: () => {
      calledOff.value = base;
      asked.get(base)?.abort.abort();
    },
    retry: () => {
      calledOff.value = undefined;
      pending.retry();
    },
  };
}

function compareWith(base: number): Promise<Comparison> {
  const {answer} = asked.get(base) ?? ask(base);
  answer.catch(() => asked.delete(base)); // whoever comes back tries again
  return answer;
}

function ask(base: number): Asked {
  const abort = new AbortController();
  const tell = (now: StageProgress | undefined) => {
    progress.value = now;
  };
  const begun = {abort, answer: askLong<Comparison>('/api/compare', {base}, abort.signal, tell)};
  asked.set(base, begun);
  return begun;
}
