/**
 * INPUT of a command → an open database: a database is opened as it is, a core is converted into the cache first, once.
 * What a file is decides its content, not its name.
 */
import {existsSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {type GoheapError, isGoheapError} from '../base/errors.js';
import type {Work} from '../base/progress.js';
import {openDatabase, type SqlDatabase} from '../sql/index.js';
import {isSqliteFile, openConnection} from '../sql/open-database.js';
import {findCacheFolder, pruneCache, touchEntry} from './cache-folder.js';
import type {CoreFlags} from './core-files.js';

export interface InputContext {
  readonly work: Work;
  /** goheap's version: a conversion by another one is not reused. */
  readonly version: string;
  /** Asks the database of a core as soon as it has all but the tables with a row per object or pointer. */
  readonly onFirstTables?: ((database: SqlDatabase) => Promise<void>) | undefined;
}

/** Opens what a command reads. Throws as `openHeap` and `openDatabase` do. */
export async function openInput(input: string, flags: CoreFlags, context: InputContext): Promise<SqlDatabase> {
  const note = (text: string) => context.work.onNote?.(text);
  const {path, isThere} = await findDatabase(input, flags, {version: context.version, note});
  if (!isThere) {
    const [{checkCore}, {convertIntoCache}] = await Promise.all([import('../image/check-core.js'), import('./convert-into-cache.js')]); // not for those who ask a database
    await checkCore(input);
    const {onFirstTables} = context;
    const early = onFirstTables && (async (unfinished: string) => closing(await openDatabase(unfinished), onFirstTables));
    const announced = announcing(context.work, () => note(`Converting ${input} once; later commands on it use ${path}`));
    const work = {...announced, onFirstTables: early};
    await convertIntoCache(path, input, flags, work);
    pruneCache(dirname(path), path);
  } else if (path !== input) touchEntry(path);
  return openDatabase(path);
}

/**
 * The database that INPUT is, or that its conversion is kept in: there already, or to be made, also in place of one that was damaged. Throws
 * `io` when INPUT cannot be read.
 */
export async function findDatabase(
  input: string,
  flags: CoreFlags,
  {version, note}: {readonly version: string; readonly note: (text: string) => void},
): Promise<{readonly path: string; readonly isThere: boolean}> {
  if (isSqliteFile(input)) return {path: input, isThere: true};
  const {cacheKey} = await import('./cache-key.js'); // reads cores: not for those who ask a database
  const path = join(findCacheFolder(), cacheKey(input, flags, version));
  const damage = existsSync(path) ? findDamage(path) : undefined;
  if (damage) dropKept(path, damage, note);
  return {path, isThere: existsSync(path)};
}

/** Says what is wrong with a conversion that was kept, and removes it: the next one to ask makes it again. */
export function dropKept(path: string, {message}: GoheapError, note: (text: string) => void): void {
  note(`What was kept of this core cannot be used and is made again: ${message}`);
  rmSync(path, {recursive: true, force: true});
}

function findDamage(path: string): GoheapError | undefined {
  try {
    openConnection(path).close();
  } catch (error) {
    if (isGoheapError(error)) return error;
    throw error;
  }
  return undefined;
}

async function closing(database: SqlDatabase, use: (database: SqlDatabase) => Promise<void>): Promise<void> {
  try {
    await use(database);
  } finally {
    await database.close();
  }
}

/** Says so when the first stage reports: then the files were found and belong together. What ends before that is an error and nothing else. */
function announcing({onProgress, ...work}: Work, say: () => void): Work {
  let isSaid = false;
  return {
    ...work,
    onProgress: (...progress) => {
      if (!isSaid) say();
      isSaid = true;
      onProgress?.(...progress);
    },
  };
}
