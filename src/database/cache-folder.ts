/**
 * Where converted cores are kept, so that the second command on a core opens at once: XDG_CACHE_HOME/goheap or ~/.cache/goheap,
 * else a folder of the user's own below the temporary directory. core-files.ts names the entries.
 * Entries hold previews of the dump's strings: the folder is readable by its owner only.
 */
import {accessSync, chmodSync, constants, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync} from 'node:fs';
import {homedir, tmpdir, userInfo} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {GoheapError} from '../base/errors.js';
import type {Bytes} from '../base/units.js';

/** The oldest entries beyond either are removed. */
const MOST_ENTRIES = 20;
const MOST_BYTES: Bytes = 20 * 2 ** 30;
/** A temporary folder this old belongs to a conversion that was killed. */
const STALE_MS = 24 * 3600 * 1000;

/** A folder that can be written to; throws `io` when there is none. */
export function findCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment.XDG_CACHE_HOME || join(homedir(), '.cache');
  const candidates = [resolve(base, 'goheap'), join(tmpdir(), `goheap-cache-${userInfo().uid}`)];
  for (const folder of candidates) if (isOwnFolder(folder)) return folder;
  throw new GoheapError('io', `no folder for converted cores can be written: tried ${candidates.join(' and ')}`, {
    hint: 'Set XDG_CACHE_HOME, or convert first: goheap convert CORE --to sqlite',
  });
}

/** Level by level: Node's recursive mkdir never returns for some places that cannot be written, such as below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, {mode: 0o700});
}

function isOwnFolder(folder: string): boolean {
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    const {uid, mode} = statSync(folder);
    if (uid !== userInfo().uid) return false;
    // Others must not be able to read a database here, nor to plant one, as they could below /tmp, or may have done already.
    if ((mode & 0o077) !== 0) chmodSync(folder, 0o700);
    return (mode & 0o022) === 0 || readdirSync(folder).every((name) => lstatSync(join(folder, name)).uid === uid);
  } catch {
    return false;
  }
}

/** Notes that the entry was used: entries are removed in the order of their last use. */
export function touchEntry(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // A read-only cache is still a cache.
  }
}

export interface CacheEntry {
  readonly path: string;
  readonly size: Bytes;
  /** Of the last command on it. */
  readonly usedMs: number;
}

/** The converted cores in the folder, the one that was used last first. Other files are not goheap's, and are not listed. */
export function listEntries(folder: string): CacheEntry[] {
  return filesOf(folder, /^[0-9a-f]{32}\.db$/).sort((a, b) => b.usedMs - a.usedMs);
}

/** Removes what is too much or stale, but never `keep`. */
export function pruneCache(folder: string, keep: string, now: number = Date.now()): void {
  let bytes = 0;
  for (const [index, {path, size}] of listEntries(folder).entries()) {
    bytes += size;
    if (path !== keep && (index >= MOST_ENTRIES || bytes > MOST_BYTES)) rmSync(path, {force: true});
  }
  for (const {path, usedMs} of filesOf(folder, /\.tmp$/)) if (now - usedMs > STALE_MS) rmSync(path, {force: true, recursive: true});
}

/** Removes all converted cores; returns those that there were. Conversions that run go on. */
export function clearCache(folder: string): CacheEntry[] {
  const entries = listEntries(folder);
  for (const {path} of entries) rmSync(path, {force: true});
  pruneCache(folder, '');
  return entries;
}

function filesOf(folder: string, name: RegExp): CacheEntry[] {
  const paths = readdirSync(folder).filter((file) => name.test(file));
  return paths.flatMap((file) => {
    const found = statSync(join(folder, file), {throwIfNoEntry: false}); // another process may be pruning
    return found ? [{path: join(folder, file), size: found.size, usedMs: found.mtimeMs}] : [];
  });
}
