/**
 * What could not be read, or is approximate: collected by every stage, shown by every front end.
 * One row per code: the first message speaks for all of its kind, `count` says how many there were.
 */
import {isGoheapError} from './errors.js';

export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly count: number;
}

/** A count may be a difference of two damaged words. */
const MOST = Number.MAX_SAFE_INTEGER;

export class WarningLog {
  readonly #byCode = new Map<string, {message: string; count: number}>();

  /** Adds one occurrence. `code` is kebab-case and stable, `message` a sentence with the place of this occurrence. */
  add(code: string, message: string, count = 1): void {
    const entry = this.#byCode.get(code) ?? {message, count: 0};
    entry.count = Math.min(entry.count + count, MOST);
    this.#byCode.set(code, entry);
  }

  /** What `read` gives; when it fails with a GoheapError, `otherwise` and a warning that says why. `cost` says what is lost with it. */
  attempt<T>(code: string, cost: string, otherwise: T, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!isGoheapError(error)) throw error;
      this.add(code, `${cost} (${error.message}).`);
      return otherwise;
    }
  }

  /** One row per code, in the order of first occurrence. */
  list(): Warning[] {
    return [...this.#byCode].map(([code, {message, count}]) => ({code, message, count}));
  }
}
