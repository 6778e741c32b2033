/**
 * One computation for all who ask for the same: each is told how far it is, and it is ended when nobody waits for it any more.
 */
import type {StageProgress} from '../../src/base/stage-progress.js';

export type TellProgress = (now: StageProgress) => void;
export type AskLong = (signal: AbortSignal, tell: TellProgress) => Promise<string>;

/** `ask` begins at once; `failed` is called when there will be no answer. Throws what `ask` throws. */
export function shareAnswer(ask: AskLong, failed: () => void): AskLong {
  const end = new AbortController();
  const waiting = new Set<TellProgress>();
  const answer = ask(end.signal, (now) => {
    for (const tell of waiting) tell(now);
  });
  answer.catch(failed);
  return (signal, tell) => {
    waiting.add(tell);
    signal.addEventListener(
      'abort',
      () => {
        waiting.delete(tell);
        if (waiting.size === 0) end.abort(); // what is answered already stays so
      },
      {once: true},
    );
    return answer;
  };
}
