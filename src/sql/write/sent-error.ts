/**
 * An error between threads: what arrives is a copy that is of no class of ours, and has lost its code and hint. So these are sent beside it.
 */
import {type ErrorCode, GoheapError, isGoheapError} from '../../base/errors.js';

export type SentError =
  | {readonly own: ErrorCode; readonly message: string; readonly hint: string | undefined}
  | {readonly error: unknown; readonly code: string | undefined}; // Node's code

export function toSentError(error: unknown): SentError {
  if (isGoheapError(error)) return {own: error.code, message: error.message, hint: error.hint};
  return {error, code: (error as NodeJS.ErrnoException).code};
}

export function fromSentError(sent: SentError): unknown {
  if ('own' in sent) return new GoheapError(sent.own, sent.message, {hint: sent.hint});
  return sent.code === undefined ? sent.error : Object.assign(sent.error as Error, {code: sent.code});
}
