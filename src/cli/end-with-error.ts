/**
 * The end of a command line that failed outside of goheap's own commands: no such command, help about nothing, a plugin's wrong arguments.
 * What BaseCommand has printed already only ends the process.
 */
import {readFileSync} from 'node:fs';
import * as Errors from '@oclif/core/errors';
import {GoheapError, isGoheapError} from '../base/errors.js';
import {nearestWords} from '../base/nearest-words.js';
import {printableJson} from '../base/printable.js';
import {errorJson, printError, statusOf} from './print-error.js';
import {didYouMean, plainMessage} from './usage-error.js';

export function endWithError(error: unknown): never {
  if (error instanceof Errors.ExitError) process.exit(error.oclif.exit ?? 0);
  const known = error instanceof Error ? error : new Error(String(error));
  const problem = known instanceof Errors.CLIError && !isGoheapError(known) ? usageOf(known) : known;
  if (process.argv.includes('--json')) process.stdout.write(`${printableJson(errorJson(problem), 2)}\n`);
  else printError(problem);
  process.exit(statusOf(problem));
}

function usageOf(error: Error): GoheapError {
  const message = plainMessage(error);
  const [, command] = /^command (\S+) not found$/.exec(message) ?? []; // help about nothing
  const near = command === undefined ? [] : nearestWords(command, commandNames());
  return new GoheapError('usage', message, {hint: `${didYouMean(near)}goheap --help lists the commands.`, cause: error});
}

/** As the build has written them down. */
function commandNames(): string[] {
  const {commands} = JSON.parse(readFileSync(new URL('../../../oclif.manifest.json', import.meta.url), 'utf8')) as {commands: object};
  return Object.keys(commands);
}
