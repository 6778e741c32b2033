/**
 * A core's files as flags name them → the options of `openHeap`, and the name of the core's conversion in the cache: it says all that the
 * content depends on – the dump (size, time and first bytes: build IDs and notes), the options that choose the executable, the versions of goheap and
 * of the schema.
 */
import {createHash} from 'node:crypto';
import {statSync} from 'node:fs';
import {resolve} from 'node:path';
import {FileSource} from '../base/file-source.js';
import type {Bytes} from '../base/units.js';
import {isPacked} from '../image/unpack/unpack-core.js';
import {SCHEMA_VERSION} from '../sql/open-database.js';
import {findCacheFolder} from './cache-folder.js';

const IDENTITY_BYTES: Bytes = 64 * 1024;

/** What a user says of the program's files: the flags of every command whose INPUT may be a core. */
export interface CoreFlags {
  readonly exe?: string | undefined;
  readonly 'debug-file'?: string | undefined;
  readonly sysroot?: string | undefined;
  readonly 'force-mismatch'?: boolean | undefined;
}

/** The options of `openHeap` for a core and the flags that go with it. The executable's path is absolute, as INPUT's is: databases remember both. */
export function openOptions(
  core: string,
  flags: CoreFlags,
): {executable?: string; debugFile?: string; sysroot?: string; forceMismatch?: boolean; temporaryFolder?: string} {
  return {
    ...(flags.exe === undefined ? {} : {executable: resolve(flags.exe)}),
    ...(flags['debug-file'] === undefined ? {} : {debugFile: flags['debug-file']}),
    ...(flags.sysroot === undefined ? {} : {sysroot: flags.sysroot}),
    ...(flags['force-mismatch'] === undefined ? {} : {forceMismatch: flags['force-mismatch']}),
    ...(isPacked(core) ? {temporaryFolder: findCacheFolder()} : {}),
  };
}

/** The name under which the conversion of this core is kept. Throws what opening the files throws. */
export function cacheKey(core: string, flags: CoreFlags, version: string): string {
  const hash = createHash('sha256').update(`${version} ${SCHEMA_VERSION}\n${fileIdentity(core)}\n`);
  for (const file of [flags.exe, flags['debug-file']]) hash.update(`${file === undefined ? '' : fileIdentity(file)}\n`);
  hash.update(`${flags.sysroot === undefined ? '' : resolve(flags.sysroot)}\n${flags['force-mismatch'] === true}`);
  return `${hash.digest('hex').slice(0, 32)}.db`;
}

/** A folder, which --debug-file may name, is told by its path. */
function fileIdentity(path: string): string {
  if (statSync(path, {throwIfNoEntry: false})?.isDirectory()) return resolve(path);
  const file = new FileSource(path, 1);
  try {
    const head = file.read(0, Math.min(file.size, IDENTITY_BYTES));
    return `${file.size} ${file.modifiedMs} ${createHash('sha256').update(head).digest('hex')}`;
  } finally {
    file.close();
  }
}
