/**
 * A regular expression as a user wrote it → what finds it in bytes, in a time that is linear in them: RE2's syntax, without look-around and references back, for which
 * other engines may take for ever on what a stranger wrote.
 */
import {RE2JS} from 're2js';
import {GoheapError} from '../base/errors.js';
import type {FindInBytes} from './search-bytes.js';

/** Throws `usage` for what is no such expression. */
export function findExpression(text: string): FindInBytes {
  const expression = compile(text);
  return {
    least: 0,
    in(bytes) {
      if (!expression.test(bytes)) return undefined;
      const matcher = expression.matcher(bytes);
      return matcher.find() ? {start: matcher.start(), end: matcher.end()} : undefined;
    },
  };
}

function compile(text: string): RE2JS {
  try {
    return RE2JS.compile(text);
  } catch (error) {
    throw new GoheapError('usage', `--match ${text}: ${(error as Error).message}`, {
      hint: 'The syntax is that of RE2, as in Go: no look-around, no references back. https://github.com/google/re2/wiki/Syntax',
      cause: error,
    });
  }
}
