/**
 * Where converted cores are kept, so that the second command on a core opens at once: XDG_CACHE_HOME/goheap or ~/.cache/goheap,
 * else a folder of the user's own below the temporary directory. core-files.ts names the entries.
 * Entries hold previews of the dump's strings: the folder is readable by its owner only.
 */
import {accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync} from 'node:fs';
import {homedir, tmpdir, userInfo} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {GoheapError} from '../base/errors.js';
import type {Bytes} from '../base/units.js';

/** The oldest entries beyond either are removed. */
const MOST_ENTRIES = 20;
const MOST_BYTES: Bytes = 20 * 2 ** 30;
/** A temporary file this old belongs to a conversion that was killed. */
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
    // Others must not be able to plant a database here, as they could below /tmp.
    return uid === userInfo().uid && (mode & 0o022) === 0;
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

/** Removes what is too much or stale, but never `keep`. */
export function pruneCache(folder: string, keep: string, now: number = Date.now()): void {
  const files = readdirSync(folder).flatMap((name) => {
    const found = statSync(join(folder, name), {throwIfNoEntry: false});
    return found?.isFile() ? [{path: join(folder, name), size: found.size, usedMs: found.mtimeMs}] : [];
  });
  const entries = files.filter(({path}) => path.endsWith('.db')).sort((a, b) => b.usedMs - a.usedMs);
  let bytes = 0;
  for (const [index, entry] of entries.entries()) {
    bytes += entry.size;
    if (entry.path !== keep && (index >= MOST_ENTRIES || bytes > MOST_BYTES)) rmSync(entry.path, {force: true});
  }
  for (const {path, usedMs} of files) if (path.endsWith('.tmp') && now - usedMs > STALE_MS) rmSync(path, {force: true});
}
