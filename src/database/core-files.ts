/**
 * A core's files as flags name them → the options of `openHeap`.
 */
import {resolve} from 'node:path';
import {isPacked} from '../image/unpack/unpack-core.js';
import type {OpenOptions} from '../library/heap.js';
import {isSqliteFile} from '../sql/open-database.js';
import {findCacheFolder} from './cache-folder.js';
import type {DumpPlace} from './stored-values.js';

/** What a user says of the program's files: the flags of every command whose INPUT may be a core. */
export interface CoreFlags {
  readonly exe?: string | undefined;
  readonly 'debug-file'?: string | undefined;
  readonly sysroot?: string | undefined;
  readonly module?: string | undefined;
  readonly 'go-version'?: string | undefined;
  readonly 'jvm-layout'?: string | undefined;
  readonly 'force-mismatch'?: boolean | undefined;
  readonly threads?: number | undefined;
}

/** The options of `openHeap` for a core and the flags that go with it. The executable's path is absolute, as INPUT's is: databases remember both. */
export function openOptions(
  core: string,
  flags: CoreFlags,
): Pick<
  OpenOptions,
  'executable' | 'debugFile' | 'sysroot' | 'module' | 'goVersion' | 'jvmLayout' | 'forceMismatch' | 'temporaryFolder' | 'threads'
> {
  return {
    ...(flags.exe === undefined ? {} : {executable: resolve(flags.exe)}),
    ...(flags['debug-file'] === undefined ? {} : {debugFile: flags['debug-file']}),
    ...(flags.sysroot === undefined ? {} : {sysroot: flags.sysroot}),
    ...(flags.module === undefined ? {} : {module: flags.module}),
    ...(flags['go-version'] === undefined ? {} : {goVersion: flags['go-version']}),
    ...(flags['jvm-layout'] === undefined ? {} : {jvmLayout: flags['jvm-layout']}),
    ...(flags['force-mismatch'] === undefined ? {} : {forceMismatch: flags['force-mismatch']}),
    ...(flags.threads === undefined ? {} : {threads: flags.threads}),
    ...(isPacked(core) ? {temporaryFolder: findCacheFolder()} : {}),
  };
}

/** Where the dump of INPUT is; undefined for a database, which knows itself. */
export function dumpPlace(input: string, flags: CoreFlags): DumpPlace | undefined {
  return isSqliteFile(input) ? undefined : {path: input, ...openOptions(input, flags)};
}
