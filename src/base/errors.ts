/**
 * The one error hierarchy of goheap. `code` decides the exit status, `hint` tells the user what to do next.
 * Message form: `<file>: at 0x<offset>: <found>; expected <…>`. Anything that is not a GoheapError is a bug.
 */
import {type Address, type Bytes, hex} from './units.js';

/** truncated: bytes are missing; mismatch: two inputs do not belong together; unmapped: an address the dump lacks; limit: too large for here. */
export type ErrorCode = 'truncated' | 'bad-format' | 'mismatch' | 'unmapped' | 'unsupported' | 'limit' | 'usage' | 'io';

export class GoheapError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  constructor(code: ErrorCode, message: string, options: {hint?: string | undefined; cause?: unknown} = {}) {
    super(message, {cause: options.cause});
    this.name = 'GoheapError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** The bytes of `source` at `offset` are not what the format allows. */
export function formatError(source: string, offset: Bytes, problem: string, hint?: string): GoheapError {
  return new GoheapError('bad-format', `${source}: at ${hex(offset)}: ${problem}`, {hint});
}

/** Part of [address, address + length) is not in the dump. */
export function unmappedError(address: Address, length: Bytes, what = 'memory'): GoheapError {
  return new GoheapError('unmapped', `${what} at ${hex(address)} (${length} bytes) is not in the dump`);
}

export function isGoheapError(error: unknown, code?: string): error is GoheapError {
  return error instanceof GoheapError && (code === undefined || error.code === code);
}
