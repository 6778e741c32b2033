/**
 * The name of a core's conversion in the cache: it says all that the content depends on – the dump (by what is in it, not by its time), the
 * options that choose the executable, the versions of goheap and of the schema.
 */
import {createHash} from 'node:crypto';
import {resolve} from 'node:path';
import {inputIdentity} from '../image/dump-identity.js';
import {SCHEMA_VERSION} from '../sql/schema.js';
import type {CoreFlags} from './core-files.js';

/** The name under which the conversion of this core is kept. Throws what opening the files throws. */
export function cacheKey(core: string, flags: CoreFlags, version: string, schema = SCHEMA_VERSION): string {
  const hash = createHash('sha256').update(`${version} ${schema}\n${inputIdentity(core)}\n`);
  for (const file of [flags.exe, flags['debug-file']]) hash.update(`${file === undefined ? '' : inputIdentity(file)}\n`);
  hash.update(`${flags.sysroot === undefined ? '' : resolve(flags.sysroot)}\n${flags['force-mismatch'] === true}`);
  hash.update(`\n${flags.module ?? ''}\n${flags['go-version'] ?? ''}\n${flags['jvm-layout'] ?? ''}`);
  return `${hash.digest('hex').slice(0, 32)}.db`;
}
