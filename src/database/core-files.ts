/**
 * A core's files as flags name them → the options of `openHeap`, and the name of the core's conversion in the cache: it says all that the
 * content depends on – the dump (by what is in it, not by its time), the options that choose the executable, the versions of goheap and
 * of the schema.
 */
import {createHash} from 'node:crypto';
import {resolve} from 'node:path';
import {isPacked} from '../image/unpack/unpack-core.js';
import type {OpenOptions} from '../library/heap.js';
import {isSqliteFile} from '../sql/open-database.js';
import {SCHEMA_VERSION} from '../sql/schema.js';
import {findCacheFolder} from './cache-folder.js';
import type {DumpPlace} from './stored-values.js';

/** What a user says of the program's files: the flags of every command whose INPUT may be a core. */
export interface CoreFlags {
  readonly exe?: string | undefined;
  readonly 'debug-file'?: string | undefined;
  readonly sysroot?: string | undefined;
  readonly module?: string | undefined;
  readonly 'go-version'?: string | undefined;
  readonly 'force-mismatch'?: boolean | undefined;
}

/** The options of `openHeap` for a core and the flags that go with it. The executable's path is absolute, as INPUT's is: databases remember both. */
export function openOptions(
  core: string,
  flags: CoreFlags,
): Pick<OpenOptions, 'executable' | 'debugFile' | 'sysroot' | 'module' | 'goVersion' | 'forceMismatch' | 'temporaryFolder'> {
  return {
    ...(flags.exe === undefined ? {} : {executable: resolve(flags.exe)}),
    ...(flags['debug-file'] === undefined ? {} : {debugFile: flags['debug-file']}),
    ...(flags.sysroot === undefined ? {} : {sysroot: flags.sysroot}),
    ...(flags.module === undefined ? {} : {module: flags.module}),
    ...(flags['go-version'] === undefined ? {} : {goVersion: flags['go-version']}),
    ...(flags['force-mismatch'] === undefined ? {} : {forceMismatch: flags['force-mismatch']}),
    ...(isPacked(core) ? {temporaryFolder: findCacheFolder()} : {}),
  };
}

/** Where the dump of INPUT is; undefined for a database, which knows itself. */
export function dumpPlace(input: string, flags: CoreFlags): DumpPlace | undefined {
  return isSqliteFile(input) ? undefined : {path: input, ...openOptions(input, flags)};
}

/** The name under which the conversion of this core is kept. Rejects with what opening the files throws. */
export async function cacheKey(core: string, flags: CoreFlags, version: string, schema = SCHEMA_VERSION): Promise<string> {
  const {inputIdentity} = await import('../image/dump-identity.js'); // reads cores: not for those who ask a database
  const hash = createHash('sha256').update(`${version} ${schema}\n${inputIdentity(core)}\n`);
  for (const file of [flags.exe, flags['debug-file']]) hash.update(`${file === undefined ? '' : inputIdentity(file)}\n`);
  hash.update(`${flags.sysroot === undefined ? '' : resolve(flags.sysroot)}\n${flags['force-mismatch'] === true}`);
  hash.update(`\n${flags.module ?? ''}\n${flags['go-version'] ?? ''}`);
  return `${hash.digest('hex').slice(0, 32)}.db`;
}
