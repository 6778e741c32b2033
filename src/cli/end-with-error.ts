/**
 * The end of a command line that failed outside of goheap's own commands: no such command, help about nothing, a plugin's wrong arguments.
 * What BaseCommand has printed already only ends the process.
 */
import {Errors} from '@oclif/core';
import {GoheapError, isGoheapError} from '../base/errors.js';
import {errorJson, printError, statusOf} from './print-error.js';
import {plainMessage} from './usage-error.js';

export function endWithError(error: unknown): never {
  if (error instanceof Errors.ExitError) process.exit(error.oclif.exit ?? 0);
  const known = error instanceof Error ? error : new Error(String(error));
  const problem = known instanceof Errors.CLIError && !isGoheapError(known) ? usageOf(known) : known;
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(errorJson(problem), null, 2)}\n`);
  else printError(problem);
  process.exit(statusOf(problem));
}

function usageOf(error: Error): GoheapError {
  return new GoheapError('usage', plainMessage(error), {hint: 'goheap --help lists the commands.', cause: error});
}
