/**
 * A request that is not answered → the status that goes with it: that of its failure's code, or one that HTTP has a number of its own for.
 */
import type {Failure} from '../../src/base/failure.js';
import {RequestError} from '../../src/workers/request-error.js';

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

/** What is wrong with the request itself and not with what it asks. */
export class HttpError extends RequestError {
  readonly status: number;

  constructor(failure: Failure, status: number) {
    super(failure);
    this.status = status;
  }
}

export function httpStatus(error: unknown, {code}: Failure): number {
  return error instanceof HttpError ? error.status : (STATUS[code] ?? 500);
}
