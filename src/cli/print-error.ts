/**
 * An error → what the user sees of it: `Error:` with a hint on standard error, or JSON on standard output. The one style of all commands.
 */
import {isGoheapError} from '../base/errors.js';
import {printable, printableLines} from '../base/printable.js';

/** On standard error, without control characters: paths and names may come from a dump. Anything but a GoheapError is a bug and comes with its stack. */
export function printError(error: Error): void {
  process.stderr.write(
    isGoheapError(error)
      ? `Error: ${printable(error.message)}${error.hint ? `\nTry this: ${printable(error.hint)}` : ''}\n`
      : `Internal error, please report it: ${printableLines(error.stack ?? error.message)}\n`,
  );
}

/** `{"error": {"code", "message", "hint"}}`, as with --json. */
export function errorJson(error: Error): {error: object} {
  const {message, stack} = error;
  if (!isGoheapError(error)) return {error: {code: 'internal', message, stack}};
  return {error: {code: error.code, message, ...(error.hint ? {hint: error.hint} : {})}};
}

/** 2 for wrong usage, else 1. */
export function statusOf(error: Error): number {
  return isGoheapError(error, 'usage') ? 2 : 1;
}
