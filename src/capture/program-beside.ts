/**
 * Where the copy of a program goes that ran: beside its core, under its own name where that is free, else under the core's. No file that goheap did
 * not write is replaced.
 */
import {lstatSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';

/** `name` is undefined where the program's is not known. */
export function programBeside(core: string, name: string | undefined): string {
  const named = join(dirname(core), name ?? '');
  const isFree = name !== undefined && named !== core && !lstatSync(named, {throwIfNoEntry: false});
  return isFree ? named : join(dirname(core), `${basename(core)}.exe`);
}
