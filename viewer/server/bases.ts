/**
 * What INPUT is compared with, in the order of --base: databases, or cores that are converted one after the other when INPUT is open. Files do not change while the
 * viewer runs, so each is compared once, whoever asks at the same time, and the answer kept.
 */
import type {CoreFlags} from '../../src/database/core-files.js';
import {RequestError} from '../../src/workers/request-error.js';
import type {InputStatus} from '../protocol.js';
import {Session} from './session.js';
import {type AskLong, shareAnswer, type TellProgress} from './share-answer.js';

export class Bases {
  readonly #sessions: Session[] = [];
  readonly #answers = new Map<number, AskLong>();

  /** Rejects as `Session.open` does. */
  async open(inputs: readonly string[], flags: CoreFlags, version: string, turn: Promise<void>): Promise<void> {
    for (const input of inputs) {
      const same = this.#sessions[inputs.indexOf(input)]; // a second conversion would take the place of the first
      this.#sessions.push(same ?? (await Session.open(input, flags, version, this.#sessions.at(-1)?.settled ?? turn)));
    }
  }

  status(): InputStatus[] {
    return this.#sessions.map((session) => session.status());
  }

  /** What became another in the other one, as JSON text. Throws a RequestError while the base is not open. */
  async compare(other: Session, base: number, signal: AbortSignal, tell: TellProgress): Promise<string> {
    const session = this.#sessions[base];
    if (!session) throw new RequestError({code: 'usage', message: `there is no base ${base}`, hint: 'goheap view NEW --base OLD'});
    const {file, failure} = session;
    if (failure) throw new RequestError(failure);
    if (!file)
      throw new RequestError({code: 'busy', message: 'the base is still being converted', hint: '/api/status tells how far it is.'});
    const compare: AskLong = (end, tellAll) => other.run('compare', {base: file}, end, tellAll);
    const answer = this.#answers.get(base) ?? shareAnswer(compare, () => this.#answers.delete(base));
    this.#answers.set(base, answer);
    return answer(signal, tell);
  }

  close(): void {
    for (const session of new Set(this.#sessions)) session.close();
  }
}
