/**
 * What went wrong, as the page is told: a `Failure` of viewer/protocol.ts with the status that goes with its code. Errors that are none of
 * goheap's are bugs: the page gets their message, the terminal their stack.
 */
import {isGoheapError} from '../../src/base/errors.js';
import {printableLines} from '../../src/base/printable.js';
import type {Failure} from '../protocol.js';

const STATUS: Readonly<Record<string, number>> = {
  usage: 400,
  token: 401,
  host: 403,
  'not-found': 404,
  cancelled: 409,
  'too-large': 413,
  limit: 422,
  busy: 503,
};

/** A request that is not answered. */
export class RequestError extends Error {
  readonly failure: Failure;
  readonly status: number;

  constructor(failure: Failure, status = STATUS[failure.code] ?? 500) {
    super(failure.message);
    this.failure = failure;
    this.status = status;
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
