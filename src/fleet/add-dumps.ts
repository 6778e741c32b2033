/**
 * Many cores → a fleet's files: a child process each, so many at a time. One that fails is reported and stops no other. What was added is noted, by what is in the core and
 * what was said of it, so that a run that was killed goes on where it was: nothing is half there, because a file is moved to its place when it is whole.
 */
import {type ChildProcess, fork} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {GivenLabels} from '../../formats/parquet/dump-labels.js';
import {GoheapError, isGoheapError} from '../base/errors.js';
import type {Work} from '../base/progress.js';
import {writeWhole} from '../base/write-whole.js';
import {cacheKey} from '../database/cache-key.js';
import type {CoreFlags} from '../database/core-files.js';
import type {AddedDump, Addition, AdditionMessage} from './add-process.js';
import {checkFolderName, compactedFolder, landingFolder, notesFolder} from './fleet-layout.js';
import {labelsOfPath} from './path-labels.js';

const ENTRY = fileURLToPath(new URL('./add-process.js', import.meta.url));

export interface AddOptions {
  readonly root: string;
  readonly labels: GivenLabels;
  readonly fromPath?: RegExp | undefined;
  readonly flags: CoreFlags;
  /** Processes at a time. */
  readonly jobs: number;
  /** goheap's: what another one wrote is written again. */
  readonly version: string;
  /** Also what was added before. */
  readonly again: boolean;
}
export type Outcome = {readonly input: string} & (
  | {readonly state: 'added' | 'there'; readonly dump: AddedDump}
  | {readonly state: 'failed'; readonly code: string; readonly message: string; readonly hint?: string | undefined}
);

/** One outcome an input, in their order. Rejects with `signal.reason` when aborted; its processes have ended then. */
export async function addDumps(inputs: readonly string[], options: AddOptions, work: Work): Promise<Outcome[]> {
  checkFolderName(resolve(options.root));
  makeFolder(notesFolder(options.root), options.root);
  const outcomes: Outcome[] = new Array(inputs.length);
  let [next, done] = [0, 0];
  const takeTurns = async () => {
    while (next < inputs.length) {
      const index = next++;
      outcomes[index] = await addOne(inputs[index]!, options, work);
      work.signal?.throwIfAborted();
      work.onProgress?.('add', ++done, inputs.length);
    }
  };
  work.onProgress?.('add', 0, inputs.length);
  const turns = await Promise.allSettled(Array.from({length: Math.min(options.jobs, inputs.length)}, takeTurns));
  for (const turn of turns) if (turn.status === 'rejected') throw turn.reason;
  return outcomes;
}

async function addOne(input: string, options: AddOptions, work: Work): Promise<Outcome> {
  try {
    const labels = labelsOfPath(input, options.labels, options.fromPath);
    const key = keyOf(input, labels, options);
    const note = join(notesFolder(options.root), `${key}.json`);
    const known = options.again ? undefined : findNoted(key, options.root);
    if (known !== undefined) return {input, state: 'there', dump: known};
    const dump = await runChild({input, root: options.root, key, labels, flags: options.flags}, work);
    // Last: without them the dump is added again, in the same place.
    await writeNote(lastOf(options.root, dump), {key});
    await writeNote(note, dump);
    return {input, state: 'added', dump};
  } catch (error) {
    if (!isGoheapError(error)) throw error;
    return {input, state: 'failed', code: error.code, message: error.message, hint: error.hint};
  }
}

function makeFolder(folder: string, root: string): void {
  try {
    mkdirSync(folder, {recursive: true});
  } catch (error) {
    throw new GoheapError('io', `${root}: no fleet can be written there: ${(error as Error).message}`, {
      hint: 'Give another folder with --to.',
      cause: error,
    });
  }
}

/** All that the rows depend on: what is in the core, the files that go with it, the labels, the version of goheap. */
function keyOf(input: string, labels: GivenLabels, {flags, version}: AddOptions): string {
  const said = JSON.stringify([labels.service, labels.version, labels.host, labels.label ?? []]);
  return createHash('sha256')
    .update(`${cacheKey(input, flags, version)} ${said}`)
    .digest('hex')
    .slice(0, 32);
}

/** Which note is of the rows that are there: the same dump may have been added again with other labels. */
function lastOf(root: string, {dump_id}: AddedDump): string {
  return join(notesFolder(root), `last-${dump_id}.json`);
}
function writeNote(path: string, note: object): Promise<void> {
  return writeWhole(path, {force: true, flag: '--to'}, {}, async (temporary) => writeFileSync(temporary, JSON.stringify(note)));
}
/** Undefined for what is missing, or is no note. */
function readNote<T>(path: string): Partial<T> | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Partial<T>;
  } catch {
    return undefined;
  }
}

/** What was noted, when it is still there: in a file of its own, or in those of its day, once they were compacted. */
function findNoted(key: string, root: string): AddedDump | undefined {
  const dump = readNote<AddedDump>(join(notesFolder(root), `${key}.json`)) as AddedDump | undefined;
  if (typeof dump?.dump_id !== 'string' || readNote<{key: string}>(lastOf(root, dump))?.key !== key) return undefined;
  const isThere =
    existsSync(join(landingFolder(root, 'dumps'), dump.day, `${dump.dump_id}.parquet`)) ||
    existsSync(join(compactedFolder(root, 'dumps'), dump.day, 'part-0.parquet'));
  return isThere ? dump : undefined;
}

function runChild(addition: Addition, {signal}: Work): Promise<AddedDump> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child: ChildProcess = fork(ENTRY, [JSON.stringify(addition)], {stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: []});
    const stop = () => void child.kill('SIGTERM');
    signal?.addEventListener('abort', stop, {once: true});
    let message: AdditionMessage | undefined;
    child.on('message', (said: AdditionMessage) => {
      message = said;
    });
    child.on('exit', (status, killedBy) => {
      signal?.removeEventListener('abort', stop);
      if (signal?.aborted) reject(signal.reason);
      else if (message === undefined) reject(endedEarly(addition.input, killedBy ?? `status ${status}`));
      else if ('added' in message) resolve(message.added);
      else reject(new GoheapError(message.failure.code as GoheapError['code'], message.failure.message, {hint: message.failure.hint}));
    });
  });
}

function endedEarly(input: string, how: string): GoheapError {
  return new GoheapError('limit', `${input}: the process that read it was ended (${how})`, {
    hint: 'It may have needed more memory than there is: try it alone, with --jobs 1.',
  });
}
