/**
 * Who shares an answer gets it from one computation, which ends when nobody waits.
 */
import {expect, test} from 'vitest';
import {type AskLong, shareAnswer, type TellProgress} from '../../../../viewer/server/share-answer.js';

/** A computation that is ended by hand. */
function computation() {
  const begun: {end: AbortSignal; tell: TellProgress; resolve: (text: string) => void}[] = [];
  const ask: AskLong = (end, tell) =>
    new Promise((resolve, reject) => {
      begun.push({end, tell, resolve});
      end.addEventListener('abort', () => reject(new Error('ended')));
    });
  return {begun, ask};
}

test('all who ask get the one answer, and hear how far it is', async () => {
  const {begun, ask} = computation();
  const shared = shareAnswer(ask, () => {});
  const heard: string[] = [];
  const answers = ['a', 'b'].map((name) => shared(new AbortController().signal, ({done}) => heard.push(`${name} ${done}`)));
  begun[0]!.tell({stage: 'rows', done: 1, total: 2});
  begun[0]!.resolve('answer');
  expect(await Promise.all(answers)).toEqual(['answer', 'answer']);
  expect(heard).toEqual(['a 1', 'b 1']);
  expect(await shared(new AbortController().signal, () => {})).toBe('answer');
  expect(begun).toHaveLength(1);
});

test('it goes on while one of them waits, and is ended when none does', async () => {
  const {begun, ask} = computation();
  let failures = 0;
  const shared = shareAnswer(ask, () => failures++);
  const [first, second] = [new AbortController(), new AbortController()];
  const answers = [first, second].map(({signal}) => shared(signal, () => {}));
  first.abort();
  expect(begun[0]!.end.aborted).toBe(false);
  second.abort();
  expect(begun[0]!.end.aborted).toBe(true);
  expect(await Promise.allSettled(answers)).toMatchObject([{status: 'rejected'}, {status: 'rejected'}]);
  expect(failures).toBe(1);
});

test('what was answered stays when those who asked are gone', async () => {
  const {begun, ask} = computation();
  const shared = shareAnswer(ask, () => expect.unreachable());
  const gone = new AbortController();
  const answer = shared(gone.signal, () => {});
  begun[0]!.resolve('answer');
  await answer;
  gone.abort();
  expect(await shared(new AbortController().signal, () => {})).toBe('answer');
});
