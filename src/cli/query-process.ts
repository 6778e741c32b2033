/**
 * A user's query in a process of its own, which prints the rows: SQLite computes without a pause, so only another process can be
 * ended while it does. This file is both sides: `runUserQuery` starts it as the child, told by the IPC channel and its arguments.
 */
import {fork} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {type ErrorCode, GoheapError, isGoheapError} from '../base/errors.js';
import {endWithParentAtOnce} from '../database/end-with-parent.js';
import {outputError} from './output-error.js';
import {printRows, type RowFormat} from './print-rows.js';

interface Answer {
  readonly code?: ErrorCode;
  readonly message?: string;
  readonly hint?: string;
  readonly stack?: string;
}

/** Prints the rows of `sql` on standard output. Throws `usage` for what is not one reading statement; rejects with `signal.reason` when aborted. */
export async function runUserQuery(
  path: string,
  sql: string,
  format: RowFormat,
  width: number | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), [path, sql, format, String(width ?? '')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const stop = () => void child.kill('SIGKILL'); // only reads: there is nothing to clean up
  signal?.addEventListener('abort', stop);
  let answer: Answer | undefined;
  child.on('message', (message) => {
    answer = message as Answer;
  });
  const status = await new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, name) => resolve(code ?? name));
  });
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  if (answer?.code) throw new GoheapError(answer.code, answer.message ?? '', {hint: answer.hint});
  if (answer?.message) throw Object.assign(new Error(answer.message), {stack: answer.stack});
  if (status !== 0)
    throw new GoheapError('limit', `the query was ended (${status})`, {hint: 'It may have needed more memory than there is.'});
}

async function answerParent(path: string, sql: string, format: RowFormat, width: number | undefined): Promise<void> {
  process.stdout.on('error', (error) => {
    const problem = outputError(error);
    if (problem) process.send?.(answerOf(problem), () => process.exit(1));
    else process.exit(0);
  });
  const end = () => process.exit(1);
  process.once('disconnect', end); // nobody waits for the rows any more
  let answer: Answer = {};
  try {
    await printRows(path, sql, format, process.stdout, width);
  } catch (error) {
    answer = answerOf(error as Error);
  }
  process.removeListener('disconnect', end);
  process.send?.(answer, () => process.disconnect());
}

function answerOf(error: Error): Answer {
  const {message, stack} = error;
  if (isGoheapError(error)) return {code: error.code, message, ...(error.hint ? {hint: error.hint} : {})};
  return {message, stack: stack ?? message};
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , path, sql, format, width] = process.argv;
  endWithParentAtOnce();
  await answerParent(path!, sql!, format as RowFormat, Number(width) || undefined);
}
