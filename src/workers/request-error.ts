/**
 * What went wrong with a request, and how whoever asked is told: as a `Failure`. Errors that are none of goheap's are bugs: who asked gets their message,
 * the terminal their stack.
 */
import {isGoheapError} from '../base/errors.js';
import type {Failure} from '../base/failure.js';
import {printableLines} from '../base/printable.js';

/** A request that is not answered. */
export class RequestError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export function failureOfError(error: unknown): Failure {
  if (error instanceof RequestError) return error.failure;
  if (isGoheapError(error)) return {code: error.code, message: error.message, ...(error.hint === undefined ? {} : {hint: error.hint})};
  console.error(printableLines(String((error as Error)?.stack ?? error)));
  return {
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is a bug of goheap, please report it; the terminal has more.',
  };
}
