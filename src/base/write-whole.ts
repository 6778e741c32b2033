/**
 * A path and what writes → one whole file there, or a folder of files, or nothing: it is written into a temporary folder beside the target, and moved out when all went
 * well; the folder is removed on any failure or abort. Only a killed process leaves the folder: whoever writes next beside it removes it. What
 * goheap writes has a dump's data, which are nobody else's: the folder, and what is made in it, is its owner's alone; so is the file.
 * Not synced: a crash of the machine right after the rename may lose the file, as with any copy.
 */
import {
  chmodSync,
  type Dirent,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {GoheapError, isGoheapError} from './errors.js';
import type {Work} from './progress.js';
import {isRunning, isSurelyOver, MARK_DIGITS, ownMark} from './writing-process.js';

export interface WholeFile {
  /** Replace a file that is there. */
  readonly force?: boolean | undefined;
  /** Of the file; 0o600 unless given. */
  readonly mode?: number;
  /** What is written is a folder of files whose names end so: only such a one is replaced. */
  readonly folderOf?: string | undefined;
  /** By which the user said where; -o unless given. */
  readonly flag?: string;
}

const DEFAULT_FLAG = '-o';

/**
 * Has `write` make the file that then becomes `path`, and returns what it returned. Throws `usage` for a path that cannot be a new file, `io` when the disk
 * refuses; rejects with `signal.reason` when aborted.
 */
export async function writeWhole<T>(
  path: string,
  options: WholeFile,
  {signal, onTemporary}: Work,
  write: (temporary: string) => Promise<T>,
): Promise<T> {
  const {mode = 0o600, folderOf, flag = DEFAULT_FLAG} = options;
  const target = checkTarget(path, options);
  removeAbandoned(target);
  const folder = temporaryBeside(target);
  const temporary = join(folder, basename(target));
  const remove = () => rmSync(folder, {force: true, recursive: true});
  process.once('exit', remove); // also when the process ends in the middle of it
  try {
    onTemporary?.(folder);
    mkdirSync(folder, {mode: 0o700});
    const result = await write(temporary);
    signal?.throwIfAborted();
    checkTarget(path, options); // it may have appeared meanwhile
    const isFolder = folderOf !== undefined;
    for (const name of isFolder ? readdirSync(temporary) : []) chmodSync(join(temporary, name), mode);
    chmodSync(temporary, isFolder ? 0o700 : mode);
    if (isFolder && existsSync(target)) renameSync(target, join(folder, 'former')); // a folder replaces none
    renameSync(temporary, target);
    return result;
  } catch (error) {
    signal?.throwIfAborted(); // the abort is the cause, whatever it made fail
    throw diskError(error, (text) => text.replaceAll(temporary, target).replaceAll(folder, target), {target, flag});
  } finally {
    remove();
    process.removeListener('exit', remove);
  }
}

/** The file or folder that a later rename will make, symbolic links followed; throws `usage` when the path cannot become one. */
export function checkTarget(path: string, options: Omit<WholeFile, 'mode'>): string {
  const {force = false, folderOf, flag = DEFAULT_FLAG} = options;
  if (path === '' || (path.endsWith('/') && folderOf === undefined))
    throw new GoheapError('usage', `'${path}': not the name of a file`, {hint: 'Give the path of the file to write.'});
  const folder = dirname(resolve(path));
  if (!findStat(folder, flag)?.isDirectory())
    throw new GoheapError('usage', `${folder}: no such directory`, {hint: `Create it, or give another path with ${flag}.`});
  const existing = findStat(path, flag);
  if (!existing) {
    if (lstatSync(path, {throwIfNoEntry: false}))
      throw new GoheapError('usage', `${path}: a symbolic link to nothing`, {hint: 'Remove it.'});
    return resolve(path);
  }
  if (folderOf !== undefined) return checkFolder(path, {...options, folderOf}, existing);
  if (existing.isDirectory()) throw new GoheapError('usage', `${path}: is a directory`, {hint: 'Give the path of the file to write.'});
  if (!existing.isFile()) {
    throw new GoheapError('usage', `${path}: not a regular file`, {
      hint: 'The output is written under a temporary name and renamed, so it must be a file on a disk.',
    });
  }
  if (!force)
    throw new GoheapError('usage', `${path}: exists already`, {hint: `Replace it with --force, or give another path with ${flag}.`});
  return realpathSync(path);
}

/** Nothing but what was written like this is removed for a new one. */
function checkFolder(
  path: string,
  {force = false, folderOf, flag = DEFAULT_FLAG}: WholeFile & {folderOf: string},
  existing: Stats,
): string {
  const isOwn = (entry: Dirent) => entry.isFile() && entry.name.endsWith(folderOf);
  const others = existing.isDirectory() ? readdirSync(path, {withFileTypes: true}).filter((entry) => !isOwn(entry)) : [path];
  if (others.length > 0) {
    throw new GoheapError('usage', `${path}: exists, and is not a folder of ${folderOf} files`, {
      hint: `Give the name of a new folder with ${flag}.`,
    });
  }
  if (!force)
    throw new GoheapError('usage', `${path}: exists already`, {hint: `Replace it with --force, or give another path with ${flag}.`});
  return realpathSync(path);
}

function findStat(path: string, flag = DEFAULT_FLAG): Stats | undefined {
  try {
    return statSync(path, {throwIfNoEntry: false});
  } catch (error) {
    throw new GoheapError('usage', `${path}: ${(error as Error).message}`, {hint: `Give another path with ${flag}.`, cause: error});
  }
}

function temporaryBeside(target: string): string {
  const nonce = Math.random().toString(36).slice(2, 8);
  return join(dirname(target), `.${basename(target)}.${process.pid}-${ownMark()}${nonce}.tmp`);
}

const TEMPORARY = new RegExp(`^\\.(.+)\\.(\\d+)-([0-9a-z]{${MARK_DIGITS}})[0-9a-z]{0,6}\\.tmp$`, 's');
/** Where it cannot be known that a process is over: who writes does so all the time; who has not for so long, and has no process here, was killed. */
const ABANDONED_AFTER_MS = 60_000;

/** Removes what killed processes left when they wrote there: at once what is known to be theirs, else what was for the same target, after a while. */
function removeAbandoned(target: string): void {
  const folder = dirname(target);
  for (const name of readdirSync(folder)) {
    const [, of, digits, mark] = TEMPORARY.exec(name) ?? [];
    if (of === undefined) continue;
    const [path, pid] = [join(folder, name), Number(digits)];
    const isIdle = () => {
      const stat = findStat(join(path, of)) ?? findStat(path);
      return stat !== undefined && Date.now() - stat.mtimeMs > ABANDONED_AFTER_MS;
    };
    if (isSurelyOver(pid, mark!) || (of === basename(target) && !isRunning(pid) && isIdle())) rmSync(path, {force: true, recursive: true});
  }
}

const DISK_HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space, or write elsewhere',
  EDQUOT: 'The disk quota is used up: free some space, or write elsewhere',
  EFBIG: 'A limit on file sizes stopped it: see ulimit -f, or write elsewhere',
  EROFS: 'The file system is read-only: write elsewhere',
  EACCES: 'You may not write there: write elsewhere',
  EPERM: 'You may not write there: write elsewhere',
};

/** What the disk refused, as an `io` error that names the target; anything else as it is. */
function diskError(
  error: unknown,
  inWordsOfTarget: (text: string) => string,
  {target, flag}: {readonly target: string; readonly flag: string},
): unknown {
  if (isGoheapError(error)) {
    const {code, message, hint} = error;
    return new GoheapError(code, inWordsOfTarget(message), {hint, cause: error});
  }
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  const reason = code === undefined ? undefined : DISK_HINTS[code];
  if (reason === undefined) return error;
  return new GoheapError('io', `${target}: ${inWordsOfTarget((error as Error).message)}`, {hint: `${reason} with ${flag}.`, cause: error});
}
